"""By when visitors have an answer: before they write, after they did, and anew once the time is up."""

from lyhord.kit.clock import HOUR, MINUTE
from tests.conftest import StoppedClock
from tests.web.visitors.conftest import Chat


async def choose(chat: Chat, **settings: object) -> None:
    answer = await chat.site.call(chat.company.administrator, "PATCH", "/workspace", {"settings": settings})
    assert answer.status_code == 200, answer.text


async def test_whoever_asks_is_told_what_holds_now(chat: Chat, clock: StoppedClock) -> None:
    path = f"/promise?inbox={chat.inbox.key}"
    assert (await chat.call("GET", path)).json() == {"promise": None, "opens_at": None}
    await choose(chat, reply_promise_minutes=12)
    assert (await chat.call("GET", path)).json()["promise"] == {
        "due_at": clock.now + 15 * MINUTE,
        "form": "minutes",
        "n": 15,
    }
    opens = {"day": 6, "opens": 600, "closes": 1_000}
    await choose(chat, hours=[opens])  # it is Sunday, nine o'clock
    asked = (await chat.call("GET", path)).json()
    assert asked == {
        "promise": {"due_at": clock.now + HOUR + 15 * MINUTE, "form": "moment", "n": 0},
        "opens_at": clock.now + HOUR,
    }
    await choose(chat, reply_promise="none")
    assert (await chat.call("GET", path)).json()["promise"] is None


async def test_only_pages_that_may_stand_there_ask_and_only_for_chats(chat: Chat) -> None:
    path = f"/promise?inbox={chat.inbox.key}"
    assert (await chat.call("GET", path, origin="https://other.example")).status_code == 403
    for key in ("nonsense", chat.company.inbox.key):
        assert (await chat.call("GET", f"/promise?inbox={key}")).status_code == 404


async def test_who_waits_is_told_once_and_anew_when_the_time_is_up(chat: Chat, clock: StoppedClock) -> None:
    await choose(chat, reply_promise_minutes=12)
    visit = (await chat.call("POST", "/sessions", json={"inbox": chat.inbox.key})).json()
    assert visit["config"]["promise"]["form"] == "minutes"
    token = visit["token"]
    assert (await chat.call("POST", "/promise", token)).json() == {"promise": None, "again": False}, "nobody waits yet"
    await chat.say(token, "Hello")
    first = (await chat.call("POST", "/promise", token)).json()
    clock.move(10 * MINUTE)
    assert (await chat.call("POST", "/promise", token)).json()["promise"]["due_at"] == first["promise"]["due_at"]
    clock.move(10 * MINUTE)
    later = (await chat.call("POST", "/promise", token)).json()
    assert (later["again"], later["promise"]["due_at"]) == (True, clock.now + 15 * MINUTE)
    (talk,) = await chat.conversations()
    await chat.reply(talk["id"], "Here I am")
    assert (await chat.call("POST", "/promise", token)).json()["promise"] is None
    told = await chat.site.get(chat.company.administrator, "/numbers/promises")
    assert (told["now"]["told"], told["now"]["broken"]) == (2, 1)
    assert told["ways"].keys() == {"chat"}


async def test_nobody_is_told_of_others(chat: Chat) -> None:
    await choose(chat, reply_promise_minutes=12)
    mine, other = await chat.arrive(), await chat.arrive()
    await chat.say(mine, "Hello")
    assert (await chat.call("POST", "/promise", other)).json()["promise"] is None
    assert (await chat.call("POST", "/promise", "nonsense")).status_code == 401
