"""The job that has a language model call themes by names, one theme at a time; until then, and without one, their words do."""

from collections.abc import Sequence

from msgspec import Struct

from lyhord.hearing.language_model.actions import Stored, find_language_model
from lyhord.hearing.language_model.desk import LanguageModelDesk, NotNow, hiding
from lyhord.hearing.language_model.model import LANGUAGES, LanguageModelAway, Unfounded, Unusable
from lyhord.hearing.language_model.proof import Source
from lyhord.hearing.themes import store
from lyhord.hearing.themes.actions import Kept, list_kept, name_theme
from lyhord.hearing.themes.model import Named
from lyhord.hearing.themes.reading import language_of
from lyhord.hearing.themes.titles import Answer, believe, question
from lyhord.kit.clock import SECOND
from lyhord.kit.database import ReadTx, Tx
from lyhord.kit.database.jobs_table import enqueue
from lyhord.kit.events import Logged
from lyhord.kit.jobs import Context, Handler, Work
from lyhord.kit.leases import Job, Later, Patience
from lyhord.kit.problems import Problem
from lyhord.workspaces.actions.workspace import get_workspace

JOB = "name_theme"
ATTEMPTS = 2
PATIENCE = Patience(attempts=ATTEMPTS + 1, seconds=120)
RETRY_SECONDS = 30.0
ROOM_SECONDS = 5
MOST_LETTERS = 600


class _Task(Struct, frozen=True):
    model: Stored
    theme: Kept
    said: list[tuple[str, Source]]
    locale: str


def ask_for_names(tx: Tx, _events: Sequence[Logged]) -> None:
    """The reaction to other themes and other language models: where one has no name yet, have it named."""
    if find_language_model(tx, "themes") and _find_unnamed(tx):
        enqueue(tx, JOB, {})


def list_work(desk: LanguageModelDesk) -> dict[str, Work]:
    """How the job is done."""
    return {JOB: Work(make_naming(desk), PATIENCE)}


def make_naming(desk: LanguageModelDesk) -> Handler:
    """The work of a job: names one theme, whereupon another job is asked for the next. What can't be named isn't tried again."""

    async def name(context: Context, job: Job) -> None:
        task = await context.database.read(context.workspace_id, _find_task)
        if task is None:
            return
        try:
            named = await _name(desk, context, task)
        except NotNow:
            await context.database.write(context.workspace_id, _put_off, job)
        except (LanguageModelAway, Unusable) as problem:
            if job.attempt < ATTEMPTS:
                raise Later(RETRY_SECONDS, problem.detail) from problem
            if isinstance(problem, Unusable):
                await context.database.write(context.workspace_id, name_theme, task.theme.id, _named(task))
        except Unfounded:
            await context.database.write(context.workspace_id, name_theme, task.theme.id, _named(task))
        except Problem:
            return  # only a person can help, or tomorrow: asked again with the next look at themes
        else:
            await context.database.write(context.workspace_id, name_theme, task.theme.id, named)

    return name


async def _name(desk: LanguageModelDesk, context: Context, task: _Task) -> Named:
    hide = hiding(task.model.settings)
    sources = [Source(hide(one.text, one.language)[:MOST_LETTERS], one.language) for _, one in task.said]
    asked = question(task.theme.words, sources, LANGUAGES[task.locale])

    def judge(answer: Answer) -> str:
        title = believe(answer.name, task.theme.words, sources, task.locale.partition("-")[0])
        if not title:
            raise Unfounded("it names persons or numbers, or isn't in the words of the messages")
        return title

    title = await desk.ask(context.database, context.workspace_id, task.model, asked, Answer, judge)
    return _named(task, title)


def _named(task: _Task, title: str = "") -> Named:
    return Named(title, task.model.settings.model, tuple(message_id for message_id, _ in task.said))


def _put_off(tx: Tx, job: Job) -> None:
    """Begin anew a little later, and leave others' jobs their turn."""
    job.complete(tx)
    enqueue(tx, JOB, {}, due_at=tx.now + ROOM_SECONDS * SECOND)


def _find_unnamed(tx: ReadTx) -> Kept | None:
    return next((one for one in list_kept(tx) if not (one.named or one.dismissed_at or one.reason_id)), None)


def _find_task(tx: ReadTx) -> _Task | None:
    model, theme = find_language_model(tx, "themes"), _find_unnamed(tx)
    if model is None or theme is None:
        return None
    shown = [row[1] for row in tx.all(store.members_of, ids=[theme.id]) if row[3] is not None]
    rows = tx.all(store.words_of, ids=shown) if shown else []
    said = [(row[0], Source(f"{row[1]}\n{row[2]}" if row[1] else row[2], language_of(row[3]))) for row in rows]
    return _Task(model, theme, said, get_workspace(tx).settings.locale) if said else None
