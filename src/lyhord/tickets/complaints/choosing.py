"""Who gets a complaint: the first of the ladder who can act. Pure."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from msgspec import Struct

from lyhord.tickets.complaints.model import Rung


class People(Struct, frozen=True):
    """Who works here, as far as it matters. `able`: who can act now, and through which inboxes they read (None: all); those away aren't
    among them. `here`: everybody who could if they weren't away. `present`: who has the app open. `loads`: how many complaints each has.
    `joined`: everybody, also who doesn't work on tickets.
    """

    able: dict[str, frozenset[str] | None]
    here: frozenset[str]
    present: frozenset[str]
    teams: dict[str, tuple[str, ...]]
    administrators: tuple[str, ...]
    loads: dict[str, int]
    joined: frozenset[str] = frozenset()

    def can(self, agent_id: str | None, inbox_id: str | None) -> bool:
        """Whether somebody could act on what came through an inbox."""
        if agent_id is None or agent_id not in self.able:
            return False
        reads = self.able[agent_id]
        return reads is None or inbox_id is None or inbox_id in reads

    def of(self, rung: Rung) -> list[str]:
        """Who stands on a step: whoever has the app open first, then whoever has least; the administrators on the top one."""
        if rung.agent_id is not None:
            return [rung.agent_id]
        members = self.administrators if rung.team_id is None else self.teams.get(rung.team_id, ())
        return sorted(members, key=lambda one: (one not in self.present, self.loads.get(one, 0), one))


class Chosen(NamedTuple):
    """Who gets it, and on which step they stand."""

    step: int
    agent_id: str


def choose(
    rungs: Sequence[Rung], people: People, inbox_id: str | None, *, start: int = 0, but: str | None = None
) -> Chosen | None:
    """The first from step `start` upwards who can act, `but` for one; None where nobody on these steps can."""
    return next(_those(rungs, people, inbox_id, range(start, len(rungs)), but), None)


def find_owner(
    rungs: Sequence[Rung], people: People, inbox_id: str | None, *, start: int, owner: str | None
) -> Chosen | None:
    """Who gets what its owner can't act on: the first from their step upwards, else below it from the top down.

    Where nobody can act now, whoever has it keeps it if they work here, else an administrator who is away gets it. None: nobody works here.
    """
    order = [*range(start, len(rungs) - 1), *range(min(start, len(rungs) - 1) - 1, -1, -1), len(rungs) - 1]
    found = next(_those(rungs, people, inbox_id, order, None), None)
    if found is not None:
        return found
    waiting = [owner] if owner in people.here else [one for one in people.administrators if one in people.here]
    return Chosen(min(start, len(rungs) - 1), waiting[0]) if waiting and waiting[0] else None


def _those(
    rungs: Sequence[Rung], people: People, inbox_id: str | None, order: Sequence[int], but: str | None
) -> Iterator[Chosen]:
    for step in order:
        for agent_id in people.of(rungs[step]):
            if agent_id != but and people.can(agent_id, inbox_id):
                yield Chosen(step, agent_id)
