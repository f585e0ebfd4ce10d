"""Visitors who aren't there hear that an answer came: once until they look, without its words, and nothing where nobody wants it."""

from collections.abc import AsyncIterator
from functools import partial
from typing import Any

import msgspec
import pytest

from lyhord.app.wiring import EVENTS
from lyhord.contacts.actions import merge_contacts
from lyhord.conversations.actions.amend import remove_message
from lyhord.conversations.exchange import Accepted
from lyhord.conversations.pushes.actions import KEPT, Browser, add_browser, forget_unused, is_told, note_seen
from lyhord.conversations.sending import claim_due, finish
from lyhord.conversations.visitors import Visitor
from lyhord.kit.egress import Egress
from lyhord.kit.events import Catalogue
from lyhord.kit.followers import FollowerRunner
from lyhord.kit.leases import GiveUp, Later
from lyhord.kit.push import Pusher
from lyhord.kit.secrets import Sealer
from lyhord.notifications.answers import FOLLOWER, JOB, TELL_AFTER, make_tell_visitor
from lyhord.notifications.jobs import Courier
from lyhord.privacy.actions import erase_contact
from lyhord.workspaces.actions.inboxes import InboxChange, change_inbox, remove_inbox
from tests.counterparts import pushservice
from tests.counterparts.pushservice import PushService
from tests.notifications.office import Office

SEALER = Sealer(b"k" * 32)
PAGE = "https://shop.example/basket?step=2"


class Shopper:
    """A customer who wrote on the company's page, and whose browser is told of answers."""

    def __init__(self, office: Office, service: PushService, egress: Egress) -> None:
        self.office = office
        self.service = service
        self.pusher = Pusher(b"k" * 32, "https://a.example", egress.call)
        self.tell = make_tell_visitor(Courier(self.pusher, SEALER), "https://desk.example")
        self.browser = pushservice.Browser()
        self.follower = FollowerRunner(office.database, Catalogue(EVENTS), [FOLLOWER])
        self.who = Visitor(office.workspace_id, "t", office.inbox, "pigeon", {}, "pigeon", "ann", False, 0)
        self.done = 0

    async def begin(self) -> None:
        """Write, and let the browser be told."""
        self.conversation_id = (await self.office.say()).conversation_id
        await self.subscribe()
        await self.follower.catch_up()

    async def subscribe(self, number: int = 1, who: Visitor | None = None) -> None:
        """Let a browser be told."""
        endpoint = f"{self.service.base}/{number}"
        sealed = SEALER.seal({**self.browser.subscription(endpoint), "page": PAGE})
        await self.office.write(add_browser, who or self.who, Browser(endpoint=endpoint, sealed=sealed, locale="sv"))

    async def answer(self, text: str = "It leaves today", conversation_id: str = "") -> str:
        """An agent answers, and it leaves; the message's id."""
        message = await self.office.answer(conversation_id or self.conversation_id, text)
        await self.leave()
        return message.id

    async def leave(self) -> None:
        """What waits leaves, and is followed."""
        self.office.clock.move(60_000)
        for claim in await self.office.write(lambda tx: claim_due(tx, ["pigeon"], (), 10)):
            await self.office.write(partial(finish, native=True), claim, Accepted(f"x-{claim.reference}"))
        await self.follower.catch_up()

    async def work(self) -> None:
        """Do the jobs that came since."""
        for body, _ in (await self.office.jobs(JOB))[self.done :]:
            self.done += 1
            await self.tell(self.office.database, self.office.workspace_id, body)

    async def heard(self) -> list[Any]:
        """What all browsers hear, by then."""
        await self.work()
        return [msgspec.json.decode(self.browser.open(one.body)) for one in self.service.posted]

    async def is_told(self) -> bool:
        """Whether the browser is still told."""
        return bool(await self.office.read(is_told, "t"))

    async def set_up(self, **settings: object) -> None:
        """Change the inbox's settings."""
        await self.office.write(change_inbox, self.office.inbox, InboxChange(settings=settings))


@pytest.fixture
async def shopper(office: Office) -> AsyncIterator[Shopper]:
    """One who has written and gone."""
    egress = Egress(allow_private=["127.0.0.0/8"])
    with PushService() as service:
        shopper = Shopper(office, service, egress)
        await shopper.begin()
        yield shopper
    await egress.close()


async def test_an_answer_is_told_in_their_language_without_its_words(shopper: Shopper) -> None:
    await shopper.answer()
    [(_, due_at)] = await shopper.office.jobs(JOB)
    assert due_at == shopper.office.clock.now + TELL_AFTER
    [said] = await shopper.heard()
    assert (said["title"], said["body"]) == ("Du har fått svar från Firm", "")
    assert said["url"] == f"{PAGE}#lyhord-chat"
    [posted] = shopper.service.posted
    pushservice.check_sender(posted, shopper.pusher.public_key(), shopper.service.base)


async def test_the_inbox_says_whose_name_and_whether_the_words_are_shown(shopper: Shopper) -> None:
    await shopper.set_up(company="Lamps & Co", push_words=True, logo="https://shop.example/logo.png")
    await shopper.answer()
    [said] = await shopper.heard()
    assert (said["title"], said["body"]) == ("Du har fått svar från Lamps & Co", "It leaves today")
    assert said["icon"] == "https://shop.example/logo.png"


async def test_once_until_they_have_looked(shopper: Shopper) -> None:
    for _ in range(3):
        last = await shopper.answer()
    assert len(await shopper.heard()) == 1
    await shopper.office.write(note_seen, shopper.who, last)
    await shopper.answer()
    assert len(await shopper.heard()) == 2


async def test_who_has_the_chat_open_is_told_nothing(shopper: Shopper) -> None:
    message_id = await shopper.answer()
    await shopper.office.write(note_seen, shopper.who, message_id)
    assert await shopper.heard() == []


async def test_what_was_taken_back_is_not_told(shopper: Shopper) -> None:
    message_id = await shopper.answer()
    await shopper.office.write(remove_message, message_id, actor=f"agent:{shopper.office.agent}")
    assert await shopper.heard() == []


async def test_nobody_else_is_told(shopper: Shopper) -> None:
    other = await shopper.office.say(who="bob")
    await shopper.answer(conversation_id=other.conversation_id)
    assert await shopper.heard() == []


async def test_notes_and_what_waits_to_leave_are_not_told(shopper: Shopper) -> None:
    await shopper.office.note(shopper.conversation_id)
    await shopper.office.answer(shopper.conversation_id)
    await shopper.follower.catch_up()
    assert await shopper.heard() == []
    await shopper.leave()
    assert len(await shopper.heard()) == 1


@pytest.mark.parametrize("settings", [{"push": False}, {"allowed_origins": ["https://other.example"]}])
async def test_an_inbox_that_tells_nobody_or_stands_elsewhere_now(shopper: Shopper, settings: dict[str, Any]) -> None:
    await shopper.answer()
    await shopper.set_up(**settings)
    assert await shopper.heard() == []


async def test_an_inbox_that_was_removed_tells_nobody(shopper: Shopper) -> None:
    await shopper.answer()
    await shopper.office.write(remove_inbox, shopper.office.inbox)
    assert await shopper.heard() == []


@pytest.mark.parametrize("status", [404, 410])
async def test_a_browser_that_is_gone_is_forgotten(shopper: Shopper, status: int) -> None:
    shopper.service.status = status
    await shopper.answer()
    await shopper.work()
    assert not await shopper.is_told()


async def test_a_busy_service_is_asked_again_about_the_same(shopper: Shopper) -> None:
    shopper.service.status, shopper.service.headers = 429, {"retry-after": "120"}
    await shopper.answer()
    with pytest.raises(Later):
        await shopper.work()
    shopper.service.status, shopper.done = 201, 0
    await shopper.work()
    assert len(shopper.service.posted) == 2
    assert await shopper.is_told()


async def test_an_address_inside_is_never_called(shopper: Shopper) -> None:
    egress = Egress()
    shopper.tell = make_tell_visitor(Courier(Pusher(b"k" * 32, "https://a.example", egress.call), SEALER), "")
    await shopper.answer()
    with pytest.raises(GiveUp):
        await shopper.work()
    await egress.close()
    assert shopper.service.posted == []
    assert not await shopper.is_told()


async def test_who_was_merged_or_separated_is_told_as_before(shopper: Shopper) -> None:
    office = shopper.office
    other = await office.say(who="bob")
    mine, theirs = [(await office.ticket(one)).contact_id for one in (shopper.conversation_id, other.conversation_id)]
    await office.write(merge_contacts, mine, theirs)
    said = await office.say("And now?")
    await shopper.answer(conversation_id=said.conversation_id)
    assert len(await shopper.heard()) == 1


async def test_who_is_erased_or_stays_away_is_forgotten(shopper: Shopper) -> None:
    office = shopper.office
    office.clock.move(KEPT)
    await office.write(forget_unused)
    assert await shopper.is_told()
    office.clock.move(1)
    await office.write(forget_unused)
    assert not await shopper.is_told()
    await shopper.subscribe()
    await office.write(erase_contact, (await office.ticket(shopper.conversation_id)).contact_id)
    assert not await shopper.is_told()
