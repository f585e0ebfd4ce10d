"""The job that has messages translated. It is done again until the translator answers; meanwhile the messages say so."""

from collections.abc import Mapping
from typing import Any

from lyhord.conversations.translation.actions import Made, keep_translations
from lyhord.conversations.translation.desk import TranslatorDesk, translate_messages
from lyhord.conversations.translation.model import TranslatorAway, TranslatorRefuses
from lyhord.conversations.translation.views import find_task
from lyhord.kit.jobs import Context, Handler
from lyhord.kit.leases import Job, Patience
from lyhord.kit.problems import Problem

PATIENCE = Patience(attempts=40, seconds=600)
"""More than a day, once the pauses are an hour long. A lease bears 20 slow answers."""


def make_translate(desk: TranslatorDesk) -> Handler:
    """The work of a job, whose body names messages (`ids`) and, where somebody asked for one, a language (`into`)."""

    async def translate(context: Context, job: Job) -> None:
        body: Mapping[str, Any] = job.read(dict)
        task = await context.database.read(context.workspace_id, find_task, body["ids"])
        if task is None or not task.words:
            return
        try:
            made = await translate_messages(desk, task, body["into"])
        except Problem as problem:
            key = problem.key if isinstance(problem, (TranslatorAway, TranslatorRefuses)) else TranslatorAway.key
            troubled = [Made(words.message_id, problem=key) for words in task.words]
            await context.database.write(context.workspace_id, keep_translations, troubled)
            raise
        await context.database.write(context.workspace_id, keep_translations, made)

    return translate
