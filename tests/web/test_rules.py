"""Rules through the API: what they say leaves through the channel, other systems are told, and those who manage hear of what fails."""

import base64
import hashlib
import hmac
from typing import Any

import pytest

from lyhord.kit.followers import FollowerRunner
from lyhord.kit.jobs import JobRunner
from lyhord.kit.leases import Patience, list_ended
from lyhord.tickets.rules import jobs
from lyhord.tickets.rules.following import FOLLOWER
from lyhord.tickets.rules.jobs import RuleDesk
from tests.conftest import StoppedClock
from tests.counterparts.loopback import Said, loopback
from tests.web.site import Company, Site

DAY = 86_400_000


class Office:
    """A company whose rules work."""

    def __init__(self, site: Site, company: Company) -> None:
        self.site, self.company = site, company
        desk = RuleDesk(site.channels, site.egress.call, site.sealer)
        self.rules = FollowerRunner(site.database, site.catalogue, [FOLLOWER])
        self.jobs = JobRunner(site.database, site.catalogue, desk.work())

    async def call(self, method: str, path: str, body: Any = None) -> Any:
        """What the administrator gets."""
        answer = await self.site.call(self.company.administrator, method, path, body)
        assert answer.status_code < 300, answer.text
        return answer.json() if answer.content else None

    async def make(self, *steps: Any, **more: Any) -> str:
        """A rule that works."""
        made = await self.call("POST", "/rules", {"name": "One", "when": "customer_wrote", "steps": steps, **more})
        await self.call("PUT", f"/rules/{made['id']}/switch", {"on": True})
        return str(made["id"])

    async def work(self) -> None:
        """Follow, and do what is due."""
        await self.rules.catch_up(self.company.id)
        await self.jobs.catch_up()

    async def messages(self) -> list[Any]:
        """What stands in the one conversation."""
        [ticket] = (await self.site.get(self.company.agent, "/tickets?list=all"))["items"]
        found: list[Any] = (
            await self.site.get(self.company.agent, f"/conversations/{ticket['conversation_id']}/messages")
        )["items"]
        return found

    async def firings(self, rule_id: str) -> list[Any]:
        """What a rule did, the latest first."""
        found: list[Any] = (await self.call("GET", f"/rules/{rule_id}/firings"))["items"]
        return found


@pytest.fixture
async def office(site: Site, company: Company) -> Office:
    """The follower knows where it begins."""
    office = Office(site, company)
    await office.work()
    await site.tell(company.id)
    return office


async def test_what_a_rule_says_leaves_once_and_ends_nobodys_waiting(office: Office) -> None:
    rule = await office.make({"kind": "reply", "text": "Hello {{contact.name}}, we read it"})
    await office.site.say(office.company.inbox)
    await office.work()
    await office.work()
    heard, said = await office.messages()
    assert (said["text"], said["direction"], said["agent_id"]) == ("Hello Ann, we read it", "out", None)
    assert "automatic" in said["flags"]
    [ticket] = (await office.site.get(office.company.agent, "/tickets?list=waiting"))["items"]
    assert ticket["last_inbound_id"] == heard["id"]
    why = await office.site.get(office.company.agent, f"/conversations/{ticket['conversation_id']}/firings")
    assert [(one["rule"], one["outcome"], one["message_id"]) for one in why] == [("One", "done", heard["id"])]
    assert [one["id"] for one in await office.firings(rule)] == [why[0]["id"]]


async def test_another_system_is_told_signed_and_again_until_it_listens(office: Office, clock: StoppedClock) -> None:
    answers = [Said(500), Said(204)]
    with loopback(lambda _: answers.pop(0)) as service:
        rule = await office.make({"kind": "webhook", "url": f"{service.address}/hook"})
        await office.site.say(office.company.inbox, "Where is it?")
        await office.work()
        clock.move(DAY)
        await office.work()
        first, asked = service.to("/hook")
    secret = (await office.call("GET", f"/rules/{rule}/secret"))["secret"]
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{asked.headers['webhook-id']}.{asked.headers['webhook-timestamp']}.".encode() + asked.body
    digest = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert asked.headers["webhook-signature"] == f"v1,{digest}"
    assert asked.headers["webhook-id"] == first.headers["webhook-id"], "so that it may tell that it heard it already"
    assert (asked.json["message"]["text"], asked.json["rule"]["name"]) == ("Where is it?", "One")
    assert [one["outcome"] for one in await office.firings(rule)] == ["done"]


async def test_who_never_listens_makes_a_rule_fail_and_it_is_paused_and_told(
    office: Office, clock: StoppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "PATIENCE", Patience(attempts=1))
    with loopback(Said(500)) as service:
        rule = await office.make({"kind": "webhook", "url": service.address})
        for who in ("ann", "bob", "cid"):
            await office.site.say(office.company.inbox, who=who)
        await office.work()
    assert [one["outcome"] for one in await office.firings(rule)] == ["failed"] * 3
    [shown] = await office.call("GET", "/rules")
    assert (shown["paused_at"], shown["paused_why"]) == (clock.now, jobs.UNHEARD)
    await office.site.tell(office.company.id)
    told = (await office.site.get(office.company.administrator, "/notifications"))["items"]
    assert [one["kind"] for one in told].count("rule") == 1
    told = (await office.site.get(office.company.agent, "/notifications"))["items"]
    assert "rule" not in [one["kind"] for one in told], "who can't do anything about it isn't told"


async def test_a_rule_calls_no_address_of_our_own_network(office: Office) -> None:
    rule = await office.make({"kind": "webhook", "url": "http://10.0.0.1/hook"})
    await office.site.say(office.company.inbox)
    await office.work()
    assert [one["why"] for one in await office.firings(rule)] == ["problem.address_refused"]
    assert len(await office.site.database.read(office.company.id, list_ended)) == 1, "and it isn't tried again"


async def test_what_the_channel_refuses_is_said_and_pauses_nothing(office: Office, clock: StoppedClock) -> None:
    rule = await office.make({"kind": "reply", "text": "Hello"})
    inbox = await office.site.add_inbox(office.company.id, window_hours=1)
    for who in ("ann", "bob", "cid", "dan"):
        await office.site.say(inbox, who=who)
    await office.rules.catch_up(office.company.id)
    clock.move(DAY)
    await office.jobs.catch_up()
    assert {(one["outcome"], one["why"]) for one in await office.firings(rule)} == {("failed", "plan.window_closed")}
    [shown] = await office.call("GET", "/rules")
    assert shown["paused_at"] is None
