"""python -m bench.leaving: who of the silent unhappy leaves later, held against histories that the signals weren't made from.

Customers have a satisfaction that nobody sees. It falls by what is done to them (late, missing and useless answers, more of them for those
whose product is at fault) and by what nobody here can know of (a competitor's offer, a dearer price, a move). They leave by it, more or
less soon, and some for no reason at all. What can be seen of it is little and noisy: some write less often, fewer show their mood, one in
four answers a survey. So the causes aren't the signals. Signals and weights were set while looking at lives of other seeds (1 and 2), and
nothing is fitted to these. Every figure is the list of one day held against the months after it, with the share of all who left beside it.

- `simulated`: all that the product knows of customers who wrote through it.
- `still there`: those of them who hadn't left on that day without anybody knowing. Whom a long silence lists has often gone.
- `words alone`: the same customers, of whom only the messages are known: neither ratings nor tickets.
- `imported`: messages of real dialogues (multidogo) at the times of such customers, taken in as history through the product, and read
  back from the database.
- `nothing to see`: people who leave for reasons that show in nothing; the list must be no better than chance there.
"""

import asyncio
import random
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from bench.day.talks import DATA, NoData, dialogues
from bench.record import Row, record
from lyhord.app.schema import prepare
from lyhord.conversations.actions.receive import receive_messages
from lyhord.conversations.exchange import Address, InboundMessage
from lyhord.conversations.model import Received
from lyhord.kit.clock import DAY, HOUR, MINUTE
from lyhord.kit.database import Database
from lyhord.kit.database.reactions import Reactions
from lyhord.kit.database.sqlite import Sqlite
from lyhord.kit.ids import new_id
from lyhord.surveys.model import mark_of
from lyhord.surveys.silent.model import Approach, Backtest, History, Said, hold_against
from lyhord.surveys.silent.reading import backtest, outcome_of
from lyhord.tickets.wiring import REACTIONS
from lyhord.workspaces.actions.inboxes import StoredInbox, connect_inbox
from lyhord.workspaces.actions.workspace import create_workspace
from lyhord.workspaces.model import WorkspaceSettings

START = 1_700_000_000_000
LOOKED, END = 420, 720
"""The day of the list, and the last one that is known."""
CUSTOMERS = 4_000
IMPORTED = 4_000
SEEDS = (31, 32, 33, 34, 35)
TARGET = 2.0


class Seen(NamedTuple):
    """What the product sees of a customer, and what nobody sees: how satisfied they are on the day of the list, and when they leave."""

    history: History
    satisfied: float
    left: float


class World(NamedTuple):
    """How much of what is hidden shows, from 0 (nothing) to 1, and how much service has to do with leaving."""

    shows: float = 0.5
    service: float = 1.0


def customer(chance: random.Random, world: World) -> Seen:
    """A customer's life of `END` days."""
    usual = min(max(chance.lognormvariate(3.1, 0.5), 6.0), 60.0)
    suits, loyal = min(max(chance.gauss(0.7, 0.15), 0.2), 1.0), chance.uniform(0.2, 1.0)
    satisfied = suits
    faulty_from = chance.uniform(0, END) if chance.random() < 0.2 else END + 1.0
    talkative = chance.random() * world.shows * 2
    complains = chance.random() < 0.15
    day, approaches, said, complained = chance.uniform(0, 60), list[Approach](), list[Said](), None
    hidden, left = satisfied, END + 1.0
    while day < END:
        if chance.random() < _leaves(satisfied, loyal, usual, world):
            left = day
            break
        suits += _elsewhere(chance, usual)
        satisfied += 0.15 * (suits - satisfied)
        hidden = satisfied if day <= LOOKED else hidden
        unhappy = max(0.0, 0.5 - satisfied) * 2
        outcome = _served(chance, day > faulty_from)
        at = START + int(day * DAY)
        approaches.append(_approach(chance, at, outcome, unhappy * talkative, world.shows))
        satisfied = min(max(satisfied + world.service * outcome[1], 0.0), 1.0)
        if complains and satisfied < 0.3:
            complained = at
        if chance.random() < 0.25:
            said.append(_rated(chance, at, satisfied, world.shows))
        again = outcome[0] in ("useless", "nothing") and chance.random() < 0.5
        day += chance.uniform(1.0, 2.5) if again else chance.expovariate(1 / (usual * (1 + unhappy * talkative)))
    return Seen(History(approaches, said, complained), hidden, left)


def _leaves(satisfied: float, loyal: float, usual: float, world: World) -> float:
    """How likely they leave before the next approach: in two months one in eighty anyhow, one in five who has nothing good to say."""
    return 1.0 - float((1 - 0.012 - 0.6 * max(0.0, 0.45 - satisfied) * (1.2 - loyal) * world.service) ** (usual / 60))


def _elsewhere(chance: random.Random, usual: float) -> float:
    """By how much less we suit a customer since something happened that no company hears of: twice in five years."""
    return -0.3 if chance.random() < 0.4 * usual / 365 else 0.0


def _served(chance: random.Random, faulty: bool) -> tuple[str, float]:
    """What became of it, and by how much more or less they are satisfied then."""
    draw = chance.random()
    bad = (0.35, 0.1, 0.15) if faulty else (0.05, 0.03, 0.12)
    for name, share, change in zip(("useless", "nothing", "late"), bad, (-0.14, -0.2, -0.07), strict=True):
        if draw < share:
            return name, change * chance.uniform(0.3, 1.5)
        draw -= share
    return "well", 0.03


def _approach(chance: random.Random, at: int, outcome: tuple[str, float], shown: float, shows: float) -> Approach:
    waited = int(chance.lognormvariate(3.7, 0.8) * MINUTE * (15 if outcome[0] == "late" else 1))
    mood = None
    if chance.random() < 0.6:
        mood = "unhappy" if chance.random() < shown + 0.08 else "happy" if chance.random() < 0.2 else "neutral"
    return Approach(
        at,
        at + HOUR,
        None if outcome[0] == "nothing" else waited,
        int(chance.lognormvariate(4.8, 0.5) * (1 - 0.5 * min(shown, 1.0))),
        reason=chance.choice(("order", "delivery", "fault", "payment", "change", "information", "other")),
        mood=mood,
        late=outcome[0] == "late" and shows > 0 and chance.random() < 0.5,
    )


def _rated(chance: random.Random, at: int, satisfied: float, shows: float) -> Said:
    """One in four answers, the unhappy ones less often."""
    if chance.random() > (0.28 if satisfied > 0.5 else 0.2):
        return Said(at + DAY, None)
    felt = satisfied if shows else 0.7
    score = min(max(round(1 + 4 * felt + chance.gauss(0.3, 0.9)), 1), 5)
    return Said(at + DAY, mark_of("csat", score), chance.random() < 0.4)


def held(seen: Sequence[Seen], *, words_alone: bool = False, still_there: bool = False) -> Backtest:
    """The list of day `LOOKED` against what came after; `still_there`: without whom had left by then."""
    at, now = START + LOOKED * DAY, START + END * DAY
    outcomes = []
    for one in seen:
        if still_there and one.left <= LOOKED:
            continue
        history = one.history
        if words_alone:
            bare = [Approach(each.at, each.last_at, each.waited, each.words) for each in history.approaches]
            history = History(bare)
        then = History(
            [each for each in history.approaches if each.at <= at],
            [each for each in history.said if each.at <= at],
            history.complained_at if history.complained_at and history.complained_at <= at else None,
        )
        outcome = outcome_of(then, [each.at for each in history.approaches if each.at > at], at, now)
        if outcome is not None:
            outcomes.append(outcome)
    return hold_against(at, outcomes)


def together(found: Sequence[Backtest]) -> Backtest:
    """Several as one."""
    return hold_against(
        found[0].at,
        [
            pair
            for one in found
            for pair, times in (
                ((True, True), one.listed_left),
                ((True, False), one.listed - one.listed_left),
                ((False, True), one.left - one.listed_left),
                ((False, False), one.customers - one.listed - one.left + one.listed_left),
            )
            for _ in range(times)
        ],
    )


async def imported(seed: int) -> Backtest:
    """The same through the product: dialogues taken in as history. Raises `NoData`."""
    talks = [one for one in dialogues(DATA / "multidogo") if one]
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        engine = Sqlite(Path(folder) / "lyhord.db")
        prepare(engine)
        database = Database(engine, clock=lambda: START + END * DAY, reactions=Reactions(REACTIONS))
        await database.open()
        try:
            workspace_id = new_id()
            await database.write(workspace_id, create_workspace, "Firm", WorkspaceSettings())
            inbox = StoredInbox(new_id(), new_id(), "sandbox", "Door", {}, None, None, None, 0)
            inbox_id = str((await database.write(workspace_id, connect_inbox, inbox)).id)
            for number in range(IMPORTED):
                inbounds = _timeline(chance, customer(chance, World()), number, talks)
                given = Received(inbox_id=inbox_id, channel="sandbox", inbounds=inbounds, imported=True)
                if inbounds:
                    await database.write(workspace_id, receive_messages, given)
            return await database.read(workspace_id, lambda tx: backtest(tx, START + LOOKED * DAY, IMPORTED))
        finally:
            await database.close()


def _timeline(
    chance: random.Random, seen: Seen, number: int, talks: Sequence[tuple[str, ...]]
) -> tuple[InboundMessage, ...]:
    """What a customer and the company said, with words of real dialogues, of about the length that they had."""
    who = (Address("sandbox", f"customer{number}", f"Customer {number}", verified=True),)
    found = []
    for place, one in enumerate(seen.history.approaches):
        text = " ".join(chance.choice(talks))
        text = (text * (1 + one.words // max(len(text), 1)))[: max(one.words, 5)]
        key = f"{number}-{place}"
        found.append(InboundMessage(external_id=f"{key}-in", sender=who, text=text, at=one.at))
        if one.waited is not None:
            found.append(
                InboundMessage(
                    external_id=f"{key}-out", sender=who, text="It is seen to.", at=one.at + one.waited, ours=True
                )
            )
    return tuple(found)


def _tell(name: str, found: Backtest, *, wanted: bool) -> Row:
    lift = found.lift or 0.0
    print(
        f"{name:15} {found.customers:6} customers, {100 * found.base_rate:4.1f} % left; {found.listed:5} listed, "
        f"{100 * found.listed_rate:4.1f} % of them left: {lift:.2f} times ({found.low or 0:.2f} to {found.high or 0:.2f})"
    )
    target = "at least 2 times the base rate" if wanted else None
    met = lift >= TARGET if wanted else None
    engine = "sqlite" if name == "imported" else "simulation"
    return Row(
        f"silent unhappy, {name}", engine, found.customers, round(lift, 2), "times", 1.0, round(lift, 2), target, met
    )


def main() -> None:
    """Print and record what each kind of history comes to."""
    seen = {seed: [customer(random.Random(f"{seed}-{n}"), World()) for n in range(CUSTOMERS)] for seed in SEEDS}
    blind = World(shows=0.0, service=0.0)
    unseen = [customer(random.Random(f"blind-{n}"), blind) for n in range(CUSTOMERS)]
    for seed in SEEDS:
        _tell(f"seed {seed}", held(seen[seed]), wanted=False)
    rows = [
        _tell("simulated", together([held(seen[seed]) for seed in SEEDS]), wanted=True),
        _tell("still there", together([held(seen[seed], still_there=True) for seed in SEEDS]), wanted=True),
        _tell("words alone", together([held(seen[seed], words_alone=True) for seed in SEEDS]), wanted=True),
        _tell("nothing to see", held(unseen), wanted=False),
    ]
    try:
        rows.append(_tell("imported", asyncio.run(imported(21)), wanted=True))
    except NoData as missing:
        print(missing)
    record(*rows)


if __name__ == "__main__":
    main()
