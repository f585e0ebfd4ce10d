"""Complaints as values: the ladder of those responsible, the settings, and what is kept of each."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct, structs

from lyhord.contacts.model import Attribute
from lyhord.kit.clock import DAY
from lyhord.kit.problems import Invalid
from lyhord.kit.text import clean
from lyhord.tickets.levels.clocks import Clock
from lyhord.workspaces.model import Locale

MOST_RUNGS = 10
MOST_MOVES = 100
"""Of one complaint that are kept; the log has all of them."""
MOST_WORDS = 2_000
LAST_MINUTES = 24 * 60
"""How long the administrators have, before they are told again."""
LARGEST = 100_000_000_000
"""Minor units that a remedy may cost."""

SEVERITY, CAUSE, REMEDY, COST = "severity", "cause", "remedy", "cost"
"""Keys of the attributes that every complaint has."""
_PLACES = {**dict.fromkeys(("CLP", "ISK", "JPY", "KRW", "VND"), 0), **dict.fromkeys(("BHD", "JOD", "KWD", "TND"), 3)}
"""Digits behind the point, of currencies that haven't two (ISO 4217)."""

Why = Literal["began", "handed", "away", "left", "late", "unacknowledged", "again", "raised"]
"""Why it is whose it is: it began; somebody handed it over; its owner went away; isn't here any more, or can't read it; the step's time
was up, or the customer wasn't told in time; the same at the top of the ladder, where nobody stands higher; or somebody raised it before
time was up."""


class Rung(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A step of the ladder: an agent, or the members of a team. After `minutes` of the clock it goes one step up."""

    agent_id: str | None = None
    team_id: str | None = None
    minutes: Annotated[int, Meta(ge=1, le=90 * 24 * 60)] = 240


TOP = Rung(minutes=LAST_MINUTES)
"""Above every ladder, also above an empty one: the administrators."""


class ComplaintSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a workspace treats complaints.

    `acknowledge_minutes`: within how many minutes the customer is told that somebody has it; with `acknowledges` we say it by ourselves,
    in the `words` of their language ("" or none: ours). Minutes are those of `schedule_id` (None: the workspace's hours).
    `approval_limit`: a remedy that costs more (minor units of `currency`) has to be approved by the agent or the team; None: none has to.
    `heard`: what becomes of a message that is heard as a complaint: an agent is asked, its ticket becomes one by itself, or nothing.
    A complaint recurs that is the `recurs_after`th of its customer, or of its customer and cause, within `recurs_days`.
    """

    ladder: Annotated[tuple[Rung, ...], Meta(max_length=MOST_RUNGS)] = ()
    acknowledge_minutes: Annotated[int, Meta(ge=1, le=30 * 24 * 60)] = 60
    acknowledges: bool = True
    words: dict[Locale, Annotated[str, Meta(max_length=MOST_WORDS)]] = {}
    schedule_id: str | None = None
    currency: Annotated[str, Meta(pattern="^[A-Z]{3}$")] = "EUR"
    approval_limit: Annotated[int, Meta(ge=0, le=LARGEST)] | None = None
    approver_agent_id: str | None = None
    approver_team_id: str | None = None
    heard: Literal["suggest", "open", "nothing"] = "suggest"
    recurs_days: Annotated[int, Meta(ge=1, le=3_650)] = 365
    recurs_after: Annotated[int, Meta(ge=2, le=100)] = 2

    @property
    def rungs(self) -> tuple[Rung, ...]:
        """The whole ladder, from the lowest step to the administrators."""
        return (*self.ladder, TOP)


DEFAULTS = ComplaintSettings()


class Move(Struct, frozen=True, kw_only=True):
    """That a complaint became somebody's at a moment, and why. `step` is that of the ladder, from 0."""

    at: int
    why: Why
    step: int
    agent_id: str | None
    before: str | None = None


class Complaint(Struct, frozen=True, kw_only=True):
    """What is kept of a complaint, beside its ticket. In the order of `store.COLUMNS`.

    Its clock runs while the ticket is open, and stands still while the customer is asked something and while it is put off.
    `step_from`: how much of the clock (milliseconds) had passed when the step began; `due_at`: when it goes one step up; `climbed`: how
    often it did since time was up. `promised_at`: by when the customer is told; `told_at` and `told_by`: when they were, by which message;
    `untold`: why we couldn't tell them ourselves (a key); `missed_at`: when that was noticed as late. `cost` is in minor units, `approved`
    the highest cost that was approved, `asked` that which is asked for by the task `task_id`; `cost_by`: the agent who wrote the cost.
    `earlier`: complaints of the same customer within the time that counts, `alike` those of the same cause among them. `left_at`: since
    when it isn't a complaint any more.
    """

    ticket_id: str
    conversation_id: str
    contact_id: str | None
    channel: str
    began_at: int
    began_by: str
    step: int = 0
    step_from: int = 0
    climbed: int = 0
    runs: tuple[tuple[int, int], ...] = ()
    running_since: int | None = None
    ended_at: int | None = None
    due_at: int | None = None
    promised_at: int = 0
    told_at: int | None = None
    told_by: str | None = None
    untold: str | None = None
    missed_at: int | None = None
    alarm_at: int | None = None
    severity: str = ""
    cause: str = ""
    cost: int = 0
    approved: int = 0
    asked: int = 0
    task_id: str | None = None
    cost_by: str | None = None
    earlier: int = 0
    alike: int = 0
    left_at: int | None = None
    moves: tuple[Move, ...] = ()

    @property
    def clock(self) -> Clock:
        """Its clock, as clocks are reckoned."""
        return Clock(
            kind="complaint",
            started_at=self.began_at,
            runs=self.runs,
            running_since=self.running_since,
            ended_at=self.ended_at,
        )

    def on(self, clock: Clock) -> "Complaint":
        """The same with its clock as it is then."""
        return structs.replace(self, runs=clock.runs, running_since=clock.running_since, ended_at=clock.ended_at)


def checked(settings: ComplaintSettings) -> ComplaintSettings:
    """The same, cleaned. Raises `Invalid` for a step that is nobody's, and for a limit above which nobody approves."""
    if any((one.agent_id is None) == (one.team_id is None) for one in settings.ladder):
        raise Invalid("Each step is an agent or a team.", fields={"ladder": "problem.ladder_nobody"})
    who = settings.approver_agent_id, settings.approver_team_id
    if settings.approval_limit is not None and who == (None, None):
        raise Invalid("Say who approves.", fields={"approver_agent_id": "field.missing"})
    words = {one: text for one, said in settings.words.items() if (text := clean(said, MOST_WORDS).strip())}
    return structs.replace(settings, words=words)


def places_of(currency: str) -> int:
    """Digits behind the point."""
    return _PLACES.get(currency, 2)


def minor_units(value: Attribute | None, currency: str) -> int:
    """What a cost as agents write it (`49.9`) is in minor units; 0 where it isn't an amount."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return 0
    units: int = round(value * 10 ** places_of(currency))
    return max(0, min(units, LARGEST))


def traits_of(attributes: Mapping[str, Attribute], currency: str) -> dict[str, Any]:
    """What the register keeps of a ticket's attributes."""
    return {
        SEVERITY: str(attributes.get(SEVERITY, ""))[:40],
        CAUSE: str(attributes.get(CAUSE, ""))[:200],
        COST: minor_units(attributes.get(COST), currency),
    }


def needs_approval(cost: int, approved: int, settings: ComplaintSettings) -> bool:
    """Whether a remedy of this cost waits for somebody's yes."""
    return settings.approval_limit is not None and cost > settings.approval_limit and cost > approved


def recurs(complaint: Complaint, settings: ComplaintSettings) -> bool:
    """Whether the customer has complained so often, at all or of the same."""
    return max(complaint.earlier, complaint.alike) + 1 >= settings.recurs_after


def counted_since(at: int, settings: ComplaintSettings) -> int:
    """From when on earlier complaints count for one of this moment."""
    return at - settings.recurs_days * DAY


def remember(moves: tuple[Move, ...], move: Move) -> tuple[Move, ...]:
    """The moves with this one behind them; the oldest but the first make room."""
    kept = (*moves, move)
    return kept if len(kept) <= MOST_MOVES else (kept[0], *kept[-MOST_MOVES + 1 :])


decode_moves = msgspec.json.Decoder(tuple[Move, ...]).decode
decode_runs = msgspec.json.Decoder(tuple[tuple[int, int], ...]).decode
