"""An acknowledgement: said by itself once to who begins to wait, in their language, with a promise that is measured; and to nobody else."""

from typing import Any

import pytest

from lyhord.kit.clock import HOUR, MINUTE
from lyhord.kit.words import LOCALES
from tests.conftest import StoppedClock
from tests.web.site import Company, Site
from tests.web.test_rules import Office


@pytest.fixture
async def office(site: Site, company: Company) -> Office:
    """It has rules, one of which acknowledges."""
    made = Office(site, company)
    await made.rules.catch_up(company.id)
    await made.call("PATCH", "/workspace", {"settings": {"reply_promise_minutes": 30}})
    return made


async def switch_on(office: Office, **more: Any) -> str:
    """Prepare the acknowledgement, with `more` of its own, and switch it on."""
    rule = await office.call("POST", "/rules/acknowledgement")
    words = {name: rule[name] for name in ("name", "when", "minutes", "match", "conditions", "steps", "stops")}
    await office.call("PUT", f"/rules/{rule['id']}", {**words, **more})
    await office.call("PUT", f"/rules/{rule['id']}/switch", {"on": True})
    return str(rule["id"])


async def said(office: Office) -> list[str]:
    """What was said by itself, once everything is done."""
    await office.work()
    return [one["text"] for one in await office.messages() if one["direction"] == "out"]


async def test_it_is_prepared_switched_off_in_every_language(office: Office, site: Site, company: Company) -> None:
    rule = await office.call("POST", "/rules/acknowledgement")
    assert (rule["on_at"], rule["when"]) == (None, "customer_waits")
    [step] = rule["steps"]
    replies = (await office.call("GET", "/canned-replies"))["items"]
    texts = next(one["texts"] for one in replies if one["id"] == step["canned_reply_id"])
    assert {one["language"] for one in texts} == set(LOCALES)
    await site.say(company.inbox)
    assert await said(office) == []


async def test_who_begins_to_wait_hears_it_once(
    office: Office, site: Site, company: Company, clock: StoppedClock
) -> None:
    await switch_on(office)
    await site.say(company.inbox)
    first = ["Thank you for writing to us. A colleague reads your message and answers within 30 minutes."]
    assert await said(office) == first
    clock.move(MINUTE)
    await site.say(company.inbox, "Are you there?")
    assert await said(office) == first, "they wait already"
    [ticket] = (await site.get(company.agent, "/tickets?list=all"))["items"]
    assert ticket["waiting_since"] is not None, "it ends nobody's waiting"
    told = await site.get(company.administrator, "/numbers/promises")
    assert (told["now"]["told"], told["ways"].keys()) == (1, {"reply"})
    await site.call(company.agent, "POST", f"/conversations/{ticket['conversation_id']}/messages", {"text": "Here"})
    clock.move(HOUR)
    await site.say(company.inbox, "And another thing")
    assert len(await said(office)) == 3, "they wait anew"


async def test_who_was_answered_meanwhile_hears_nothing(office: Office, site: Site, company: Company) -> None:
    await switch_on(office)
    await site.say(company.inbox)
    await office.rules.catch_up(company.id)
    [ticket] = (await site.get(company.agent, "/tickets?list=all"))["items"]
    await site.call(company.agent, "POST", f"/conversations/{ticket['conversation_id']}/messages", {"text": "Here"})
    assert await said(office) == ["Here"]
    assert (await site.get(company.administrator, "/numbers/promises"))["now"]["told"] == 0


async def test_who_is_blocked_hears_nothing(office: Office, site: Site, company: Company) -> None:
    await switch_on(office)
    await site.say(company.inbox)
    assert len(await said(office)) == 1
    [ticket] = (await site.get(company.agent, "/tickets?list=all"))["items"]
    await site.call(company.agent, "POST", f"/tickets/{ticket['id']}/spam")
    await site.say(company.inbox, "Buy this")
    await office.work()
    messages = (await site.get(company.agent, f"/conversations/{ticket['conversation_id']}/messages"))["items"]
    assert sum(one["direction"] == "out" for one in messages) == 1


async def test_it_keeps_to_hours_as_the_rule_says(
    office: Office, site: Site, company: Company, clock: StoppedClock
) -> None:
    hours = [{"day": day, "opens": 540, "closes": 1020} for day in range(7)]
    await office.call("PATCH", "/workspace", {"settings": {"hours": hours}})
    await switch_on(office, conditions=[{"type": "open", "but": True}])
    await site.say(company.inbox)
    assert await said(office) == [], "it is nine o'clock, and somebody is there"
    [ticket] = (await site.get(company.agent, "/tickets?list=all"))["items"]
    await site.call(company.agent, "POST", f"/conversations/{ticket['conversation_id']}/messages", {"text": "Here"})
    clock.move(9 * HOUR)
    await site.say(company.inbox, "Still there?")
    assert (await said(office))[-1].endswith("answers by 9:30 tomorrow.")


async def test_without_a_promise_it_says_so_in_other_words(office: Office, site: Site, company: Company) -> None:
    await office.call("PATCH", "/workspace", {"settings": {"reply_promise": "none"}})
    await switch_on(office)
    await site.say(company.inbox)
    assert [one.partition("answers ")[2] for one in await said(office)] == ["as soon as possible."]
    assert (await site.get(company.administrator, "/numbers/promises"))["now"]["told"] == 0
