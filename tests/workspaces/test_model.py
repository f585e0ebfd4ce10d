"""The pure rules about workspaces."""

from lyhord.workspaces.model import members_of


def test_a_named_team_is_its_agents_and_nobody_is_named_twice() -> None:
    assert members_of(["a", "t", "b"], {"t": ["b", "c"], "u": ["d"]}) == ["a", "b", "c"]
