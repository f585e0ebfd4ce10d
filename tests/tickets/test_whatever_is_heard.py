"""What is heard in messages is usable everywhere: seen by who reads, filtered for, in views, rules and routes, in the API and in files."""

import csv
import io
import re
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest

from lyhord.app.wiring import EVENTS
from lyhord.hearing.actions import Ears
from lyhord.hearing.findings import model as findings
from lyhord.hearing.following import make_follower
from lyhord.kit.database import ReadTx
from lyhord.kit.events import Catalogue
from lyhord.kit.followers import FollowerRunner
from lyhord.kit.ids import new_id
from lyhord.kit.words import LOCALES, catalogue
from lyhord.tickets.filters import Filter, OneOf, check_filter
from lyhord.tickets.hints.following import FOLLOWER as HINTS
from lyhord.tickets.model import Ticket
from lyhord.tickets.reasons.actions import conclude_messages
from lyhord.tickets.routing.model import Route
from lyhord.tickets.routing.views import match_tickets
from lyhord.tickets.rules.matching import tickets_meant
from lyhord.tickets.rules.model import RuleWords
from lyhord.tickets.saved_views import NewView, create_saved_view
from lyhord.tickets.views import count_list, current_of_conversations, list_tickets
from lyhord.workspaces.reach import EVERYTHING
from tests.hearing.ears import Told
from tests.tickets.rules.office import tag
from tests.web.conftest import company, site
from tests.web.site import Company, Site

__all__ = ["company", "site"]

CONDITIONS = Path(__file__).parents[2] / "frontend/inbox/src/talk/conditions.ts"
CALM = "Good morning to all of you there"
LOUD = "This is a disgrace, the third time I write, and I want my money back, or I will cancel my contract with you!"


class Place(NamedTuple):
    """A message in which a kind is heard, the condition that finds its ticket, and what stands where: beside the message as who reads
    gets it (`seen`, a kind and a value), and in a column of a file (of tickets, else of contacts).
    """

    text: str
    field: str
    value: str
    seen: tuple[str, str]
    column: str
    cell: str
    file: str = "/tickets/export?list=all"


PLACES = {
    findings.REASON: Place("Where is my parcel?", "reason", "delivery", ("reason", "delivery"), "reason", "delivery"),
    findings.COMPLAINT: Place(LOUD, "heard", "complaint", ("complaint", "complaint"), "heard", "complaint"),
    findings.MOOD: Place(LOUD, "mood", "angry", ("mood", "angry"), "mood", "angry"),
    findings.URGENCY: Place("This is urgent, I need it", "heard", "urgent", ("urgency", "urgent"), "heard", "urgent"),
    findings.THREAT: Place(LOUD, "heard", "churn", ("threat", "churn"), "heard", "churn"),
    findings.THANKS: Place("Thank you so much for it!", "heard", "thanks", ("thanks", "thanks"), "heard", "thanks"),
    findings.ENTITY: Place(
        "It is order A-1234", "entity", "reference:a1234", ("entity", "reference:A-1234"), "named", "A-1234"
    ),
    findings.LANGUAGE: Place(
        "Hej, jag undrar hur det går med min beställning, jag väntar fortfarande.",
        "language",
        "sv",
        ("language", "sv"),
        "language",
        "sv",
    ),
    findings.FACT: Place(
        "I prefer apples to pears.",
        "fact",
        "preference",
        ("fact", "preference:I prefer apples to pears"),
        "facts",
        "I prefer apples to pears",
        "/contacts/export",
    ),
}
KINDS = {value for name, value in vars(findings).items() if name.isupper() and isinstance(value, str)}


def test_every_kind_that_is_heard_has_its_places() -> None:
    assert KINDS - {findings.PERHAPS} == PLACES.keys()  # what may be is offered as a reason, and is none


@pytest.mark.parametrize("kind", sorted(PLACES))
async def test_what_is_heard_is_seen_filtered_for_in_views_rules_and_routes_and_in_files(
    site: Site, company: Company, kind: str
) -> None:
    place = PLACES[kind]
    runner = FollowerRunner(site.database, Catalogue(EVENTS), [make_follower(Ears(Told(), conclude_messages)), HINTS])
    for who, text in (("ann", place.text), ("bo", CALM)):
        await site.say(company.inbox, text, who=who)
    await runner.catch_up(company.id)
    rows = (await site.get(company.administrator, "/tickets?list=all"))["items"]
    meant = next(row for row in rows if row["title"] == "Ann")
    assert place.seen in await seen(site, company, meant)

    wanted = Filter((OneOf(field=place.field, values=(place.value,)),))  # type: ignore[arg-type]
    assert check_filter(wanted) == wanted
    answer = await site.call(company.administrator, "POST", "/tickets/find", {"filter": msgspec.to_builtins(wanted)})
    assert [one["id"] for one in answer.json()["items"]] == [meant["id"]]
    new = NewView("Theirs", wanted)
    view = await site.database.write(company.id, create_saved_view, company.agent.id, new)
    shown, _ = await site.database.read(company.id, list_tickets, EVERYTHING, company.agent.id, f"view:{view.id}")
    assert [one.id for one in shown] == [meant["id"]]
    assert (await site.database.read(company.id, count_list, EVERYTHING, company.agent.id, wanted)).count == 1

    rule = RuleWords(name="It", when="customer_wrote", steps=(tag("x"),), conditions=wanted.conditions)
    ids = [row["id"] for row in rows]
    assert await site.database.read(company.id, tickets_meant, rule, ids) == {meant["id"]}
    assert await routed(site, company, wanted, [row["conversation_id"] for row in rows]) == {meant["id"]}

    file = (await site.call(company.administrator, "GET", place.file)).content.decode("utf-8-sig")
    cells = {line.get("contact") or line["name"]: line[place.column] for line in csv.DictReader(io.StringIO(file))}
    assert place.cell in cells["Ann"]
    assert place.cell not in cells["Bo"]


def test_people_can_ask_for_each_field_in_their_language() -> None:
    offered = re.search(r"FIELDS = \[(.*?)\]", CONDITIONS.read_text("utf-8"), re.DOTALL)
    assert offered
    assert {place.field for place in PLACES.values()} <= set(re.findall(r"'(\w+)'", offered[1]))
    for locale in LOCALES:
        assert all(f"filter.{place.field}" in catalogue(locale) for place in PLACES.values()), locale


async def seen(site: Site, company: Company, ticket: dict[str, Any]) -> set[tuple[str, str]]:
    """Kinds and values that the timeline shows of the messages of a ticket."""
    path = f"/tickets/{ticket['id']}"
    felt = (await site.get(company.administrator, f"{path}/felt"))["messages"]
    reasons = (await site.get(company.administrator, f"{path}/reasons"))["messages"]
    talk = await site.get(company.administrator, f"/conversations/{ticket['conversation_id']}/messages")
    spoken = {one["translation"]["language"] for one in talk["items"] if one.get("translation")}
    return (
        {(one["kind"], one["value"]) for one in felt}
        | {("reason", value) for value in reasons.values()}
        | {("language", one) for one in spoken}
    )


async def routed(site: Site, company: Company, wanted: Filter, conversation_ids: list[str]) -> set[str]:
    """The tickets that a route of this filter is for."""
    route = Route(id=new_id(), name="Theirs", team_id=new_id(), filter=wanted)

    def match(tx: ReadTx) -> set[str]:
        tickets: list[Ticket] = current_of_conversations(tx, conversation_ids)
        return set(match_tickets(tx, [route], tickets))

    return await site.database.read(company.id, match)
