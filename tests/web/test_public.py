"""Public and private answers through the API: the way is never left to chance."""

from typing import Any

import pytest

from lyhord.channels.sandbox.templates import TEMPLATES
from lyhord.conversations.templates.actions import keep_templates
from lyhord.workspaces.actions.inboxes import StoredInbox
from tests.web.site import Company, Site

POST = {"id": "p1", "link": "https://social.example/p1", "text": "Our new lamp"}


class Talk:
    """One customer at a sandbox that has posts, and may be written to first only where it says so."""

    def __init__(self, site: Site, company: Company, inbox: StoredInbox) -> None:
        self.site, self.company, self.inbox = site, company, inbox
        self.path = ""

    async def hear(self, text: str, **more: Any) -> str:
        """What we call what the customer said."""
        await self.site.say(self.inbox, text, **more)
        [ticket] = (await self.site.get(self.company.agent, "/tickets?list=all"))["items"]
        self.path = f"/conversations/{ticket['conversation_id']}"
        messages = (await self.site.get(self.company.agent, f"{self.path}/messages"))["items"]
        return str(messages[-1]["id"])

    async def ask(self, what: str, **words: Any) -> Any:
        """An agent's call."""
        answer = await self.site.call(self.company.agent, "POST", f"{self.path}/{what}", {"text": "Thank you", **words})
        return answer.json()


@pytest.fixture
async def talk(site: Site, company: Company) -> Talk:
    """At a channel whose comments may be answered in private once in a week."""
    return Talk(site, company, await site.add_inbox(company.id, may_initiate=False))


async def test_an_answer_is_as_public_as_what_it_answers_and_the_plan_says_so(talk: Talk) -> None:
    comment = await talk.hear("Bright!", post=POST)
    plan = await talk.ask("plan")
    assert (plan["public"], plan["once"], plan["refusal"]) == (True, False, None)
    said = await talk.ask("messages")
    assert (said["place"], said["answers"]) == (POST, comment)
    await talk.hear("In private now")
    assert (await talk.ask("plan"))["public"] is False
    own = await talk.ask("messages")
    assert (own["place"], own["answers"]) == (None, None)
    aloud = await talk.ask("messages", public=True)
    assert (aloud["place"], aloud["answers"]) == (POST, comment)


async def test_a_private_answer_may_be_had_once_and_says_until_when(talk: Talk) -> None:
    comment = await talk.hear("Bright!", post=POST)
    plan = await talk.ask("plan", public=False)
    assert (plan["public"], plan["once"], plan["until"] > 0) == (False, True, True)
    said = await talk.ask("messages", public=False)
    assert (said["place"], said["answers"]) == (None, comment)
    again = await talk.ask("plan", public=False)
    assert (again["refusal"], again["allowed"]) == ("plan.private_answered", ["public"])
    refused = await talk.ask("messages", public=False)
    assert refused["key"] == "plan.private_answered"
    await talk.hear("I got it")
    assert (await talk.ask("plan", public=False))["refusal"] is None


async def test_a_template_goes_to_one_person_whatever_was_said_last(site: Site, company: Company) -> None:
    played = {"templates": True, "window_hours": 1, "after_window": "template", "may_initiate": True}
    talk = Talk(site, company, await site.add_inbox(company.id, **played))
    await talk.hear("Bright!", post=POST)
    await site.database.write(company.id, keep_templates, talk.inbox.id, TEMPLATES)
    template = {"id": "still-there-en", "values": {"1": "Anna", "2": "the lamp"}}
    plan = await talk.ask("plan", text="", template=template)
    assert (plan["refusal"], plan["public"], plan["once"]) == (None, False, False)


async def test_nothing_is_published_where_nothing_public_is(talk: Talk) -> None:
    await talk.hear("In private")
    plan = await talk.ask("plan", public=True)
    assert (plan["refusal"], plan["allowed"]) == ("plan.no_place", ["private"])


async def test_taken_back_it_is_still_as_public_as_it_was(talk: Talk) -> None:
    await talk.hear("Bright!", post=POST)
    for public in (True, False):
        said = await talk.ask("messages", public=public)
        undone = await talk.site.call(talk.company.agent, "POST", f"/messages/{said['id']}/undo")
        assert undone.json()["public"] is public


async def test_a_reply_for_later_stays_as_public_as_it_was_meant(talk: Talk) -> None:
    await talk.hear("Bright!", post=POST)
    later = await talk.ask("scheduled", public=True, due_at=talk.site.database.clock() + 60_000)
    assert later["place"] == POST
    await talk.hear("In private")
    sent = await talk.site.call(talk.company.agent, "POST", f"/scheduled/{later['id']}/send")
    assert sent.json()["place"] == POST


async def test_a_macro_never_publishes(talk: Talk) -> None:
    await talk.hear("Bright!", post=POST)
    admin = talk.company.administrator
    steps = [{"kind": "reply", "text": "Your order number, please"}]
    made = await talk.site.call(admin, "POST", "/macros", {"name": "Ask", "steps": steps})
    ran = await talk.site.call(talk.company.agent, "POST", f"{talk.path}/macros/{made.json()['id']}")
    assert ran.json()["reply"]["place"] is None


async def test_a_comment_is_hidden_where_the_channel_lets_it_be(talk: Talk) -> None:
    comment = await talk.hear("You thieves", post=POST)
    hidden = await talk.site.call(talk.company.agent, "PUT", f"/messages/{comment}/hidden", {"hidden": True})
    assert hidden.json()["hidden_by"] == f"agent:{talk.company.agent.id}"
    able = (await talk.site.get(talk.company.agent, talk.path))["abilities"]
    assert [(one["public"], one["hide"]) for one in able if one["inbox_id"] == talk.inbox.id] == [(True, True)]


async def test_where_a_channel_hides_nothing_nothing_is_hidden(site: Site, company: Company) -> None:
    talk = Talk(site, company, await site.add_inbox(company.id, hide=False))
    comment = await talk.hear("You thieves", post=POST)
    refused = await site.call(company.agent, "PUT", f"/messages/{comment}/hidden", {"hidden": True})
    assert refused.json()["key"] == "amend.no_hide"
