"""Inbound webhooks: acknowledged only when durable, refused only for what is the caller's fault."""

import base64
from typing import Any

import msgspec
import pytest
from sqlalchemy import bindparam, func, select
from typing_extensions import override

from lyhord.channels.sandbox.adapter import Sandbox
from lyhord.conversations import intake
from lyhord.conversations.account import Account
from lyhord.conversations.actions.receive import receive_messages
from lyhord.conversations.exchange import Raw, Reply
from lyhord.conversations.tables import message, raw_payload
from lyhord.kit.database import Busy, ReadTx, Statement, StorageFull, batched
from lyhord.workspaces.actions.inboxes import InboxChange, change_inbox, remove_inbox
from tests.web.site import Company, Site

count_messages = Statement(
    select(func.count()).select_from(message).where(message.c.workspace_id == bindparam("workspace_id"))
)
all_texts = Statement(
    select(message.c.text, message.c.more)
    .where(message.c.workspace_id == bindparam("workspace_id"))
    .order_by(message.c.id)
)
all_raw = Statement(
    select(raw_payload.c.body, raw_payload.c.file, raw_payload.c.headers, raw_payload.c.problem).where(
        raw_payload.c.workspace_id == bindparam("workspace_id")
    )
)


async def stored(site: Site, company: Company) -> list[tuple[Any, ...]]:
    """(text, more) of every message."""
    return await site.database.read(company.id, lambda tx: tx.all(all_texts))


async def payloads(site: Site, company: Company) -> list[tuple[Any, ...]]:
    """(body, file, headers, problem) of every payload kept."""
    return await site.database.read(company.id, lambda tx: tx.all(all_raw))


async def test_a_good_call_is_stored_and_acknowledged(site: Site, company: Company) -> None:
    answer = await site.say(company.inbox, "Hello")
    assert (answer.status_code, answer.json()) == (200, {"ok": True})
    assert [text for text, _ in await stored(site, company)] == ["Hello"]
    assert [problem for *_, problem in await payloads(site, company)] == [None]


async def test_a_redelivery_is_answered_as_the_first_time(site: Site, company: Company) -> None:
    for _ in range(3):
        answer = await site.call_hook(
            company.inbox, b'{"events":[{"kind":"message","id":"7","sender":{"id":"ann"},"text":"Once"}]}'
        )
        assert answer.status_code == 200
    assert len(await stored(site, company)) == 1


async def test_a_bad_signature_is_refused(site: Site, company: Company) -> None:
    for signature in ("sha256=00", "", "sha256=é"):
        answer = await site.client.post(
            f"/in/{company.inbox.key}", content=b"{}", headers={b"x-sandbox-signature": signature.encode()}
        )
        assert answer.status_code == 401
    assert not await payloads(site, company)


async def test_too_much_is_refused_before_it_is_read(site: Site, company: Company) -> None:
    answer = await site.call_hook(company.inbox, b" " * 3_000_001)
    assert answer.status_code == 413

    async def drops() -> Any:
        for _ in range(40):
            yield b" " * 100_000

    answer = await site.client.post(f"/in/{company.inbox.key}", content=drops())
    assert answer.status_code == 413


async def test_the_largest_payload_that_is_taken_lies_in_the_file_store(site: Site, company: Company) -> None:
    body = msgspec.json.encode(
        {"events": [{"kind": "message", "id": "1", "sender": {"id": "ann"}, "text": "x"}], "rest": "y" * 2_900_000}
    )
    assert (await site.call_hook(company.inbox, body)).status_code == 200
    [(kept, file, _, _)] = await payloads(site, company)
    assert kept is None
    assert await site.files.read(file) == body


async def test_unknown_and_removed_inboxes_are_told_so(site: Site, company: Company) -> None:
    assert (await site.client.post("/in/nobody", content=b"{}")).status_code == 404
    assert (await site.client.post("/in/", content=b"{}")).status_code == 404
    assert (await site.say(company.inbox)).status_code == 200
    await site.database.write(company.id, remove_inbox, company.inbox.id)
    assert (await site.say(company.inbox)).status_code == 404


async def test_a_changed_key_counts_at_once(site: Site, company: Company) -> None:
    assert (await site.say(company.inbox)).status_code == 200
    change = InboxChange(settings={"signing_key": "another key altogether"})
    await site.database.write(company.id, change_inbox, company.inbox.id, change)
    assert (await site.say(company.inbox)).status_code == 401


@pytest.mark.parametrize(
    "fault", [Busy("full"), StorageFull("no room"), OSError("disk"), RuntimeError("a bug of ours")]
)
async def test_our_own_fault_asks_to_try_again(
    site: Site, company: Company, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    await site.say(company.inbox)

    async def fail(*_: Any, **__: Any) -> None:
        raise fault

    with monkeypatch.context() as broken:
        broken.setattr(site.database, "write", fail)
        answer = await site.say(company.inbox, "Again, please")
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert len(await stored(site, company)) == 1


async def test_nothing_is_acknowledged_before_the_commit(
    site: Site, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = []
    write, acknowledge = site.database.write, Sandbox.ack

    async def watched(*args: Any, **more: Any) -> Any:
        result = await write(*args, **more)
        count = await site.database.read(company.id, ReadTx.value, count_messages)  # type: ignore[arg-type]
        order.append(("committed", count))
        return result

    def ack(self: Sandbox, raw: Raw, *, ok: bool) -> Reply:
        order.append(("acknowledged", ok))
        return acknowledge(self, raw, ok=ok)

    monkeypatch.setattr(site.database, "write", watched)
    monkeypatch.setattr(Sandbox, "ack", ack)
    await site.say(company.inbox)
    assert order == [("committed", 1), ("acknowledged", True)]


async def test_what_our_own_code_chokes_on_is_kept_as_it_came(
    site: Site, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    @batched
    def choke(tx: Any, items: Any) -> Any:
        if any(getattr(one, "text", "") == "poison" for item in items for one in item.inbounds):
            raise RecursionError
        return receive_messages(tx, items)

    monkeypatch.setattr(intake, "receive_messages", choke)
    assert (await site.say(company.inbox, "poison")).status_code == 200
    [(text, more)] = await stored(site, company)
    assert text == "problem.not_understood"
    assert "unsupported" in more
    [(body, _, _, problem)] = await payloads(site, company)
    assert b"poison" in body
    assert problem == "problem.not_understood"


class Raising(Sandbox):
    """An adapter that breaks its word."""

    @override
    def parse(self, raw: Raw) -> Any:
        raise RecursionError("too deep")


async def test_an_adapter_that_raises_costs_no_message(site: Site, company: Company) -> None:
    def open_raising(account: Account) -> Raising:
        return Raising(account)

    site.channels.adapter = open_raising
    assert (await site.say(company.inbox, "Hello")).status_code == 200
    assert len(await stored(site, company)) == 1
    [(body, _, _, problem)] = await payloads(site, company)
    assert b"Hello" in body
    assert problem == "problem.not_understood"


async def test_files_lie_in_the_store_before_the_message_names_them(site: Site, company: Company) -> None:
    picture = b"\x89PNG\r\n\x1a\n" + b"0" * 100
    files = [{"name": "a.png", "type": "image/png", "content": base64.b64encode(picture).decode()}]
    assert (await site.say(company.inbox, files=files)).status_code == 200
    [(_, more)] = await stored(site, company)
    [attached] = msgspec.json.decode(more)["attachments"]
    assert await site.files.read(attached["file"]) == picture
    assert attached["size"] == len(picture)


async def test_credentials_in_headers_are_not_kept(site: Site, company: Company) -> None:
    await site.call_hook(company.inbox, b'{"events":[]}', authorization="Basic c2VjcmV0", cookie="a=b")
    [(_, _, headers, _)] = await payloads(site, company)
    assert "x-sandbox-signature" in headers
    assert "c2VjcmV0" not in headers
    assert "cookie" not in headers


async def test_a_challenge_is_echoed_as_harmless_text(site: Site, company: Company) -> None:
    answer = await site.client.post(f"/in/{company.inbox.key}", content=b'{"challenge":"<script>1</script>"}')
    assert answer.text == "<script>1</script>"
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_bodies_that_are_no_text_are_kept_byte_for_byte(site: Site, company: Company) -> None:
    body = bytes(range(256))
    assert (await site.call_hook(company.inbox, body)).status_code == 200
    [(kept, _, _, problem)] = await payloads(site, company)
    assert kept == body
    assert problem == "not JSON"
