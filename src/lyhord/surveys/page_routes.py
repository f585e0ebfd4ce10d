"""The page on which a survey is answered, for whoever has its address. It works without script.

A link counts by itself, in a minute, so that one click is enough. What a browser or a mail server fetches beforehand doesn't: it says so,
or it follows several of the links at once, and then the page asks for a word of a person.
"""

from typing import Annotated, Any
from urllib.parse import parse_qs

from litestar import Request, get, post
from litestar.enums import MediaType
from litestar.params import QueryParameter
from litestar.response import Response

from lyhord.kit.clock import MINUTE
from lyhord.kit.database import Database, ReadTx, Tx
from lyhord.kit.http.network import client_address
from lyhord.kit.problems import Gone, Invalid, NotFound, Problem
from lyhord.kit.rates import Rate, caller_block
from lyhord.kit.words import nearest_locale
from lyhord.surveys.actions import click, take_rating
from lyhord.surveys.links import LONGEST_TOKEN, PLACE, Links, Named
from lyhord.surveys.model import HOLDS, MOST_WORDS, Asking
from lyhord.surveys.page import POLICY, Asked, show, show_over
from lyhord.surveys.reading import find_asking, find_survey, get_asking
from lyhord.surveys.wording import words_for
from lyhord.workspaces.actions.workspace import get_workspace
from lyhord.workspaces.doors import Office

RATE = Rate("survey page", 60, MINUTE)
Of = Annotated[str, QueryParameter(max_length=LONGEST_TOKEN, description="what was asked, signed")]
Score = Annotated[int | None, QueryParameter(description="what was chosen")]
_AHEAD = ("purpose", "sec-purpose", "x-moz")


@get(PLACE, security=[], media_type=MediaType.HTML, summary="Answer a survey")
async def show_question(
    request: Request[Any, Any, Any],
    database: Database,
    links: Links,
    office: Office,
    of: Of = "",
    score: Score = None,
) -> Response[str]:
    """The page of a question. With a score that is the answer, which may be changed and added to there."""
    _count(request, office)
    try:
        named = links.read(of)
        if score is not None and not _is_ahead(request):
            asking = await database.write(named.workspace_id, click, named.asking_id, score)
            return await _shown(
                database, named, of, told="survey.page.confirm" if asking.doubted_at else "survey.page.thanks"
            )
        return await _shown(database, named, of)
    except (NotFound, Gone, Invalid) as problem:
        return _over(request, problem)


@post(PLACE, security=[], media_type=MediaType.HTML, status_code=200, summary="Answer a survey with words")
async def take_answer(
    request: Request[Any, Any, Any], database: Database, links: Links, office: Office
) -> Response[str]:
    """A form with `of`, `score` and `words`."""
    _count(request, office)
    form = {name: values[0] for name, values in parse_qs((await request.body()).decode("utf-8", "replace")).items()}
    try:
        named, score = links.read(form.get("of", "")), _score_of(form)

        def take(tx: Tx) -> Asking:
            return take_rating(tx, get_asking(tx, named.asking_id), score, form.get("words", "")[:MOST_WORDS])

        await database.write(named.workspace_id, take)
        return await _shown(database, named, form["of"], told="survey.page.thanks")
    except (NotFound, Gone, Invalid) as problem:
        return _over(request, problem)


def _score_of(form: dict[str, str]) -> int:
    score = form.get("score", "")
    if not score.isascii() or not score.isdigit() or len(score) > 2:
        raise Invalid("Choose a score.", fields={"score": "field.missing"})
    return int(score)


async def _shown(database: Database, named: Named, token: str, told: str = "") -> Response[str]:
    def view(tx: ReadTx) -> Asked:
        asking = find_asking(tx, named.asking_id)
        survey = find_survey(tx, asking.survey_id) if asking else None
        if asking is None or survey is None or asking.asked_at is None or asking.asked_at < tx.now - HOLDS:
            raise Gone("The time to answer is over.", key="problem.survey_over")
        score = asking.clicked if asking.clicked is not None else asking.score
        words = words_for(survey, asking.language)
        company = get_workspace(tx).name
        return Asked(company, asking.language, asking.kind, words, token, score, asking.words, told)

    return _html(show(await database.read(named.workspace_id, view)), 200)


def _over(request: Request[Any, Any, Any], problem: Problem) -> Response[str]:
    wanted = [one.split(";")[0].strip() for one in request.headers.get("accept-language", "").split(",")]
    return _html(show_over("", nearest_locale([one for one in wanted if one])), problem.status)


def _html(page: str, status: int) -> Response[str]:
    return Response(page, status_code=status, media_type=MediaType.HTML, headers={"content-security-policy": POLICY})


def _count(request: Request[Any, Any, Any], office: Office) -> None:
    office.limiter.take(RATE, caller_block(client_address(request, office.network)))


def _is_ahead(request: Request[Any, Any, Any]) -> bool:
    """Whether a browser fetches it before anybody asked for it."""
    return any("prefetch" in request.headers.get(name, "").lower() for name in _AHEAD)


routes: list[Any] = [show_question, take_answer]
