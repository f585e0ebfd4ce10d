"""The demo's texts: complete, plausible, and nobody's real address."""

from collections import Counter

import pytest

from lyhord.app.demo.story import LANGUAGES, Story, read_shop, read_stories
from lyhord.kit.clock import MINUTE

STORIES = read_stories()
each = pytest.mark.parametrize("story", STORIES, ids=lambda story: story.key)


def test_there_are_enough_in_every_language_door_and_state() -> None:
    assert 40 <= len(STORIES) <= 60
    assert set(Counter(story.language for story in STORIES)) == set(LANGUAGES.values())
    assert set(Counter(story.status for story in STORIES)) == {"open", "pending", "snoozed", "resolved"}
    assert {line.by for story in STORIES for line in story.lines} == {"mail", "chat", *read_shop().agents}


def test_nobody_is_there_twice() -> None:
    assert max(Counter(story.email for story in STORIES).values()) == 1
    assert max(Counter(story.name for story in STORIES).values()) == 1


@each
def test_addresses_are_reserved_for_examples(story: Story) -> None:
    assert story.email.rpartition("@")[2] in {"example.com", "example.net", "example.org"}


@each
def test_a_customer_speaks_first_and_time_runs_forward_to_now(story: Story) -> None:
    assert story.lines[0].by_customer
    ages = [line.ago for line in story.lines]
    assert ages == sorted(ages, reverse=True)
    assert ages[-1] >= MINUTE, "the last line would be said in the future"


@each
def test_the_state_fits_who_spoke_last(story: Story) -> None:
    said = [line for line in story.lines if not line.note]
    if story.status == "open":
        assert said[-1].by_customer
    if story.status == "pending":
        assert not said[-1].by_customer
    assert (story.status == "snoozed") == (story.snooze_days > 0)


@each
def test_owners_and_speakers_work_in_the_shop(story: Story) -> None:
    agents = set(read_shop().agents)
    assert story.owner is None or story.owner in agents
    assert {line.by for line in story.lines} <= agents | {"mail", "chat"}
    assert story.subject is None or any(line.by == "mail" for line in story.lines)


def test_teams_are_made_of_agents() -> None:
    shop = read_shop()
    assert {key for members in shop.teams.values() for key in members} <= set(shop.agents)
    assert all(agent.email.endswith(".example") for agent in shop.agents.values())


def test_a_note_mentions_colleagues_by_first_name() -> None:
    assert any("jonas" in line.mentions for story in STORIES for line in story.lines)
