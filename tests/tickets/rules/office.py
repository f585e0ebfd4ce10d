"""A company with rules: what its tests say in short."""

from collections.abc import Sequence
from typing import Any

from lyhord.kit.events import Catalogue, Logged
from lyhord.kit.followers import FollowerRunner
from lyhord.tickets.macros.model import TagStep
from lyhord.tickets.rules import views
from lyhord.tickets.rules.actions import create_rule, switch_rule
from lyhord.tickets.rules.conditions import RuleCondition
from lyhord.tickets.rules.following import FOLLOWER
from lyhord.tickets.rules.matching import KINDS
from lyhord.tickets.rules.model import Firing, Rule, RuleStep, RuleWords, When
from tests.conversations.desk import Desk

SECRET = "sealed"


def tag(*words: str) -> TagStep:
    return TagStep(add=words)


async def make(
    desk: Desk, when: When, *steps: RuleStep, asked: Sequence[RuleCondition] = (), on: bool = True, **more: Any
) -> str:
    """A rule, by its id."""
    words = RuleWords(**{"name": when, "when": when, "steps": steps, "conditions": tuple(asked), **more})
    rule_id: str = await desk.write(create_rule, words, SECRET)
    if on:
        await switch(desk, rule_id)
    return rule_id


async def switch(desk: Desk, rule_id: str, on: bool = True) -> None:
    await desk.write(lambda tx: switch_rule(tx, rule_id, on=on), actor=f"agent:{desk.agent}")


class Follows:
    """The follower of rules over one company."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.runner = FollowerRunner(desk.database, Catalogue(KINDS), [FOLLOWER], patience_seconds=0.001)

    async def catch_up(self) -> None:
        """Ask the rules of all that happened."""
        await self.runner.catch_up(self.desk.workspace_id)


async def follow(desk: Desk) -> Follows:
    """The follower, which knows where it begins."""
    follows = Follows(desk)
    await follows.catch_up()
    return follows


async def rule_of(desk: Desk, rule_id: str) -> Rule:
    rule: Rule = await desk.read(views.get_rule, rule_id)
    return rule


async def firings(desk: Desk, rule_id: str) -> list[Firing]:
    """What a rule did, the first first."""
    found: list[Firing] = await desk.read(views.list_firings, rule_id)
    return found[::-1]


def outcomes(found: Sequence[Firing]) -> list[str]:
    return [one.outcome for one in found]


def actors(events: Sequence[Logged], kind: str) -> list[str]:
    return [one.actor for one in events if one.kind == kind]
