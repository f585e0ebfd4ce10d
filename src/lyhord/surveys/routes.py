"""The REST routes of surveys, ratings, and customers who are unhappy without a word."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

from litestar import delete, get, post, put
from litestar.di import Provide
from litestar.params import QueryParameter
from litestar.response import Stream
from msgspec import Struct

from lyhord.contacts.listing import Asker, Timelines
from lyhord.conversations.views import get_visible
from lyhord.kit.clock import DAY
from lyhord.kit.database import Database, ReadTx, Tx
from lyhord.kit.http import Cursor, IdempotencyKey, Limit, Page, Principal, decode_cursor, encode_cursor, once, requires
from lyhord.kit.problems import Invalid
from lyhord.kit.words import LOCALES
from lyhord.surveys import actions, export, views
from lyhord.surveys.model import Kind, Mark, Survey, SurveyRules, SurveyText, SurveyWords, checked
from lyhord.surveys.reading import list_surveys, read_rules, talks_of
from lyhord.surveys.silent import looking
from lyhord.surveys.silent.looking import Silent
from lyhord.surveys.silent.model import Backtest
from lyhord.surveys.silent.reading import backtest
from lyhord.surveys.telling import Deed, Telling, list_tellings, tell
from lyhord.surveys.views import Only, RatingRow, Results, Wanted
from lyhord.surveys.wording import words_for
from lyhord.workspaces.actions.audit import record
from lyhord.workspaces.reach import Reach

_READ: dict[str, Any] = {"guards": [requires("conversations.read")]}
_NUMBERS: dict[str, Any] = {"guards": [requires("numbers.read")]}
_MANAGE: dict[str, Any] = {"guards": [requires("workspace.manage")]}
_TELL: dict[str, Any] = {"guards": [requires("surges.lead")]}
_WORK: dict[str, Any] = {"guards": [requires("tickets.work")]}
Chosen = Annotated[
    list[str] | None,
    QueryParameter(
        max_items=11,
        description="of which alone, as tag:vip: about, survey_id, agent_id, team_id, inbox_id, channel, ticket_kind, language, "
        "organization_id, reason_id or tag",
    ),
]
Asked = Annotated[Kind, QueryParameter(description="by which kind of survey")]
AnyKind = Annotated[Kind | None, QueryParameter(description="by which kind of survey; left out, by any")]
Marked = Annotated[Mark | None, QueryParameter(description="good, middle or bad alone")]
Said = Annotated[bool, QueryParameter(description="only those with words")]
Days = Annotated[int, QueryParameter(ge=1, le=730, description="how many days, today included")]
Since = Annotated[int, QueryParameter(ge=0, description="Unix milliseconds: what was answered then or later")]
Ago = Annotated[int, QueryParameter(ge=90, le=540, description="as of how many days ago")]


class Settings(Struct, frozen=True):
    """What is asked, and what holds for all of it."""

    surveys: list[Survey]
    rules: SurveyRules


class Preview(Struct, frozen=True):
    """How a survey asks in each of our languages."""

    texts: list[SurveyText]


class Settled(Struct, frozen=True, forbid_unknown_fields=True):
    """Whether somebody looks after a customer."""

    settled: bool


class OfContact(Struct, frozen=True):
    """What a contact was asked and answered, the latest first; and whether they are thought to be unhappy without a word."""

    ratings: list[RatingRow]
    silent: Silent | None


def choose(only: Chosen = None) -> Only:
    """Of which ratings alone it is told. Raises `Invalid` for what they haven't."""
    named = [one.partition(":") for one in only or ()]
    if any(name not in Only.__struct_fields__ or not value for name, _, value in named):
        raise Invalid("Write it as tag:vip.", fields={"only": "field.invalid"})
    return Only(**{name: value for name, _, value in named})


def want(kind: AnyKind = None, mark: Marked = None, said: Said = False, since: Since = 0) -> Wanted:
    """Which ratings are listed."""
    return Wanted(kind, mark, said, since)


_wanted = {"wanted": Provide(want, sync_to_thread=False)}


@get("/api/v1/surveys", **_READ, summary="What is asked")
async def get_settings(database: Database, principal: Principal) -> Settings:
    """The surveys, the first made first, and the rules that hold for all."""
    return await database.read(principal.workspace_id, lambda tx: Settings(list_surveys(tx), read_rules(tx)))


@post("/api/v1/surveys", **_MANAGE, summary="Ask something")
async def create(data: SurveyWords, database: Database, principal: Principal, key: IdempotencyKey = None) -> Settings:
    """It is asked from the next ticket on."""
    await database.write(principal.workspace_id, once(actions.create_survey, key, str), data, actor=principal.subject)
    return await database.read(principal.workspace_id, lambda tx: Settings(list_surveys(tx), read_rules(tx)))


@post("/api/v1/surveys/preview", **_MANAGE, status_code=200, summary="How a survey would ask")
async def preview(data: SurveyWords) -> Preview:
    """In each of our languages: its own words, or ours where it has none. Nothing is changed."""
    words = checked(data)
    given = {name: getattr(words, name) for name in SurveyWords.__struct_fields__}
    survey = Survey(id="", changed_at=0, **given)
    return Preview([words_for(survey, one) for one in LOCALES])


@put("/api/v1/surveys/rules", **_MANAGE, summary="What holds for all surveys")
async def put_rules(data: SurveyRules, database: Database, principal: Principal) -> SurveyRules:
    """How seldom, when nobody is asked, and who looks after bad ratings. Replaces all of it."""
    return await database.write(principal.workspace_id, actions.write_rules, data, actor=principal.subject)


@put("/api/v1/surveys/{survey_id:str}", **_MANAGE, summary="Change a survey")
async def change(survey_id: str, data: SurveyWords, database: Database, principal: Principal) -> Survey:
    """Replaces the whole of it, except what kind it is."""
    return await database.write(principal.workspace_id, actions.change_survey, survey_id, data, actor=principal.subject)


@delete("/api/v1/surveys/{survey_id:str}", **_MANAGE, summary="Ask something no more")
async def remove(survey_id: str, database: Database, principal: Principal) -> None:
    """Its ratings stay."""
    await database.write(principal.workspace_id, actions.remove_survey, survey_id, actor=principal.subject)


@get(
    "/api/v1/surveys/results",
    **_NUMBERS,
    dependencies={"whose": Provide(choose, sync_to_thread=False)},
    summary="What ratings come to",
)
async def get_results(
    database: Database, principal: Principal, whose: Only, kind: Asked = "csat", days: Days = 28
) -> Results:
    """Of what was asked in these days, as far as the caller reaches: how many said what, and by whose and what it was."""
    return await database.read(
        principal.workspace_id, views.show_results, Reach(principal.inbox_ids), kind, days, whose
    )


@get("/api/v1/ratings", **_NUMBERS, dependencies=_wanted, summary="Ratings")
async def list_ratings(
    database: Database, principal: Principal, wanted: Wanted, cursor: Cursor = None, limit: Limit = 50
) -> Page[RatingRow]:
    """The latest first, as far as the caller reaches. A page may be short, even empty, and more follow."""
    place = decode_cursor(cursor, tuple[int, str]) if cursor else views.FIRST
    reach = Reach(principal.inbox_ids)
    rows, more = await database.read(principal.workspace_id, views.list_ratings, reach, wanted, place, limit)
    return Page(rows, encode_cursor(*more) if more else None)


@get("/api/v1/ratings/export", **_NUMBERS, dependencies=_wanted, summary="Ratings as a file")
async def export_ratings(database: Database, principal: Principal, wanted: Wanted) -> Stream:
    """CSV, times in UTC. The audit says who took it."""
    reach = Reach(principal.inbox_ids)

    def note(tx: Tx) -> None:
        record(tx, "ratings.exported", "ratings", kind=wanted.kind, since=wanted.since)

    async def content() -> AsyncIterator[str]:
        yield export.header()
        place: views.Place | None = views.FIRST
        while place is not None:
            rows, place = await database.read(
                principal.workspace_id, views.list_ratings, reach, wanted, place, export.STEP
            )
            yield export.lines(rows, names)

    names = await database.read(principal.workspace_id, export.read_names)
    await database.write(principal.workspace_id, note, actor=principal.subject)
    headers = {"content-disposition": 'attachment; filename="ratings.csv"'}
    return Stream(content(), media_type="text/csv", headers=headers)


@get("/api/v1/conversations/{conversation_id:str}/ratings", **_READ, summary="What was asked in a conversation")
async def list_of_conversation(database: Database, principal: Principal, conversation_id: str) -> list[RatingRow]:
    """And answered, the latest first."""

    def view(tx: ReadTx) -> list[RatingRow]:
        reach = Reach(principal.inbox_ids)
        found = get_visible(tx, reach, conversation_id)
        talks = talks_of(tx, found.contact_id) if found.contact_id else []
        return views.of_conversations(tx, reach, talks)

    return await database.read(principal.workspace_id, view)


@get("/api/v1/contacts/{contact_id:str}/ratings", **_READ, summary="What a contact said")
async def list_of_contact(database: Database, principal: Principal, timelines: Timelines, contact_id: str) -> OfContact:
    """With whoever is one with them."""

    def view(tx: ReadTx) -> OfContact:
        reach = Reach(principal.inbox_ids)
        Asker(tx, reach, timelines).one(contact_id)
        silent = looking.find_of_conversation(tx, reach, talks_of(tx, contact_id))
        return OfContact(views.of_contact(tx, reach, contact_id), silent)

    return await database.read(principal.workspace_id, view)


@get("/api/v1/feedback/told", **_NUMBERS, summary="What customers were told that came of it")
async def get_tellings(database: Database, principal: Principal) -> list[Telling]:
    """The latest 50, newest first, with how many have heard it."""
    return await database.read(principal.workspace_id, list_tellings)


@post("/api/v1/feedback/told", **_TELL, summary="Tell customers what came of what they said")
async def tell_them(data: Deed, database: Database, principal: Principal, key: IdempotencyKey = None) -> list[Telling]:
    """Everybody who gave one of these ratings, within reach, once, in their channel and language."""
    reach = Reach(principal.inbox_ids)

    def say(tx: Tx) -> str:
        return tell(tx, reach, data)

    await database.write(principal.workspace_id, once(say, key, str), actor=principal.subject)
    return await database.read(principal.workspace_id, list_tellings)


@get("/api/v1/silent", **_NUMBERS, summary="Customers who are unhappy without a word")
async def list_silent(
    database: Database, principal: Principal, cursor: Cursor = None, limit: Limit = 50
) -> Page[Silent]:
    """The surest first, with why. They are looked for once a day. A page may be short, even empty, and more follow."""
    place = decode_cursor(cursor, tuple[int, str]) if cursor else looking.FIRST

    def view(tx: ReadTx) -> tuple[list[Silent], looking.Place | None]:
        return looking.list_silent(tx, Reach(principal.inbox_ids), before=place, most=limit)

    rows, more = await database.read(principal.workspace_id, view)
    return Page(rows, encode_cursor(*more) if more else None)


@get("/api/v1/silent/backtest", **_NUMBERS, summary="How such a list would have held")
async def get_backtest(database: Database, principal: Principal, days: Ago = 180) -> Backtest:
    """Who would have been listed so many days ago, of up to 5,000 customers, and who of them left: beside how many left of all."""
    return await database.read(principal.workspace_id, lambda tx: backtest(tx, tx.now - days * DAY))


@put("/api/v1/silent/{conversation_id:str}", **_WORK, summary="Look after a customer")
async def settle(conversation_id: str, data: Settled, database: Database, principal: Principal) -> None:
    """Note that somebody does, or that nobody does any more."""
    reach = Reach(principal.inbox_ids)
    await database.read(principal.workspace_id, lambda tx: get_visible(tx, reach, conversation_id))
    await database.write(
        principal.workspace_id, looking.settle_silent, conversation_id, data.settled, actor=principal.subject
    )


routes: list[Any] = [
    get_settings,
    create,
    preview,
    put_rules,
    change,
    remove,
    get_results,
    list_ratings,
    export_ratings,
    list_of_conversation,
    list_of_contact,
    get_tellings,
    tell_them,
    list_silent,
    get_backtest,
    settle,
]
