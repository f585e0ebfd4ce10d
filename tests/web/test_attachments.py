"""Files in and out: who may have them, as what they are served, and what a formatted message can't do."""

from typing import Any

import pytest

from lyhord.conversations.actions.receive import receive_messages
from lyhord.conversations.exchange import Address, InboundMessage, Media, Raw
from lyhord.conversations.model import Received
from lyhord.kit.whereabouts import blank_picture
from lyhord.web.downloads import disposition
from lyhord.web.formatted import to_page
from lyhord.workspaces.actions.teams import create_team
from tests.kit.test_whereabouts import PICTURES
from tests.web.site import Company, Person, Site

PNG = b"\x89PNG\r\n\x1a\n" + b"pixels" * 50
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


async def upload(site: Site, person: Person, body: Any, name: str = "a.txt", **headers: str) -> Any:
    """The answer to an upload."""
    return await site.client.post(
        "/api/v1/files",
        params={"name": name},
        content=body,
        headers={**person.headers, "lyhord-upload": "1", "content-type": "application/octet-stream", **headers},
    )


async def test_an_uploaded_file_can_be_sent_and_fetched(site: Site, company: Company) -> None:
    attachment = (await upload(site, company.agent, PNG, "räkning.png")).json()
    assert (attachment["name"], attachment["type"], attachment["size"]) == ("räkning.png", "image/png", len(PNG))
    await site.say(company.inbox)
    [ticket] = (await site.get(company.agent, "/tickets?list=all"))["items"]
    words = {"text": "Here", "attachment_ids": [attachment["id"]]}
    message = (
        await site.call(company.agent, "POST", f"/conversations/{ticket['conversation_id']}/messages", words)
    ).json()
    assert [one["id"] for one in message["attachments"]] == [attachment["id"]]
    answer = await site.client.get(f"/api/v1/attachments/{attachment['id']}", headers=company.administrator.headers)
    assert answer.content == PNG
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["content-length"] == str(len(PNG))
    assert (
        answer.headers["content-disposition"] == "inline; filename=\"r_kning.png\"; filename*=UTF-8''r%C3%A4kning.png"
    )


async def test_where_a_picture_was_made_does_not_leave_with_it(site: Site, company: Company) -> None:
    picture = PICTURES["jpeg"]
    sent = (await upload(site, company.agent, picture, "lamp.jpg")).json()
    assert (sent["type"], sent["size"]) == ("image/jpeg", len(picture))
    headers = company.agent.headers
    assert (await site.client.get(f"/api/v1/attachments/{sent['id']}", headers=headers)).content == blank_picture(
        picture
    )


async def test_a_customers_picture_is_passed_on_without_where_it_was_made(site: Site, company: Company) -> None:
    picture = PICTURES["jpeg"]
    stored = await site.files.put(picture)
    media = Media("lamp.jpg", "image/jpeg", len(picture), file=stored.sha256)
    said = InboundMessage(external_id="p1", sender=(Address("sandbox", "ann"),), text="Look", media=(media,))
    received = Received(inbox_id=company.inbox.id, channel="sandbox", inbounds=(said,))
    await site.database.write(company.id, receive_messages, received)
    [ticket] = (await site.get(company.agent, "/tickets?list=all"))["items"]
    messages = (await site.get(company.agent, f"/conversations/{ticket['conversation_id']}/messages"))["items"]
    theirs = messages[0]["attachments"][0]["id"]
    copied = (await site.call(company.agent, "POST", f"/attachments/{theirs}/copy")).json()
    headers = company.agent.headers
    assert (await site.client.get(f"/api/v1/attachments/{theirs}", headers=headers)).content == picture
    passed = await site.client.get(f"/api/v1/attachments/{copied['id']}", headers=headers)
    assert passed.content == blank_picture(picture)


async def test_until_it_is_sent_a_file_is_its_uploaders_alone(site: Site, company: Company) -> None:
    attachment = (await upload(site, company.agent, b"Hello")).json()
    path = f"/api/v1/attachments/{attachment['id']}"
    assert (await site.client.get(path, headers=company.agent.headers)).content == b"Hello"
    assert (await site.client.get(path, headers=company.administrator.headers)).status_code == 404


async def test_an_editor_attaches_a_file_to_a_canned_reply_and_agents_send_it(site: Site, company: Company) -> None:
    editor = await site.add_person(company.id, "editor")
    price = (await upload(site, editor, b"19 euros", "prices.txt")).json()
    texts = [{"language": "en", "text": "Our prices"}]
    words = {"name": "Prices", "texts": texts, "attachment_ids": [price["id"]]}
    canned = (await site.call(editor, "POST", "/canned-replies", words)).json()
    assert [one["name"] for one in canned["attachments"]] == ["prices.txt"]
    [copy] = (await site.call(company.agent, "POST", f"/canned-replies/{canned['id']}/use")).json()
    path = f"/api/v1/attachments/{copy['id']}"
    assert (await site.client.get(path, headers=company.agent.headers)).content == b"19 euros"
    assert (await upload(site, await site.add_person(company.id, "director"), b"x")).status_code == 403


async def test_the_picture_of_a_signature_is_seen_by_every_agent(site: Site, company: Company) -> None:
    logo = (await upload(site, company.administrator, PNG, "logo.png")).json()
    path = f"/api/v1/attachments/{logo['id']}"
    assert (await site.client.get(path, headers=company.agent.headers)).status_code == 404
    words = {"html": f'<img src="cid:{logo["id"]}">', "attachment_ids": [logo["id"]]}
    signed = await site.call(company.administrator, "PUT", f"/inboxes/{company.inbox.id}/signature", words)
    assert signed.status_code == 204
    assert (await site.client.get(path, headers=company.agent.headers)).content == PNG
    [signature] = (await site.get(company.agent, "/signatures"))["items"]
    assert (signature["inbox_id"], signature["agent_id"]) == (company.inbox.id, None)
    stranger = await site.add_company()
    assert (await site.client.get(path, headers=stranger.agent.headers)).status_code == 404


@pytest.mark.parametrize(
    ("body", "name", "claimed"),
    [(SVG, "a.png", "image/png"), (b"<html><script>1</script>", "a.gif", "image/gif"), (b"%PDF-1.4 x", "a.pdf", "")],
)
async def test_what_could_act_is_only_ever_a_download(
    site: Site, company: Company, body: bytes, name: str, claimed: str
) -> None:
    attachment = (await upload(site, company.agent, body, name, **{"content-type": claimed or "text/plain"})).json()
    answer = await site.client.get(f"/api/v1/attachments/{attachment['id']}", headers=company.agent.headers)
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox; frame-ancestors 'none'"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"


async def test_too_large_and_empty_files_are_refused_and_leave_nothing(site: Site, company: Company) -> None:
    async def drops() -> Any:
        for _ in range(20):
            yield b"x" * 100_000

    for body in (b"x" * 1_000_001, drops()):
        answer = await upload(site, company.agent, body)
        assert (answer.status_code, answer.json()["key"]) == (413, "problem.too_large")
    assert (await upload(site, company.agent, b"")).status_code == 422
    assert not [path for path in site.files.root.rglob("*") if path.is_file() and path.stat().st_size > 0]


async def test_a_name_never_reaches_the_disk_nor_a_header(site: Site, company: Company) -> None:
    name = "../../etc/pass\r\nwd\u202e\x00.txt"
    attachment = (await upload(site, company.agent, b"Hello", name)).json()
    assert not set("/\r\n\x00\u202e") & set(attachment["name"])
    answer = await site.client.get(f"/api/v1/attachments/{attachment['id']}", headers=company.agent.headers)
    assert "\n" not in answer.headers["content-disposition"]


def test_names_are_written_for_old_and_new_clients() -> None:
    assert disposition("attachment", 'a"b;c\\.txt') == (
        "attachment; filename=\"a_b_c_.txt\"; filename*=UTF-8''a%22b%3Bc%5C.txt"
    )
    assert disposition("inline", "发票.png").endswith("filename*=UTF-8''%E5%8F%91%E7%A5%A8.png")


async def test_the_original_of_a_message_can_be_had_as_it_came(site: Site, company: Company) -> None:
    async def receive(body: bytes, where: str) -> str:
        raw = Raw(body) if len(body) < 100 else Raw(b"", file=(await site.files.put(body)).sha256)
        inbound = InboundMessage(external_id=str(len(body)), sender=(Address("sandbox", "ann"),), text="Hi")
        received = Received(inbox_id=where, channel="sandbox", inbounds=(inbound,), raw=raw)
        receipt = await site.database.write(company.id, receive_messages, received)
        return str(receipt.message_ids[0])

    for body in (bytes(range(64)) + b"\xff\r\n", b"<script>alert(1)</script>" * 10_000):
        message_id = await receive(body, company.inbox.id)
        answer = await site.client.get(f"/api/v1/messages/{message_id}/raw", headers=company.agent.headers)
        assert answer.content == body
        assert answer.headers["content-disposition"].startswith(f'attachment; filename="{message_id}.json"')
        assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox; frame-ancestors 'none'"
        assert answer.headers["x-content-type-options"] == "nosniff"


async def test_an_original_is_for_those_who_read_its_inbox(site: Site) -> None:
    company = await site.add_company(restricted_reach=True)
    inbound = InboundMessage(external_id="1", sender=(Address("sandbox", "ann"),), text="Hi")
    received = Received(inbox_id=company.inbox.id, channel="sandbox", inbounds=(inbound,), raw=Raw(b"secret"))
    receipt = await site.database.write(company.id, receive_messages, received)
    path = f"/api/v1/messages/{receipt.message_ids[0]}/raw"
    assert (await site.client.get(path, headers=company.agent.headers)).status_code == 404
    await site.database.write(company.id, create_team, "Crew", [company.agent.id], [company.inbox.id])
    assert (await site.client.get(path, headers=company.agent.headers)).content == b"secret"


async def test_where_no_original_is_kept_there_is_none(site: Site, company: Company) -> None:
    message_id = await receive_html(site, company, "<p>Hi</p>")
    answer = await site.client.get(f"/api/v1/messages/{message_id}/raw", headers=company.agent.headers)
    assert answer.status_code == 404


async def receive_html(site: Site, company: Company, html: str) -> str:
    """A formatted message with a picture of its own; the message's id."""
    stored = await site.files.put(PNG)
    picture = Media("logo.png", "image/png", stored.size, file=stored.sha256, inline_id="logo@x")
    inbound = InboundMessage(
        external_id="1", sender=(Address("sandbox", "ann"),), text="Hi", html=html, media=(picture,)
    )
    received = Received(inbox_id=company.inbox.id, channel="sandbox", inbounds=(inbound,))
    receipt = await site.database.write(company.id, receive_messages, received)
    assert receipt.message_ids[0]
    return str(receipt.message_ids[0])


async def test_a_formatted_message_is_a_page_that_can_do_nothing(site: Site, company: Company) -> None:
    message_id = await receive_html(site, company, '<p>Hi <img src="cid:logo@x"><img src="cid:other"></p>')
    answer = await site.client.get(f"/api/v1/messages/{message_id}/html", headers=company.agent.headers)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "allow-scripts" not in policy
    assert "allow-forms" not in policy
    assert "frame-ancestors 'self'" in policy
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    source = answer.text.split('src="')[1].split('"')[0]
    assert 'src="data:,"' in answer.text
    assert "cid:" not in answer.text
    picture = await site.client.get(source, headers=company.agent.headers)
    assert picture.content == PNG


async def test_formatted_messages_and_their_files_follow_reach(site: Site) -> None:
    company = await site.add_company(restricted_reach=True)
    await site.database.write(company.id, create_team, "Crew", [company.agent.id], [company.other_inbox.id])
    message_id = await receive_html(site, company, "<p>Secret</p>")
    path = f"/api/v1/messages/{message_id}"
    assert (await site.client.get(f"{path}/html", headers=company.administrator.headers)).status_code == 200
    assert (await site.client.get(f"{path}/html", headers=company.agent.headers)).status_code == 404
    [ticket] = (await site.get(company.administrator, "/tickets?list=all"))["items"]
    page = await site.get(company.administrator, f"/conversations/{ticket['conversation_id']}/messages")
    [attachment] = page["items"][0]["attachments"]
    file = f"/api/v1/attachments/{attachment['id']}"
    assert (await site.client.get(file, headers=company.administrator.headers)).status_code == 200
    assert (await site.client.get(file, headers=company.agent.headers)).status_code == 404


async def test_a_plain_message_has_no_formatted_form(site: Site, company: Company) -> None:
    await site.say(company.inbox)
    [ticket] = (await site.get(company.agent, "/tickets?list=all"))["items"]
    path = f"/api/v1/messages/{ticket['last_message_id']}/html"
    assert (await site.client.get(path, headers=company.agent.headers)).status_code == 404


def test_a_quote_at_the_end_is_folded_and_one_among_words_is_not() -> None:
    page = to_page("<p>New</p><div>On Monday:<blockquote>Old <blockquote>older</blockquote></blockquote></div>", {})
    assert page.count("<details>") == 1
    assert "<details><summary>…</summary><blockquote>Old <blockquote>older" in page
    assert "<details>" not in to_page("<blockquote>Asked</blockquote><p>Answered below</p>", {})
    assert "<details>" not in to_page("<blockquote>Nothing but a quote</blockquote>", {})


def test_pages_of_empty_and_odd_messages_are_pages() -> None:
    for html in ("", "plain", "</body><p>x", "<p>" * 200, "\x00", "<!-- -->"):
        assert to_page(html, {}).startswith("<!doctype html>")
