"""What the company says to everybody now stands on the doors: when they open, while they are open, and for whoever asks."""

from typing import Any

from lyhord.conversations.canned.model import Text
from lyhord.tickets.surges.actions import begin_surge, change_surge, end_surge
from lyhord.tickets.surges.model import SurgeWords
from tests.web.visitors.conftest import Chat
from tests.web.visitors.test_stream import heard


def words(*texts: tuple[str, str]) -> SurgeWords:
    return SurgeWords(name="No trains", texts=tuple(Text(*one) for one in texts))


async def begin(chat: Chat, *texts: tuple[str, str]) -> str:
    return str(await chat.site.database.write(chat.company.id, begin_surge, words(*texts)))


async def config(chat: Chat) -> Any:
    answer = await chat.call("POST", "/sessions", json={"inbox": chat.inbox.key})
    return answer.json()["config"]


async def test_a_chat_that_opens_shows_what_is_said_in_all_languages(chat: Chat) -> None:
    assert (await config(chat))["updates"] == []
    surge_id = await begin(chat, ("en", "No trains."), ("sv", "Inga tåg."))
    [shown] = (await config(chat))["updates"]
    assert (shown["id"], shown["version"]) == (surge_id, 1)
    assert shown["texts"] == [{"language": "en", "text": "No trains."}, {"language": "sv", "text": "Inga tåg."}]
    assert "name" not in shown, "what colleagues call it is theirs"


async def test_an_open_chat_hears_it_at_once_and_when_it_is_over(chat: Chat) -> None:
    token = await chat.arrive()
    async with chat.listen(token) as stream:
        await heard(stream, "reset")
        surge_id = await begin(chat, ("en", "No trains."))
        [sent] = await heard(stream, "updates")
        assert [one["texts"][0]["text"] for one in sent.data] == ["No trains."]
        await chat.site.database.write(chat.company.id, change_surge, surge_id, words(("en", "At noon.")))
        [sent] = await heard(stream, "updates")
        assert [(one["version"], one["texts"][0]["text"]) for one in sent.data] == [(2, "At noon.")]
        await chat.site.database.write(chat.company.id, end_surge, surge_id)
        [sent] = await heard(stream, "updates")
        assert sent.data == []


async def test_a_chat_that_comes_back_learns_that_it_is_over(chat: Chat) -> None:
    token = await chat.arrive()
    await chat.say(token, "Hello")
    surge_id = await begin(chat, ("en", "No trains."))
    async with chat.listen(token) as stream:
        [last] = await heard(stream, "seen")
    await chat.site.database.write(chat.company.id, end_surge, surge_id)
    async with chat.listen(token, last.id) as stream:
        [sent] = await heard(stream, "updates")
        assert sent.data == []


async def test_a_help_centre_asks_for_it_without_signing_in(chat: Chat) -> None:
    await begin(chat, ("en", "No trains."))
    await begin(chat)
    answer = await chat.call("GET", f"/updates?inbox={chat.inbox.key}")
    assert [one["texts"] for one in answer.json()] == [[{"language": "en", "text": "No trains."}]]
    assert answer.headers["access-control-allow-origin"] == "https://shop.example"
    assert (await chat.call("GET", "/updates?inbox=nobody")).status_code == 404
    refused = await chat.call("GET", f"/updates?inbox={chat.inbox.key}", origin="https://elsewhere.example")
    assert refused.status_code == 403
