"""Who gets a complaint, as a rule without any database."""

from hypothesis import given
from hypothesis import strategies as st

from lyhord.tickets.complaints.choosing import People, choose, find_owner
from lyhord.tickets.complaints.model import TOP, Rung

NAMES = ("ann", "bo", "cy", "di")
names = st.sampled_from(NAMES)
rungs = st.lists(
    st.builds(lambda one: Rung(agent_id=one), names) | st.builds(lambda one: Rung(team_id=one), st.sampled_from("xy")),
    max_size=4,
).map(lambda found: (*found, TOP))


@st.composite
def crews(draw: st.DrawFn) -> People:
    here = draw(st.frozensets(names, min_size=1))
    able = draw(st.frozensets(st.sampled_from(sorted(here))))
    return People(
        able=dict.fromkeys(able),
        here=here,
        present=draw(st.frozensets(st.sampled_from(sorted(here)))),
        teams={"x": tuple(draw(st.frozensets(names))), "y": ()},
        administrators=(draw(st.sampled_from(sorted(here))),),
        loads={},
    )


@given(rungs, crews(), st.integers(0, 5), names)
def test_somebody_gets_it_and_can_act_if_anybody_responsible_can(
    ladder: tuple[Rung, ...], crew: People, start: int, owner: str
) -> None:
    found = find_owner(ladder, crew, None, start=min(start, len(ladder) - 1), owner=owner)
    assert found is not None
    assert found.agent_id in crew.here
    responsible = {one for rung in ladder for one in crew.of(rung)}
    assert crew.can(found.agent_id, None) or not any(crew.can(one, None) for one in responsible)


@given(rungs, crews(), st.integers(0, 5), names)
def test_it_only_climbs_and_never_to_who_had_it(ladder: tuple[Rung, ...], crew: People, start: int, owner: str) -> None:
    found = choose(ladder, crew, None, start=start, but=owner)
    if found is not None:
        assert found.step >= start
        assert found.agent_id != owner
        assert crew.can(found.agent_id, None)
        below = [one for rung in ladder[start : found.step] for one in crew.of(rung)]
        assert not any(crew.can(one, None) and one != owner for one in below)


def test_whoever_is_there_and_has_least_comes_first() -> None:
    crew = People(
        able={"ann": None, "bo": frozenset({"mail"}), "cy": None},
        here=frozenset(NAMES),
        present=frozenset({"bo", "cy"}),
        teams={"x": ("ann", "bo", "cy")},
        administrators=(),
        loads={"cy": 2},
    )
    assert crew.of(Rung(team_id="x")) == ["bo", "cy", "ann"]
    chosen = choose((Rung(team_id="x"),), crew, "chat")
    assert chosen is not None
    assert chosen.agent_id == "cy"
