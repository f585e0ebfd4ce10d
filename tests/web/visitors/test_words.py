"""What a visitor says and sees."""

import asyncio
from typing import Any

import pytest

from lyhord.kit.ids import new_id
from tests.web.site import Company, Site
from tests.web.visitors.conftest import Chat


async def only_conversation(chat: Chat) -> str:
    (conversation,) = await chat.conversations()
    return str(conversation["id"])


async def test_an_answer_is_seen_and_a_note_never(chat: Chat) -> None:
    token = await chat.arrive()
    await chat.say(token, "Hello")
    conversation_id = await only_conversation(chat)
    await chat.reply(conversation_id, "What a bore", kind="note")
    await chat.reply(conversation_id, "Good morning")
    answer = await chat.call("GET", "/messages", token)
    seen = [(item["direction"], item["text"], item["author"]) for item in answer.json()["items"]]
    assert seen == [("in", "Hello", ""), ("out", "Good morning", "Agent")]
    assert "bore" not in answer.text


async def test_the_same_key_is_the_same_message(chat: Chat) -> None:
    token = await chat.arrive()
    body = {"key": new_id(), "text": "Once"}
    answers = await asyncio.gather(*(chat.call("POST", "/messages", token, json=body) for _ in range(5)))
    assert {answer.json()["id"] for answer in answers} == {answers[0].json()["id"]}
    assert answers[0].json()["key"] == body["key"]
    assert await chat.read(token) == ["Once"]


async def test_two_visitors_may_choose_the_same_key(chat: Chat) -> None:
    one, other = await chat.arrive(), await chat.arrive()
    body = {"key": "k" * 36, "text": "Hello"}
    first, second = [(await chat.call("POST", "/messages", token, json=body)).json() for token in (one, other)]
    assert first["id"] != second["id"]


async def test_one_visitor_sees_nothing_of_another(chat: Chat) -> None:
    one, other = await chat.arrive(), await chat.arrive()
    said = await chat.say(one, "Mine")
    await chat.say(other, "Theirs")
    assert await chat.read(one) == ["Mine"]
    assert (await chat.call("POST", "/read", other, json={"message_id": said["id"]})).status_code == 204
    conversation = next(one for one in await chat.conversations() if one["last_message_id"] == said["id"])
    assert conversation["contact_read_id"] is None


async def test_a_signed_visitor_sees_the_other_channels_and_an_unsigned_one_doesnt(chat: Chat, site: Site) -> None:
    """One contact with two identities: the sandbox plays the mail."""
    token = await chat.arrive(signed=chat.sign(email="anna@shop.example"))
    await chat.say(token, "In the chat")
    anonymous = await chat.arrive()
    await chat.say(anonymous, "Anonymous")
    await site.say(chat.company.inbox, "Elsewhere", who="anna")
    by_text = {await text_of(site, chat, one): one["contact_id"] for one in await chat.conversations()}
    for into in ("In the chat", "Anonymous"):
        merge = {"into": by_text[into]}
        answer = await site.call(chat.company.administrator, "POST", f"/contacts/{by_text['Elsewhere']}/merge", merge)
        assert answer.status_code < 300, answer.text
        seen = await chat.read(token if into == "In the chat" else anonymous)
        assert seen == (["In the chat", "Elsewhere"] if into == "In the chat" else ["Anonymous"])
        await site.call(chat.company.administrator, "POST", f"/contacts/{by_text['Elsewhere']}/separate")


async def text_of(site: Site, chat: Chat, conversation: Any) -> str:
    page = await site.get(chat.company.agent, f"/conversations/{conversation['id']}/messages")
    return str(page["items"][0]["text"])


async def test_a_file_is_the_visitors_own(chat: Chat) -> None:
    one, other = await chat.arrive(), await chat.arrive()
    upload = await chat.call("POST", "/files?name=a%20cat.png", one, content=b"\x89PNG\r\n\x1a\n" + b"0" * 50)
    file = upload.json()
    assert (upload.status_code, file["name"], file["type"], file["size"]) == (201, "a cat.png", "image/png", 58)
    stolen = await chat.call("POST", "/messages", other, json={"key": new_id(), "attachment_ids": [file["id"]]})
    assert stolen.status_code == 422
    message = await chat.say(one, "", attachment_ids=[file["id"]])
    attached = message["attachments"][0]["id"]
    shown = await chat.call("GET", f"/attachments/{attached}", one)
    assert shown.content.startswith(b"\x89PNG")
    assert "sandbox" in shown.headers["content-security-policy"]
    assert (await chat.call("GET", f"/attachments/{attached}", other)).status_code == 404
    again = await chat.call("POST", "/messages", one, json={"key": new_id(), "attachment_ids": [file["id"]]})
    assert again.status_code == 422


async def test_a_file_of_a_note_stays_inside(chat: Chat, site: Site) -> None:
    token = await chat.arrive()
    await chat.say(token, "Hello")
    upload = await site.client.post(
        "/api/v1/files?name=secret.txt",
        content=b"between us",
        headers={**chat.company.agent.headers, "lyhord-upload": "1", "sec-fetch-site": "same-origin"},
    )
    note = await chat.reply(await only_conversation(chat), "Look", kind="note", attachment_ids=[upload.json()["id"]])
    for attachment in (upload.json()["id"], note["attachments"][0]["id"], new_id(), "x"):
        assert (await chat.call("GET", f"/attachments/{attachment}", token)).status_code == 404


async def test_html_is_a_download_and_too_much_is_refused(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    token = await chat.arrive()
    page = (await chat.call("POST", "/files?name=a.png", token, content=b"<html><script>1</script>")).json()
    assert page["type"] == "text/html"
    message = await chat.say(token, "", attachment_ids=[page["id"]])
    shown = await chat.call("GET", f"/attachments/{message['attachments'][0]['id']}", token)
    assert shown.headers["content-disposition"].startswith("attachment")
    assert (await chat.call("POST", "/files?name=empty", token, content=b"")).status_code == 422


async def test_words_are_made_safe_and_nothing_is_refused(chat: Chat) -> None:
    token = await chat.arrive()
    await chat.say(token, "a\u0000b\r\nc")
    assert "\u0000" not in (await chat.read(token))[0]
    for body in (
        {"key": new_id(), "text": " "},
        {"key": new_id()},
        {"key": "short"},
        {"key": new_id(), "text": "x" * 20_001},
    ):
        assert (await chat.call("POST", "/messages", token, json=body)).status_code == 422


async def test_a_flood_is_stemmed(chat: Chat) -> None:
    token = await chat.arrive()
    statuses = [
        (await chat.call("POST", "/messages", token, json={"key": new_id(), "text": "x"})).status_code
        for _ in range(32)
    ]
    assert statuses.count(201) == 30
    assert statuses[-1] == 429


async def test_reading_is_told_to_agents_where_the_workspace_wants_it(chat: Chat) -> None:
    token = await chat.arrive()
    await chat.say(token, "Hello")
    answer = await chat.reply(await only_conversation(chat), "Yes")
    await chat.call("POST", "/read", token, json={"message_id": answer["id"]})
    assert (await chat.conversations())[0]["contact_read_id"] == answer["id"]


async def test_reading_stays_private_where_the_workspace_doesnt(site: Site) -> None:
    from tests.web.visitors.conftest import add_chat

    chat = await add_chat(site, await site.add_company(read_marks_in=False))
    token = await chat.arrive()
    await chat.say(token, "Hello")
    answer = await chat.reply(await only_conversation(chat), "Yes")
    await chat.call("POST", "/read", token, json={"message_id": answer["id"]})
    assert (await chat.conversations())[0]["contact_read_id"] is None


async def test_history_comes_in_parts(chat: Chat) -> None:
    token = await chat.arrive()
    for n in range(35):
        if n == 30:
            token = await chat.arrive(token=token)
        await chat.site.database.write(chat.company.id, _said, chat, token, f"{n}")
    first = (await chat.call("GET", "/messages", token)).json()
    assert [item["text"] for item in first["items"]] == [str(n) for n in range(5, 35)]
    rest = (await chat.call("GET", f"/messages?before={first['next']}", token)).json()
    assert [item["text"] for item in rest["items"]] == [str(n) for n in range(5)]
    assert rest["next"] is None


def _said(tx: Any, chat: Chat, token: str, text: str) -> str:
    from lyhord.conversations.visitors import Said, find_visitor, say
    from lyhord.kit.tokens import read_token

    named = read_token(token)
    assert named is not None
    who = find_visitor(tx, named[1])
    assert who is not None
    return say(tx, Said(visitor=who, key=new_id(), text=text))


async def test_what_an_unknown_company_says(company: Company, chat: Chat) -> None:
    assert (await chat.call("GET", "/unknown", await chat.arrive())).status_code == 404


async def quotes(chat: Chat, token: str) -> list[Any]:
    """What each message that a visitor sees answers, as they see it."""
    return [one["quote"] for one in (await chat.call("GET", "/messages", token)).json()["items"]]


async def test_an_answer_to_a_certain_message_quotes_it(chat: Chat) -> None:
    token = await chat.arrive()
    asked = await chat.say(token, f"Which shades\nfit? {'x' * 300}")
    await chat.say(token, "And do you ship to Åland?")
    answer = await chat.reply(await only_conversation(chat), "All of them", answers=asked["id"])
    first, second, quote = await quotes(chat, token)
    assert (first, second, quote["id"], quote["direction"]) == (None, None, asked["id"], "in")
    assert quote["text"].startswith("Which shades fit? xxx")
    assert len(quote["text"]) == 140
    again = await chat.reply(await only_conversation(chat), "But the red one", answers=answer["id"])
    assert (await quotes(chat, token))[-1] == {
        "id": answer["id"],
        "direction": "out",
        "text": "All of them",
        "author": "Agent",
    }
    assert again["answers"] == answer["id"]


async def test_a_quote_tells_an_unsigned_visitor_nothing_of_the_other_channels(chat: Chat, site: Site) -> None:
    token = await chat.arrive()
    await chat.say(token, "Anonymous")
    await site.say(chat.company.inbox, "Said by mail", who="anna")
    by_text = {await text_of(site, chat, one): one for one in await chat.conversations()}
    mine, other = by_text["Anonymous"], by_text["Said by mail"]
    path, merge = f"/contacts/{other['contact_id']}/merge", {"into": mine["contact_id"]}
    assert (await site.call(chat.company.administrator, "POST", path, merge)).is_success
    contact = await site.get(chat.company.agent, f"/contacts/{mine['contact_id']}")
    address = next(one for one in contact["identities"] if one["scheme"] == "webchat")
    to = {"inbox_id": chat.inbox.id, "scheme": address["scheme"], "value": address["value"]}
    said = await chat.reply(mine["id"], "As you wrote", answers=other["last_message_id"], **to)
    assert said["answers"] == other["last_message_id"]
    assert await chat.read(token) == ["Anonymous", "As you wrote"]
    assert await quotes(chat, token) == [None, None]
