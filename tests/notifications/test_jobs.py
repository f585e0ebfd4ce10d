"""What leaves the house: pushes to browsers that are still there, mails to who is away, and nothing to anybody else."""

from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest

from lyhord.kit.clock import HOUR, MINUTE
from lyhord.kit.egress import Egress
from lyhord.kit.leases import GiveUp, Later
from lyhord.kit.push import Pusher
from lyhord.kit.secrets import Sealer
from lyhord.kit.tokens import read_token
from lyhord.notifications.actions import MAIL_JOB, change_preferences, mail_who_is_away, subscribe
from lyhord.notifications.jobs import Courier, Work, make_mail, make_push
from lyhord.notifications.telling import PUSH_JOB
from lyhord.notifications.views import list_devices
from lyhord.tickets.surges.actions import begin_surge
from lyhord.tickets.surges.calling import answer_call, call_in
from lyhord.tickets.surges.model import SurgeWords
from lyhord.tickets.surges.reading import get_running
from lyhord.workspaces.actions.sessions import Client, end_other_sessions, start_session
from tests.counterparts.pushservice import Browser, PushService
from tests.notifications.office import Office

SEALER = Sealer(b"k" * 32)


class Phone:
    """An agent's browser, subscribed; `ring` does the jobs that are there."""

    def __init__(self, office: Office, service: PushService, push: Work) -> None:
        self.office = office
        self.service = service
        self.push = push
        self.browser = Browser()

    async def sign_in(self) -> None:
        text = await self.office.write(start_session, self.office.agent, Client("127.0.0.1", "test"))
        named = read_token(text)
        assert named is not None
        sealed = SEALER.seal(self.browser.subscription(f"{self.service.base}/1"))
        self.device = await self.office.write(
            subscribe, self.office.agent, named[1], f"{self.service.base}/1", sealed, "Firefox"
        )

    async def ring(self) -> list[Any]:
        """What the browser hears."""
        for body, _ in await self.office.jobs(PUSH_JOB):
            await self.push(self.office.database, self.office.workspace_id, body)
        return [msgspec.json.decode(self.browser.open(posted.body)) for posted in self.service.posted]

    async def devices(self) -> list[str]:
        """The agent's browsers."""
        return [one.id for one in await self.office.read(list_devices, self.office.agent)]


@pytest.fixture
async def phone(office: Office) -> AsyncIterator[Phone]:
    """A signed-in phone, and a conversation that became its owner's."""
    egress = Egress(allow_private=["127.0.0.0/8"])
    with PushService() as service:
        phone = Phone(office, service, make_push(Courier(Pusher(b"k" * 32, "https://a.example", egress.call), SEALER)))
        await phone.sign_in()
        said = await office.say("Where is my parcel?", inbox=office.other_inbox)
        await office.give(said.conversation_id, office.agent)
        await office.follow()
        yield phone
    await egress.close()


async def test_a_push_says_who_and_what_and_where(phone: Phone) -> None:
    [heard] = await phone.ring()
    [told] = await phone.office.told()
    assert heard == {
        "title": "Ann",
        "body": "Bo gave it to you: Where is my parcel?",
        "url": f"/app/conversations/{told.conversation_id}",
        "tag": told.conversation_id,
        "unread": 1,
    }


async def test_what_was_read_meanwhile_is_not_pushed(phone: Phone) -> None:
    [told] = await phone.office.told()
    await phone.office.look(told.conversation_id or "")
    await phone.office.follow()
    assert await phone.ring() == []
    assert await phone.devices() == [phone.device]


async def test_who_signed_out_hears_nothing_more(phone: Phone) -> None:
    await phone.office.write(end_other_sessions, phone.office.agent, "none of them")
    assert await phone.ring() == []
    assert await phone.devices() == []


@pytest.mark.parametrize("status", [404, 410])
async def test_a_browser_that_is_gone_is_forgotten(phone: Phone, status: int) -> None:
    phone.service.status = status
    await phone.ring()
    assert await phone.devices() == []


async def test_a_busy_service_is_asked_again_when_it_said(phone: Phone) -> None:
    phone.service.status, phone.service.headers = 429, {"retry-after": "120"}
    with pytest.raises(Later) as later:
        await phone.ring()
    assert later.value.seconds == 120
    phone.service.status, phone.service.headers = 503, {}
    with pytest.raises(RuntimeError):
        await phone.ring()
    phone.service.status = 400
    with pytest.raises(GiveUp):
        await phone.ring()
    assert await phone.devices() == [phone.device]


async def test_an_address_inside_is_never_called(phone: Phone) -> None:
    egress = Egress()
    push = make_push(Courier(Pusher(b"k" * 32, "https://a.example", egress.call), SEALER))
    [(body, _)] = await phone.office.jobs(PUSH_JOB)
    with pytest.raises(GiveUp):
        await push(phone.office.database, phone.office.workspace_id, body)
    await egress.close()
    assert phone.service.posted == []
    assert await phone.devices() == []


async def test_a_trial_needs_no_notification(phone: Phone) -> None:
    await phone.push(phone.office.database, phone.office.workspace_id, {"device_id": phone.device})
    [posted] = phone.service.posted
    assert msgspec.json.decode(phone.browser.open(posted.body))["title"] == "Notifications arrive"


class Post:
    """A mail server that keeps what it gets."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.sent: list[tuple[str, str, str]] = []
        self.work = make_mail(self._send, "https://desk.example")

    async def _send(self, to: str, subject: str, text: str) -> None:
        self.sent.append((to, subject, text))

    async def go_round(self, minutes: int = 0) -> list[tuple[str, str, str]]:
        """Let time pass, and send what is due."""
        self.office.clock.move(minutes * MINUTE)
        await self.office.follow()
        await self.office.write(mail_who_is_away)
        for body, _ in (await self.office.jobs(MAIL_JOB))[len(self.sent) :]:
            await self.work(self.office.database, self.office.workspace_id, body)
        return self.sent


async def test_who_is_away_gets_one_mail_of_everything_without_the_customers_words(office: Office) -> None:
    post = Post(office)
    for who in ("ann", "bob"):
        said = await office.say("My card is 4111 1111", who=who, inbox=office.other_inbox)
        await office.give(said.conversation_id, office.agent)
    await office.follow()
    assert await post.go_round(14) == []
    [(to, subject, text)] = await post.go_round(1)
    assert (to, subject) == ("a@firm.example", "2 things wait for you at Firm")
    assert f"https://desk.example/app/conversations/{said.conversation_id}" in text
    assert "Bo gave it to you" in text
    assert "4111 1111" not in text
    assert len(await post.go_round(60)) == 1, "no second one"


async def test_who_is_here_gets_none_until_they_have_gone(office: Office) -> None:
    post = Post(office)
    said = await office.say(inbox=office.other_inbox)
    await office.give(said.conversation_id, office.agent)
    await office.follow()
    office.clock.move(10 * MINUTE)
    other = await office.say(who="bob", inbox=office.other_inbox)
    await office.look(other.conversation_id)
    assert await post.go_round(6) == []
    assert len(await post.go_round(9)) == 1


async def test_what_was_read_is_not_mailed_and_quiet_is_waited_for(office: Office) -> None:
    post = Post(office)
    said = await office.say(inbox=office.other_inbox)
    await office.give(said.conversation_id, office.agent)
    await office.follow()
    await office.write(change_preferences, office.agent, {"paused_until": office.clock.now + 3 * HOUR})
    assert await post.go_round(60) == []
    assert len(await post.go_round(121)) == 1
    await office.say("More", inbox=office.other_inbox)
    await office.follow()
    await office.look(said.conversation_id)
    assert len(await post.go_round(600)) == 1


async def test_who_is_called_in_is_pushed_until_they_answer(phone: Phone) -> None:
    office = phone.office
    await phone.ring()
    phone.service.posted.clear()
    surge_id = await office.write(begin_surge, SurgeWords(name="Ash cloud", team_id=office.team))
    await office.write(lambda tx: call_in(tx, get_running(tx, surge_id), [office.agent], ()))
    await office.follow()
    [heard] = [one for one in await phone.ring() if one["tag"] == surge_id]
    assert heard == {
        "title": "Ash cloud",
        "body": "You are called in. Can you come?",
        "url": f"/app/surges/{surge_id}",
        "tag": surge_id,
        "unread": 2,
    }
    phone.service.posted.clear()
    await office.write(lambda tx: answer_call(tx, get_running(tx, surge_id), office.agent, comes=False))
    await office.follow()
    assert [one for one in await phone.ring() if one["tag"] == surge_id] == []


async def test_who_wants_quiet_is_not_pushed_when_called_in(phone: Phone) -> None:
    office = phone.office
    await office.write(change_preferences, office.agent, {"paused_until": office.clock.now + HOUR})
    surge_id = await office.write(begin_surge, SurgeWords(name="Ash cloud", team_id=office.team))
    await office.write(lambda tx: call_in(tx, get_running(tx, surge_id), [office.agent], ()))
    await office.follow()
    assert [one for one in await phone.ring() if one["tag"] == surge_id] == []
