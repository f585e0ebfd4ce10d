"""Surveys and ratings as values, and the pure rules of what a rating means and when nobody is asked."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from msgspec import Meta, Struct, structs

from lyhord.kit.clock import DAY, MINUTE
from lyhord.kit.problems import Invalid
from lyhord.kit.text import clean, clean_name

Kind = Literal["csat", "nps", "effort"]
About = Literal["answer", "attitude", "company"]
"""What is rated: the answer itself, how the customer was treated, or the company as a whole."""
Moment = Literal["after", "before"]
Mark = Literal["good", "middle", "bad"]
State = Literal["planned", "asked", "answered", "dropped"]

SCALES: dict[str, tuple[int, int]] = {"csat": (1, 5), "nps": (0, 10), "effort": (1, 5)}
"""The worst and the best score. For effort 1 is very hard and 5 very easy, so that more is better everywhere."""
ABOUT: dict[str, tuple[About, ...]] = {
    "csat": ("answer", "attitude", "company"),
    "nps": ("company",),
    "effort": ("answer",),
}
MOST_SURVEYS = 20
MOST_WORDS = 2_000
"""Characters of what somebody writes beside a rating."""
HOLDS = 7 * DAY
"""For how long after it was asked an answer counts."""
SECOND_THOUGHT = 10 * MINUTE
"""For so long somebody can give another score instead."""
LATEST = 3 * DAY
"""What couldn't be asked within this time is not asked any more: nobody remembers."""
DAY_MINUTES = 24 * 60

Id = Annotated[str, Meta(min_length=36, max_length=36)]


class SurveyText(Struct, frozen=True, forbid_unknown_fields=True):
    """How a survey asks in one language (`sv`, `zh-CN`), and why it does: the reason is said with the question."""

    language: Annotated[str, Meta(pattern="^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
    question: Annotated[str, Meta(max_length=500)]
    why: Annotated[str, Meta(max_length=500)]


class SurveyWords(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What makes up a survey.

    `moment`: so many minutes after a ticket was resolved, or before: when it was opened. It is asked where the ticket came through one of
    the inboxes and is of one of the kinds; none stands for all. In languages without words of its own it says what we say by default.
    """

    name: str
    kind: Kind
    about: About = "answer"
    moment: Moment = "after"
    delay_minutes: Annotated[int, Meta(ge=0, le=7 * DAY_MINUTES)] = 60
    inbox_ids: Annotated[tuple[Id, ...], Meta(max_length=200)] = ()
    kinds: Annotated[tuple[Annotated[str, Meta(min_length=1, max_length=20)], ...], Meta(max_length=100)] = ()
    texts: Annotated[tuple[SurveyText, ...], Meta(max_length=30)] = ()
    on: bool = True


class Survey(Struct, frozen=True, kw_only=True):
    """A survey as screens show it."""

    id: str
    name: str
    kind: Kind
    about: About
    moment: Moment
    delay_minutes: int
    inbox_ids: tuple[str, ...]
    kinds: tuple[str, ...]
    texts: tuple[SurveyText, ...]
    on: bool
    changed_at: int

    def asks_of(self, inbox_id: str | None, kind: str) -> bool:
        """Whether tickets that came through an inbox, of a kind, are asked about."""
        return (not self.inbox_ids or inbox_id in self.inbox_ids) and (not self.kinds or kind in self.kinds)


class SurveyRules(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What holds for all surveys of a workspace.

    A contact is asked anything at most once in `cap_days`. Nobody is asked between `quiet_from` and `quiet_until` (minutes of the day, in
    the contact's time zone where it is known, else the workspace's); where both are the same there is no such time. A bad rating becomes a
    task of `follow_agent_id` or `follow_team_id`, due within `follow_minutes`; where neither is named, of whoever has complaints first.
    """

    cap_days: Annotated[int, Meta(ge=1, le=365)] = 30
    quiet_from: Annotated[int, Meta(ge=0, lt=DAY_MINUTES)] = 21 * 60
    quiet_until: Annotated[int, Meta(ge=0, lt=DAY_MINUTES)] = 8 * 60
    follow_agent_id: Id | None = None
    follow_team_id: Id | None = None
    follow_minutes: Annotated[int, Meta(ge=15, le=30 * DAY_MINUTES)] = DAY_MINUTES


class Asking(Struct, frozen=True, kw_only=True):
    """That a survey was to be asked, what became of it, and its rating. In the order of `store.ASKING`. Times are Unix milliseconds.

    `why` (a key) says why it was dropped. `clicked` is a score chosen by a link that nobody has confirmed yet. `task_id` is the task of
    whoever looks after a bad rating; `told_id` the last text that told the customer what came of it.
    """

    id: str
    survey_id: str
    kind: Kind
    about: About
    moment: Moment
    conversation_id: str
    contact_id: str
    ticket_id: str
    inbox_id: str | None
    channel: str
    ticket_kind: str
    agent_id: str | None
    team_id: str | None
    language: str
    state: State
    due_at: int
    asked_at: int | None = None
    message_id: str | None = None
    why: str | None = None
    score: int | None = None
    mark: Mark | None = None
    words: str = ""
    answered_at: int | None = None
    answer_id: str | None = None
    clicked: int | None = None
    clicked_at: int | None = None
    doubted_at: int | None = None
    task_id: str | None = None
    told_id: str | None = None
    told_at: int | None = None


def checked(words: SurveyWords) -> SurveyWords:
    """The same, cleaned; raises `Invalid` naming what doesn't fit."""
    name = clean_name(words.name, 80)
    if not name:
        raise Invalid("A name is needed.", fields={"name": "field.missing"})
    if words.about not in ABOUT[words.kind]:
        raise Invalid("This can't be asked about that.", fields={"about": "field.invalid"})
    if words.moment == "before" and words.about != "company":
        raise Invalid("Before an answer only the company can be rated.", fields={"about": "problem.survey_before"})
    texts = tuple(
        SurveyText(one.language, clean(one.question, 500).strip(), clean(one.why, 500).strip()) for one in words.texts
    )
    if not all(one.question and one.why for one in texts):
        raise Invalid("Write the question, and why you ask.", fields={"texts": "problem.survey_reason"})
    if len({one.language for one in texts}) < len(texts):
        raise Invalid("Each language once.", fields={"texts": "field.invalid"})
    return structs.replace(words, name=name, texts=texts)


def mark_of(kind: str, score: int) -> Mark:
    """What a score means: satisfied from 4 of 5, a promoter from 9 of 10; bad up to 2 of 5, and up to 6 of 10."""
    good, bad = (9, 6) if kind == "nps" else (4, 2)
    return "good" if score >= good else "bad" if score <= bad else "middle"


def choose_survey(surveys: Sequence[Survey], ticket_id: str) -> Survey | None:
    """One of those that fit, so that each gets its share: the same for the same ticket."""
    return surveys[int(ticket_id[-8:], 16) % len(surveys)] if surveys else None


def quiet_ends(rules: SurveyRules, time_zone: str, now: int) -> int | None:
    """When somebody in a time zone may be asked again (Unix milliseconds); None where they may be now."""
    start, end = rules.quiet_from, rules.quiet_until
    if start == end:
        return None
    there = datetime.fromtimestamp(now / 1000, ZoneInfo(time_zone))
    minute = there.hour * 60 + there.minute
    quiet = start <= minute < end if start < end else minute >= start or minute < end
    if not quiet:
        return None
    day = there.date() + timedelta(days=1 if start > end and minute >= start else 0)
    wakes = datetime(day.year, day.month, day.day, end // 60, end % 60, tzinfo=there.tzinfo)
    return max(int(wakes.timestamp() * 1000), now + MINUTE)


def as_row(asking: Asking) -> dict[str, Any]:
    """The row of an asking."""
    return structs.asdict(asking)
