"""What leaves for Apple, as its reference describes it; what its answers mean; and files, which lie there sealed."""

import asyncio
import gzip
import hashlib
import json
import uuid
from base64 import b64decode, b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jwt
import msgspec
import pytest
from msgspec.structs import replace

from lyhord.channels.apple import adapter as apples
from lyhord.channels.apple.adapter import Apple
from lyhord.channels.apple.api import Trouble, id_of
from lyhord.channels.apple.outgoing import OPTED_OUT
from lyhord.channels.apple.payloads import Stored, to_place
from lyhord.channels.apple.sealing import seal, unseal
from lyhord.conversations.account import Health
from lyhord.conversations.exchange import (
    Accepted,
    Address,
    Context,
    Failed,
    InboundMessage,
    Media,
    Outbound,
    Outcome,
    Peer,
    Plan,
    Refusal,
    Retry,
    Unknown,
    Unsupported,
)
from lyhord.kit.problems import NotFound
from lyhord.kit.words import catalogue
from tests.channels.apple.said import ANNA, BID, BUSINESS, MSP, SECRET, account, body, call, means
from tests.counterparts.loopback import Asked, Said, Service, loopback
from tests.waiting import until

TO = Address("apple", ANNA)
NOW = 1_772_355_600_000
UNKNOWN = Context(NOW, NOW)
PHONE, OLD_PHONE, WATCH, NO_LISTS = (
    replace(UNKNOWN, peer=Peer(features=frozenset(can), at=NOW))
    for can in (("QUICK", "LIST", "FORM"), ("LIST",), (), ("QUICK",))
)
PLAIN = b"the bytes of a lamp"
LAMP = Media("lamp.png", "image/png", len(PLAIN), content=PLAIN)
COLOURS = ("Red", "Blue")


class AppleThere:
    """Apple's side: takes messages, keeps what is brought, and gives it back to whoever knows its name, owner and checksum."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}
        self.status: dict[str, int] = {}
        self.address = ""

    def answer(self, asked: Asked) -> Said:
        status = self.status.get(asked.path, 200)
        if status != 200:
            return Said(status, b"No", (("retry-after", "7"),))
        if asked.path == "/preUpload":
            place = {"upload-url": f"{self.address}/bring", "mmcs-url": "https://content.example/1", "mmcs-owner": "M1"}
            return Said(body=place)
        if asked.path == "/bring":
            checksum = b64encode(hashlib.sha1(asked.body).digest()).decode()
            self.kept[checksum] = asked.body
            return Said(body={"singleFile": {"fileChecksum": checksum, "size": len(asked.body)}})
        if asked.path == "/preDownload":
            found = asked.headers["mmcs-signature"] in self.kept and asked.headers["mmcs-owner"] == "M1"
            number = list(self.kept).index(asked.headers["signature"]) if found else 0
            return Said(body={"download-url": f"{self.address}/kept?{number}"}) if found else Said(404)
        if asked.path == "/kept":
            return Said(body=list(self.kept.values())[int(asked.query)])
        if asked.path == "/decodePayload":
            return Said(body={"interactiveData": json.loads(asked.body)}) if asked.headers["bid"] == BID else Said(400)
        return Said(body=b"")


@pytest.fixture
def there() -> AppleThere:
    """Apple."""
    return AppleThere()


@pytest.fixture
def service(there: AppleThere) -> Iterator[Service]:
    """Apple's address."""
    with loopback(there.answer) as found:
        there.address = found.address
        yield found


def apple(service: Service, folder: Path, **settings: Any) -> Apple:
    return Apple(account(api_address=service.address, **settings), means(folder))


def planned(context: Context = PHONE, **more: Any) -> tuple[Outbound, ...]:
    plan = Apple(account()).plan(Outbound(**{"to": TO, **more}), context)
    assert isinstance(plan, Plan), plan
    return plan.parts


async def sent(service: Service, folder: Path, context: Context = PHONE, **more: Any) -> list[dict[str, Any]]:
    """The bodies of the messages that carry it."""
    for number, part in enumerate(planned(context, **more)):
        key = f"0198-ref.{number}" if number else "0198-ref"
        assert await apple(service, folder).send(part, key) == Accepted(id_of(key))
    return [asked.json for asked in service.to("/message")]


async def test_words_leave_with_a_token_and_the_ids_in_head_and_body(service: Service, tmp_path: Path) -> None:
    (said,) = await sent(service, tmp_path, text="Hej 😀 https://shop.example/lamp\ufffc")
    (asked,) = service.asked
    assert said == {
        "v": 1,
        "id": id_of("0198-ref"),
        "sourceId": BUSINESS,
        "destinationId": ANNA,
        "type": "text",
        "body": "Hej 😀 https://shop.example/lamp",
    }
    named = {name: asked.headers[name] for name in ("id", "source-id", "destination-id", "auto-reply")}
    assert named == {"id": said["id"], "source-id": BUSINESS, "destination-id": ANNA, "auto-reply": "false"}
    scheme, _, token = asked.headers["authorization"].partition(" ")
    assert (scheme, jwt.decode(token, b64decode(SECRET), algorithms=["HS256"])["iss"]) == ("Bearer", MSP)


async def test_a_message_keeps_its_id_however_often_it_is_sent(service: Service, tmp_path: Path) -> None:
    part = planned(text="Hej", automatic=True)[0]
    for key in ("one", "one", "two"):
        await apple(service, tmp_path).send(part, key)
    first, again, other = (uuid.UUID(asked.headers["id"]) for asked in service.asked)
    assert first == again != other
    assert service.asked[0].headers["auto-reply"] == "true"


async def test_files_are_sealed_before_they_are_brought(service: Service, there: AppleThere, tmp_path: Path) -> None:
    (said,) = await sent(service, tmp_path, text="Look: ", media=(LAMP, replace(LAMP, name="b.png")))
    assert said["body"] == "Look: \ufffc\ufffc"
    first, second = said["attachments"]
    assert (first["name"], first["mimeType"], first["size"]) == ("lamp.png", "image/png", str(len(PLAIN)))
    assert (first["url"], first["owner"]) == ("https://content.example/1", "M1")
    assert PLAIN not in there.kept.values()
    assert unseal(there.kept[first["signature-base64"]], first["key"]) == PLAIN
    assert first["key"] != second["key"]
    assert service.to("/preUpload")[0].headers["size"] == service.to("/preUpload")[0].headers["mmcs-size"] == "19"


async def test_what_is_sealed_at_apple_is_fetched_and_opened(
    service: Service, there: AppleThere, tmp_path: Path
) -> None:
    (said,) = await sent(service, tmp_path, media=(LAMP,))
    stored = msgspec.convert(said["attachments"][0], Stored)
    media = Media("lamp.png", "image/png", 19, url=to_place(stored))
    assert await apple(service, tmp_path).fetch_media(media) == PLAIN
    assert service.to("/preDownload")[0].headers["url"] == "https://content.example/1"
    cut = replace(media, url=to_place(replace(stored, size=20)))
    with pytest.raises(Trouble):
        await apple(service, tmp_path).fetch_media(cut)
    for gone in (replace(stored, owner="M2"), replace(stored, key="00ff"), Stored(url="x", signature_base64="y")):
        with pytest.raises(NotFound):
            await apple(service, tmp_path).fetch_media(replace(media, url=to_place(gone)))
    with pytest.raises(NotFound):
        await apple(service, tmp_path).fetch_media(replace(media, url="https://elsewhere.example"))
    there.status["/kept"] = 503
    with pytest.raises(Trouble):
        await apple(service, tmp_path).fetch_media(media)


async def test_buttons_are_quick_replies_where_the_device_shows_them(service: Service, tmp_path: Path) -> None:
    words, choice = await sent(service, tmp_path, text="Hej\nWhich?", buttons=COLOURS, media=(LAMP,))
    assert (words["type"], words["body"], len(words["attachments"])) == ("text", "Hej\nWhich?\ufffc", 1)
    assert choice["type"] == "interactive"
    assert choice["interactiveData"] == {
        "bid": BID,
        "data": {
            "version": "1.0",
            "mspVersion": "1.0",
            "requestIdentifier": id_of("0198-ref"),
            "quick-reply": {
                "summaryText": "Which?",
                "items": [{"identifier": "lyhord:1", "title": "Red"}, {"identifier": "lyhord:2", "title": "Blue"}],
            },
        },
    }


async def test_a_device_without_quick_replies_gets_a_list(service: Service, tmp_path: Path) -> None:
    (choice,) = await sent(service, tmp_path, OLD_PHONE, text="Which?", buttons=COLOURS)
    (section,) = choice["interactiveData"]["data"]["listPicker"]["sections"]
    assert [(row["identifier"], row["title"], row["order"]) for row in section["items"]] == [
        ("lyhord:1", "Red", 0),
        ("lyhord:2", "Blue", 1),
    ]
    assert (section["title"], section["multipleSelection"]) == ("Which?", False)
    assert choice["interactiveData"]["receivedMessage"] == {"title": "Which?", "subtitle": "", "style": "small"}
    assert "replyMessage" in choice["interactiveData"]


@pytest.mark.parametrize(
    ("context", "labels", "forms", "change"),
    [
        (PHONE, COLOURS, [(), COLOURS], None),
        (UNKNOWN, COLOURS, [(), COLOURS], None),
        (
            PHONE,
            ("A label of more than 24 characters", "Blue"),
            [("A label of more than 24 characters", "Blue")],
            "list",
        ),
        (PHONE, tuple("ABCDEF"), [tuple("ABCDEF")], "list"),
        (PHONE, tuple("ABCDEFGHIJK"), [()], "text"),
        (OLD_PHONE, COLOURS, [COLOURS], "list"),
        (NO_LISTS, tuple("ABCDEF"), [()], "text"),
        (WATCH, COLOURS, [()], "text"),
    ],
)
def test_the_plan_goes_by_the_device_that_wrote_last(
    context: Context, labels: tuple[str, ...], forms: list[tuple[str, ...]], change: str | None
) -> None:
    plan = Apple(account()).plan(Outbound(to=TO, text="Which?", buttons=labels), context)
    assert isinstance(plan, Plan)
    assert [part.buttons for part in plan.parts] == forms
    assert plan.changes == ((f"plan.buttons_as_{change}",) if change else ())
    assert change != "text" or "2. B" in plan.parts[0].text
    assert [part.listed for part in plan.parts if part.buttons] == ([change == "list"] if change != "text" else [])


def test_buttons_without_words_are_named_by_the_inbox() -> None:
    assert [part.text for part in planned(buttons=COLOURS)] == ["Shop"]
    assert [part.text for part in planned(OLD_PHONE, text="A\n" + "b" * 200, buttons=COLOURS)][1].endswith("…")


def test_after_an_end_nothing_leaves_and_the_reason_says_when_it_may() -> None:
    refusal = Apple(account()).plan(Outbound(to=TO, text="Hej"), replace(PHONE, opted_out=True))
    assert refusal == Refusal(OPTED_OUT)
    assert "write again" in catalogue("en")[OPTED_OUT]
    assert Apple(account()).plan(Outbound(to=TO, text="Hej"), Context(NOW)) == Refusal("plan.not_first")


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (400, Failed("400: No")),
        (401, Retry("channel.apple.bad_secret")),
        (403, Retry("channel.apple.bad_secret")),
        (404, Failed("channel.apple.gone")),
        (410, Failed("channel.apple.gone")),
        (413, Failed("plan.file_too_large")),
        (429, Retry("channel.apple.too_fast", 7, limit="account")),
        (500, Unknown("delivery.no_answer")),
        (503, Unknown("delivery.no_answer")),
    ],
)
async def test_an_answer_means_what_it_says(
    service: Service, there: AppleThere, tmp_path: Path, status: int, outcome: Outcome
) -> None:
    there.status["/message"] = status
    found = await apple(service, tmp_path).send(planned(text="Hej")[0], "key")
    assert found == outcome
    reason = getattr(found, "reason", "")
    assert not reason.startswith(("channel.", "plan.")) or reason in catalogue("en")


@pytest.mark.parametrize(("path", "status"), [("/preUpload", 500), ("/bring", 500), ("/preUpload", 429)])
async def test_a_file_that_cannot_be_brought_means_that_nothing_left(
    service: Service, there: AppleThere, tmp_path: Path, path: str, status: int
) -> None:
    there.status[path] = status
    assert isinstance(await apple(service, tmp_path).send(planned(media=(LAMP,))[0], "key"), Retry)
    assert service.to("/message") == []
    lost = replace(LAMP, content=None, file="f" * 64)
    assert await apple(service, tmp_path).send(planned(media=(lost,))[0], "key") == Failed("file.lost")


async def test_nobody_there_means_that_nothing_left_and_a_broken_line_that_it_may_have(tmp_path: Path) -> None:
    part = planned(text="Hej")[0]
    for address, outcome in (
        ("http://127.0.0.1:9", Retry("channel.apple.unreachable")),
        ("http://10.1.2.3", Retry("problem.address_refused", ours=True)),
    ):
        assert await Apple(account(api_address=address), means(tmp_path)).send(part, "key") == outcome
    with loopback(Said(cut=True)) as broken:
        assert await apple(broken, tmp_path).send(part, "key") == Unknown("delivery.no_answer")


async def test_writing_is_shown_once_and_ended(
    service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apples, "TYPING_SECONDS", 0.05)
    adapter = apple(service, tmp_path)
    await asyncio.gather(adapter.show_typing(TO), adapter.show_typing(TO))
    await until(lambda: len(service.to("/message")) == 2)
    assert [asked.json["type"] for asked in service.asked] == ["typing_start", "typing_end"]
    assert len({asked.json["id"] for asked in service.asked}) == 2
    assert "body" not in service.asked[0].json
    assert not apple(service, tmp_path, typing=False).descriptor.typing_out


def large(sealed: bytes, key: str, **more: Any) -> dict[str, Any]:
    """An answer that lies apart (messages-received, interactiveDataRef)."""
    signature = hashlib.sha1(sealed).hexdigest()
    where = {"url": "https://content.example/1", "owner": "M1", "size": len(sealed), "signature": signature}
    return body("interactive", interactiveDataRef={"bid": BID, "key": key, **where, **more})


async def test_a_large_answer_is_fetched_before_it_is_read(service: Service, there: AppleThere, tmp_path: Path) -> None:
    rows = [{"identifier": "lyhord:2", "title": "Blue"}]
    plain = json.dumps({"data": {"listPicker": {"sections": [{"items": rows}]}}}).encode()
    sealed, key = seal(plain)
    there.kept[b64encode(hashlib.sha1(sealed).digest()).decode()] = sealed
    adapter, raw = apple(service, tmp_path), call(large(sealed, key))
    await adapter.look_up(raw)
    await adapter.look_up(raw)
    said, _ = adapter.parse(raw)
    assert isinstance(said, InboundMessage)
    assert (said.text, said.chosen) == ("Blue", "2")
    assert len(service.to("/decodePayload")) == 1
    assert service.to("/decodePayload")[0].body == plain


async def test_a_large_answer_that_is_gone_is_shown_and_one_that_may_come_is_waited_for(
    service: Service, there: AppleThere, tmp_path: Path
) -> None:
    adapter, raw = apple(service, tmp_path), call(large(*seal(b"{}")))
    await adapter.look_up(raw)
    assert isinstance(adapter.parse(raw)[0], Unsupported)
    there.status["/preDownload"] = 503
    with pytest.raises(Trouble):
        await adapter.look_up(raw)
    await adapter.look_up(call(body(body="Hej")))
    assert gzip.decompress(raw.body)


async def test_only_the_last_large_answers_are_remembered(service: Service, there: AppleThere, tmp_path: Path) -> None:
    sealed, key = seal(b'{"data":{}}')
    there.kept[b64encode(hashlib.sha1(sealed).digest()).decode()] = sealed
    adapter = apple(service, tmp_path)
    for number in range(103):
        await adapter.look_up(call({**large(sealed, key), "id": str(number)}))
    assert list(adapter._fetched) == [str(number) for number in range(3, 103)]


async def test_health_tries_secret_and_ids_and_sends_nothing(
    service: Service, there: AppleThere, tmp_path: Path
) -> None:
    assert await apple(service, tmp_path).health() == Health(
        ok=True, who=BUSINESS, link=f"https://bcrw.apple.com/urn:biz:{BUSINESS}"
    )
    assert [asked.path for asked in service.asked] == ["/preUpload"]
    problems = []
    for status in (401, 403, 400, 404, 500):
        there.status["/preUpload"] = status
        ((field, key, _),) = (await apple(service, tmp_path).health()).problems
        problems.append((field, key.rpartition(".")[2]))
        assert key in catalogue("en")
    assert problems == [*[("api_secret", "bad_secret")] * 2, *[("business_id", "no_business")] * 2, ("", "refused")]


@pytest.mark.parametrize(
    ("settings", "problems"),
    [
        ({"business_id": ""}, [("business_id", "channel.apple.missing")]),
        (
            {"msp_id": " ", "api_secret": ""},
            [("msp_id", "channel.apple.missing"), ("api_secret", "channel.apple.missing")],
        ),
        ({"api_secret": "no base64!"}, [("api_secret", "channel.apple.no_secret")]),
        ({"api_address": "http://127.0.0.1:9"}, [("", "channel.apple.unreachable")]),
        ({"api_address": "http://10.1.2.3"}, [("api_address", "problem.address_refused")]),
    ],
)
async def test_health_names_the_field_that_is_wrong(
    tmp_path: Path, settings: dict[str, Any], problems: list[tuple[str, str]]
) -> None:
    found = await Apple(account(**settings), means(tmp_path)).health()
    assert (found.ok, [problem[:2] for problem in found.problems]) == (False, problems)


async def test_without_means_it_reads_but_reaches_nobody() -> None:
    with pytest.raises(RuntimeError):
        await Apple(account()).show_typing(TO)
    assert await Apple(account()).amend(None, "key") == Failed("amend.not_here")  # type: ignore[arg-type]
