"""Formatting on its way through the API: kept where the channel carries it, gone where not, and never trusted."""

from typing import Any

import msgspec
import pytest

from lyhord.channels.sandbox.adapter import Sandbox
from lyhord.conversations.account import Account
from lyhord.conversations.views import outbound_of
from tests.web.site import Company, Person, Site
from tests.web.test_attachments import PNG, upload

LETTER = '<div>Dear <b onclick="x()">Ann</b></div><ul><li>one<script>1</script></li></ul>'
SAFE = "<div>Dear <b>Ann</b></div><ul><li>one</li></ul>"
PLAIN = "Dear Ann\n- one"


class Papers(Sandbox):
    """The sandbox, if it carried HTML."""

    def __init__(self, account: Account) -> None:
        super().__init__(account)
        self.descriptor = msgspec.structs.replace(self.descriptor, markup="html")


@pytest.fixture
async def asked(site: Site, company: Company) -> str:
    """A conversation on a channel that carries HTML."""
    site.channels.adapter = Papers
    await site.say(company.inbox)
    [ticket] = (await site.get(company.agent, "/tickets?list=all"))["items"]
    return f"/conversations/{ticket['conversation_id']}"


async def write(site: Site, who: Person, asked: str, **words: Any) -> Any:
    answer = await site.call(who, "POST", f"{asked}/messages", words)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def test_formatting_arrives_safe_with_its_plain_form(site: Site, company: Company, asked: str) -> None:
    said = await write(site, company.agent, asked, html=LETTER)
    assert (said["text"], said["html"], said["formatted"]) == (PLAIN, True, SAFE)
    outbound, _ = await site.database.read(company.id, outbound_of, said["id"])
    assert (outbound.text, outbound.html) == (PLAIN, SAFE)
    page = await site.client.get(f"/api/v1/messages/{said['id']}/html", headers=company.agent.headers)
    assert SAFE in page.text
    found = await site.get(company.agent, f"{asked}/messages")
    assert [one["formatted"] for one in found["items"]] == [None, SAFE]


async def test_a_question_aside_is_formatted_and_has_copies(site: Site, company: Company, asked: str) -> None:
    inbox = await site.add_inbox(company.id)
    to = {"scheme": "sandbox", "value": "mill"}
    others = {"copies": [{"scheme": "sandbox", "value": "bo"}], "blind_copies": [{"scheme": "sandbox", "value": "cy"}]}
    body = {"to": to, "inbox_id": inbox.id, "html": LETTER, **others}
    said = (await site.call(company.agent, "POST", f"{asked}/sides", body)).json()["message"]
    assert (said["text"], said["formatted"]) == (PLAIN, SAFE)
    outbound, _ = await site.database.read(company.id, outbound_of, said["id"])
    assert ([one.value for one in outbound.copies], [one.value for one in outbound.blind_copies]) == (["bo"], ["cy"])


async def test_a_channel_without_markup_gets_the_text_and_the_plan_says_so(
    site: Site, company: Company, asked: str
) -> None:
    site.channels.adapter = Sandbox
    words = {"html": LETTER, "text": "Dear Ann, one"}
    plan = (await site.call(company.agent, "POST", f"{asked}/plan", words)).json()
    assert (plan["parts"], plan["changes"]) == (["Dear Ann, one"], ["plan.formatting_dropped"])
    said = await write(site, company.agent, asked, **words)
    assert (said["text"], said["html"], said["formatted"]) == ("Dear Ann, one", False, None)


async def test_a_draft_keeps_its_formatting_safe(site: Site, company: Company, asked: str) -> None:
    await site.call(company.agent, "PUT", f"{asked}/draft", {"text": PLAIN, "html": LETTER})
    draft = (await site.get(company.agent, asked))["draft"]
    assert (draft["text"], draft["html"]) == (PLAIN, SAFE)


async def test_what_is_taken_back_is_formatted_still(site: Site, company: Company, asked: str) -> None:
    said = await write(site, company.agent, asked, html=LETTER)
    draft = (await site.call(company.agent, "POST", f"/messages/{said['id']}/undo")).json()
    assert (draft["text"], draft["html"]) == (PLAIN, SAFE)
    later = {"html": LETTER, "due_at": site.database.clock() + 60_000}
    scheduled = (await site.call(company.agent, "POST", f"{asked}/scheduled", later)).json()
    draft = (await site.call(company.agent, "POST", f"/scheduled/{scheduled['id']}/cancel")).json()
    assert (scheduled["text"], scheduled["formatted"], draft["html"]) == (PLAIN, SAFE, SAFE)


async def test_pictures_stand_where_they_were_put(site: Site, company: Company, asked: str) -> None:
    picture = (await upload(site, company.agent, PNG, "shot.png")).json()["id"]
    other = (await upload(site, company.agent, b"Hello")).json()["id"]
    html = f'<div>See <img src="cid:{picture}" alt="shot.png"></div>'
    said = await write(site, company.agent, asked, html=html, attachment_ids=[picture, other])
    assert [(one["id"], one["inline_id"]) for one in said["attachments"]] == [(picture, picture), (other, None)]
    outbound, _ = await site.database.read(company.id, outbound_of, said["id"])
    assert [one.inline_id for one in outbound.media] == [picture, None]
    page = await site.client.get(f"/api/v1/messages/{said['id']}/html", headers=company.agent.headers)
    assert f'src="/api/v1/attachments/{picture}"' in page.text


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ({"html": "<img src='https://x.example/a.png'>"}, {"html": "problem.picture_missing"}),
        ({"html": "<b>" * 300}, {"html": "problem.html_too_large"}),
        ({"html": "<b>x</b>", "kind": "note"}, {"html": "problem.note_is_plain"}),
        ({"html": "<script>x</script>"}, "plan.empty"),
    ],
)
async def test_a_problem_names_what_to_do(
    site: Site, company: Company, asked: str, words: dict[str, str], told: object
) -> None:
    answer = await site.call(company.agent, "POST", f"{asked}/messages", words)
    assert answer.status_code == 422
    problem = answer.json()
    assert told in (problem.get("fields"), problem["key"])
