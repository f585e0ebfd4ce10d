"""What a filter means, said a second time and more plainly than to a database; and random filters and tickets to hold both to it."""

from random import Random
from typing import Any, NamedTuple

from lyhord.kit.clock import MINUTE
from lyhord.kit.ids import new_id
from lyhord.tickets.filters import Attributed, Condition, Due, Filter, OneOf, Since, Whether
from lyhord.tickets.kinds.model import Kind, Stage
from lyhord.tickets.model import STATUSES, Ticket

KINDS = (
    Kind("question", ""),
    Kind(
        "fault",
        "",
        stages=(
            Stage("Reported", "open", "heard"),
            Stage("Being repaired", "open", "bench"),
            Stage("Mended", "resolved", "done"),
        ),
    ),
)
"""With stages for two of the four statuses."""


class Known(NamedTuple):
    """A ticket with what else a filter may ask about: how far the viewer has read, their draft, and what is known of the contact.

    `merged` is through how many others the ticket's contact is the one of whom it is known, `tasks` when its open ones are due.
    """

    ticket: Ticket
    read_id: str | None
    draft: bool
    language: str | None = None
    contact_tags: tuple[str, ...] = ()
    organization: str | None = None
    plan: str | None = None
    consents: tuple[str, ...] = ()
    merged: int = 0
    tasks: tuple[int, ...] = ()


class Viewer(NamedTuple):
    """Who looks, and when."""

    agent_id: str
    team_ids: list[str]
    now: int


def means(wanted: Filter, known: Known, viewer: Viewer) -> bool:
    """Whether the filter finds the ticket."""
    held = [_holds(one, known, viewer) for one in wanted.conditions]
    return not held or (all(held) if wanted.match == "all" else any(held))


def _holds(one: Condition, known: Known, viewer: Viewer) -> bool:
    ticket = known.ticket
    if isinstance(one, Since):
        moment = {
            "waiting": ticket.waiting_since,
            "opened": ticket.opened_at,
            "activity": ticket.last_activity_at,
            "resolved": ticket.resolved_at,
        }
        at = moment[one.field]
        return at is not None and (viewer.now - at < one.minutes * MINUTE) == one.shorter
    if isinstance(one, Due):
        due = known.tasks if one.field == "task" else [ticket.due_at] if ticket.due_at is not None else []
        return bool(due) and (min(due) > viewer.now + one.minutes * MINUTE) == one.later
    if isinstance(one, Whether):
        last = ticket.last_inbound_id
        states = {
            "waiting": ticket.waiting_since is not None,
            "unread": last is not None and (known.read_id is None or known.read_id < last),
            "draft": known.draft,
            "spam": ticket.spam_at is not None,
            "public": ticket.place is not None,
        }
        return states[one.field] != one.but
    if isinstance(one, Attributed) and one.subject == "ticket":
        size = str(ticket.attributes.get("Size", "none")).lower()
        return (size in {value.lower() for value in one.values}) != one.but
    if isinstance(one, Attributed):
        return ((known.plan or "none") in {value.lower() for value in one.values}) != one.but
    several = {"tag": ticket.tags, "heard": ticket.signs, "contact_tag": known.contact_tags, "consent": known.consents}
    if one.field in several:
        return bool(set(several[one.field] or ("none",)) & set(one.values)) != one.but
    value = {
        "status": ticket.status,
        "owner": ticket.owner_agent_id,
        "team": ticket.owner_team_id,
        "inbox": ticket.inbox_id,
        "channel": ticket.channel,
        "kind": ticket.kind,
        "stage": _stage(ticket),
        "last_words": ticket.preview_by,
        "language": known.language,
        "organization": known.organization,
    }[one.field]
    asked: set[str] = set()
    for each in one.values:
        asked |= {"me": {viewer.agent_id}, "mine": set(viewer.team_ids)}.get(each, {each})
    return (("none" if value is None else value) in asked) != one.but


def _stage(ticket: Ticket) -> str | None:
    """Where the work is: what was chosen last, unless that stands for another status and something stands for this one."""
    if ticket.kind != "fault":
        return None
    if ticket.status == "open":
        return "fault:bench" if ticket.stage == "bench" else "fault:heard"
    if ticket.status == "resolved":
        return "fault:done"
    return f"fault:{ticket.stage}" if ticket.stage in ("heard", "bench", "done") else None


class Choices(NamedTuple):
    """What tickets and filters of a test are made of."""

    agents: list[str]
    teams: list[str]
    inboxes: list[str]
    organizations: list[str]


def random_filter(random: Random, choices: Choices) -> Filter:
    """Up to four conditions on anything."""
    values = {
        "status": list(STATUSES),
        "owner": ["me", "none", *choices.agents],
        "team": ["mine", "none", *choices.teams],
        "inbox": ["none", *choices.inboxes],
        "channel": ["pigeon", "owl"],
        "kind": ["question", "fault"],
        "stage": ["none", "fault:heard", "fault:bench", "fault:done", "fault:gone"],
        "last_words": ["in", "out"],
        "language": ["none", "sv", "fi"],
        "tag": ["none", "late", "later", "parcel"],
        "heard": ["none", "urgent", "legal", "falling"],
        "contact_tag": ["none", "vip", "fair"],
        "organization": ["none", *choices.organizations],
        "consent": ["none", "offers", "surveys"],
    }

    def condition() -> Condition:
        what = random.randrange(7)
        if what == 6:
            late: Any = random.choice(["answer", "task"])
            return Due(field=late, minutes=random.randint(0, 60), later=random.random() < 0.5)
        if what == 0:
            field: Any = random.choice(["waiting", "opened", "activity", "resolved"])
            return Since(field=field, minutes=random.randint(1, 60), shorter=random.random() < 0.5)
        if what == 1:
            field = random.choice(["waiting", "unread", "draft", "spam", "public"])
            return Whether(field=field, but=random.random() < 0.5)
        if what == 3 and random.random() < 0.5:
            sizes = random.sample(["none", "Large", "small", "12"], random.randint(1, 2))
            return Attributed(key="Size", values=tuple(sizes), but=random.random() < 0.3, subject="ticket")
        if what == 2 and random.random() < 0.5:
            plans = random.sample(["none", "Large", "small"], random.randint(1, 2))
            return Attributed(key="Plan", values=tuple(plans), but=random.random() < 0.3)
        field = random.choice(list(values))
        chosen = random.sample(values[field], random.randint(1, len(values[field])))
        return OneOf(field=field, values=tuple(chosen), but=random.random() < 0.3)

    count = random.randint(0, 4)
    return Filter(tuple(condition() for _ in range(count)), random.choice(["all", "any"]))


def random_ticket(random: Random, choices: Choices, now: int, contact_id: str | None) -> Ticket:
    """A ticket in any state that there can be."""
    status = random.choice(STATUSES)

    def earlier() -> int:
        return now - random.randint(0, 60) * MINUTE

    return Ticket(
        id=new_id(),
        conversation_id=new_id(),
        contact_id=contact_id,
        kind=random.choice(["question", "fault"]),
        status=status,
        owner_agent_id=random.choice([None, *choices.agents]),
        owner_team_id=random.choice([None, *choices.teams]),
        title="Ann",
        preview="Hello",
        preview_by=random.choice(["in", "out"]),
        place=random.choice([None, None, "", "Our new lamp"]),
        subject=None,
        channel=random.choice(["pigeon", "owl"]),
        inbox_id=random.choice([None, *choices.inboxes]),
        last_message_id=new_id(),
        last_inbound_id=random.choice([None, new_id()]),
        waiting_since=earlier() if status == "open" and random.random() < 0.6 else None,
        last_activity_at=earlier(),
        snoozed_until=now + random.randint(1, 60) * MINUTE if status == "snoozed" else None,
        opened_at=earlier(),
        resolved_at=earlier() if status == "resolved" else None,
        spam_at=earlier() if status == "resolved" and random.random() < 0.3 else None,
        stage=random.choice([None, "heard", "bench", "done", "gone"]),
        attributes=random.choice([{}, {"Size": "Large"}, {"Size": "small", "Else": "large"}, {"Size": 12}]),
        tags=tuple(random.sample(["late", "later", "parcel"], random.randint(0, 2))),
        signs=tuple(random.sample(["urgent", "legal", "falling"], random.randint(0, 2))),
        due_at=random.choice([None, now + random.randint(-60, 60) * MINUTE]),
    )
