"""Saying what is asked, planning to ask, and taking what customers answer."""

from collections.abc import Iterable, Sequence

import msgspec
from msgspec.structs import replace

from lyhord.kit.clock import MINUTE
from lyhord.kit.database import Tx
from lyhord.kit.database.jobs_table import enqueue
from lyhord.kit.problems import Gone, Invalid, NotFound, Taken
from lyhord.kit.text import clean
from lyhord.surveys import store
from lyhord.surveys.asking import is_capped
from lyhord.surveys.events import SurveysChanged
from lyhord.surveys.following_up import follow_up
from lyhord.surveys.model import (
    HOLDS,
    MOST_SURVEYS,
    MOST_WORDS,
    SCALES,
    Asking,
    Moment,
    Survey,
    SurveyRules,
    SurveyWords,
    as_row,
    checked,
    choose_survey,
    mark_of,
)
from lyhord.surveys.reading import get_asking, list_surveys, read_rules, talks_of
from lyhord.surveys.understanding import needs_person
from lyhord.tickets.model import Ticket
from lyhord.tickets.owners import check_team, check_worker
from lyhord.tickets.rating import Rated, rate_ticket
from lyhord.workspaces.actions.audit import record

ASK_JOB, CLICK_JOB = "survey.ask", "survey.click"
CLICK_AFTER = MINUTE
"""A score chosen by a link counts so much later: whoever follows all links of a mail at once is a machine that looks for harm."""


class Order(msgspec.Struct, frozen=True):
    """What a job is about."""

    asking_id: str


def create_survey(tx: Tx, words: SurveyWords) -> str:
    """Ask something from now on; its id. Raises `Invalid`, and `Taken` past `MOST_SURVEYS`."""
    words = checked(words)
    if len(list_surveys(tx)) >= MOST_SURVEYS:
        raise Taken("There are 20 surveys already; remove one first.", key="problem.too_many_surveys")
    survey_id = tx.new_id()
    _write(tx, survey_id, words)
    record(tx, "survey.created", f"survey:{survey_id}", name=words.name, kind=words.kind)
    return survey_id


def change_survey(tx: Tx, survey_id: str, words: SurveyWords) -> Survey:
    """Write it anew. Raises `Invalid`, `NotFound`."""
    words, before = checked(words), _get(tx, survey_id)
    if words.kind != before.kind:
        raise Invalid(
            "Its ratings would mean something else: make another survey.", fields={"kind": "problem.survey_kind"}
        )
    _write(tx, survey_id, words)
    record(tx, "survey.changed", f"survey:{survey_id}", name=words.name, on=words.on)
    return _get(tx, survey_id)


def remove_survey(tx: Tx, survey_id: str) -> None:
    """Ask it no more. Its ratings stay. Raises `NotFound`."""
    survey = _get(tx, survey_id)
    words = SurveyWords(**{name: getattr(survey, name) for name in SurveyWords.__struct_fields__})
    _write(tx, survey_id, replace(words, on=False), removed=True)
    record(tx, "survey.removed", f"survey:{survey_id}", name=survey.name)


def write_rules(tx: Tx, rules: SurveyRules) -> SurveyRules:
    """Let these hold for all surveys. Raises `Invalid` for an agent or a team that isn't there."""
    check_worker(tx, rules.follow_agent_id)
    check_team(tx, rules.follow_team_id)
    tx.run(store.write_rules, body=msgspec.json.encode(rules).decode())
    record(tx, "survey.rules_changed", "workspace", **msgspec.to_builtins(rules))
    tx.emit(SurveysChanged())
    return rules


def plan_askings(tx: Tx, tickets: Iterable[Ticket], moment: Moment) -> int:
    """Plan to ask about tickets, by the survey that fits each, whose customer wasn't asked lately; how many."""
    surveys = [one for one in list_surveys(tx) if one.on and one.moment == moment]
    rules, planned = read_rules(tx), 0
    for ticket in tickets if surveys else ():
        fitting = [one for one in surveys if one.asks_of(ticket.inbox_id, ticket.kind)]
        survey = choose_survey(fitting, ticket.id)
        if survey is None or ticket.contact_id is None or is_capped(tx, talks_of(tx, ticket.contact_id), rules):
            continue
        due_at = tx.now + (survey.delay_minutes * MINUTE if moment == "after" else 0)
        asking = _asking(tx, survey, ticket, ticket.contact_id, due_at)
        tx.run(store.insert_asking, **as_row(asking))
        enqueue(tx, ASK_JOB, Order(asking.id), due_at=due_at)
        planned += 1
    return planned


def take_rating(tx: Tx, asking: Asking, score: int, words: str = "", answer_id: str | None = None) -> Asking:
    """Keep what a customer answered, or now answers instead; who is unhappy gets somebody who looks after it.

    Raises `Gone` once its time is over, `Invalid` for a score off the scale.
    """
    if asking.state not in ("asked", "answered") or (asking.asked_at or 0) < tx.now - HOLDS:
        raise Gone("The time to answer is over.", key="problem.survey_over")
    least, most = SCALES[asking.kind]
    if not least <= score <= most:
        raise Invalid("That isn't on the scale.", fields={"score": "field.invalid"})
    mark, words = mark_of(asking.kind, score), clean(words, MOST_WORDS).strip()
    task_id = asking.task_id
    wanted = mark == "bad" or needs_person(words, mark)
    if wanted and task_id is None:
        task_id = follow_up(tx, asking, score, words)
    after = replace(
        asking,
        state="answered",
        score=score,
        mark=mark,
        words=words or asking.words,
        answered_at=asking.answered_at or tx.now,
        answer_id=answer_id or asking.answer_id,
        clicked=None,
        task_id=task_id,
    )
    write_asking(tx, after)
    rate_ticket(tx, asking.ticket_id, Rated(asking.id, asking.kind, score, mark))
    return after


def click(tx: Tx, asking_id: str, score: int) -> Asking:
    """Note the score that a link chose: it counts in a minute, unless another link was followed by then. Raises as `take_rating`."""
    asking = get_asking(tx, asking_id)
    if (
        asking.doubted_at is not None
        or asking.clicked == score
        or (asking.state == "answered" and asking.score == score)
    ):
        return asking
    if asking.state not in ("asked", "answered") or (asking.asked_at or 0) < tx.now - HOLDS:
        raise Gone("The time to answer is over.", key="problem.survey_over")
    least, most = SCALES[asking.kind]
    if not least <= score <= most:
        raise Invalid("That isn't on the scale.", fields={"score": "field.invalid"})
    if asking.clicked is not None and tx.now < (asking.clicked_at or 0) + CLICK_AFTER:
        doubted = replace(asking, clicked=None, doubted_at=tx.now)
        write_asking(tx, doubted)
        return doubted
    clicked = replace(asking, clicked=score, clicked_at=tx.now)
    write_asking(tx, clicked)
    enqueue(tx, CLICK_JOB, Order(asking.id), due_at=tx.now + CLICK_AFTER)
    return clicked


def write_asking(tx: Tx, asking: Asking) -> None:
    """Write what became of it."""
    row = as_row(asking)
    del row["id"]
    tx.run(store.write_asking, key=asking.id, **row)


def forget_conversations(tx: Tx, conversation_ids: Sequence[str]) -> None:
    """Forget what was asked and answered in these conversations: see `privacy.holdings.Forget`."""
    for statement in store.forget:
        tx.run(statement, conversation_ids=conversation_ids)


def _asking(tx: Tx, survey: Survey, ticket: Ticket, contact_id: str, due_at: int) -> Asking:
    return Asking(
        id=tx.new_id(),
        survey_id=survey.id,
        kind=survey.kind,
        about=survey.about,
        moment=survey.moment,
        conversation_id=ticket.conversation_id,
        contact_id=contact_id,
        ticket_id=ticket.id,
        inbox_id=ticket.inbox_id,
        channel=ticket.channel,
        ticket_kind=ticket.kind,
        agent_id=ticket.owner_agent_id,
        team_id=ticket.owner_team_id,
        language="",
        state="planned",
        due_at=due_at,
    )


def _get(tx: Tx, survey_id: str) -> Survey:
    found = next((one for one in list_surveys(tx) if one.id == survey_id), None)
    if found is None:
        raise NotFound("There is no such survey.")
    return found


def _write(tx: Tx, survey_id: str, words: SurveyWords, *, removed: bool = False) -> None:
    tx.run(
        store.write_survey,
        id=survey_id,
        body=msgspec.json.encode(words).decode(),
        changed_at=tx.now,
        removed_at=tx.now if removed else None,
    )
    tx.emit(SurveysChanged())
