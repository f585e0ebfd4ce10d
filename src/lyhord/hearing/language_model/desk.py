"""What routes and jobs need to reach a workspace's language model; `app` makes it."""

from collections import Counter
from collections.abc import Callable
from typing import TypeVar

from lyhord.hearing.entities.redacting import redact
from lyhord.hearing.language_model.actions import Stored, count_end, take_call
from lyhord.hearing.language_model.client import SECONDS, Answered, Client, Post, read_json
from lyhord.hearing.language_model.model import USED_UP, LanguageModelAway, Settings
from lyhord.kit.database import Database
from lyhord.kit.problems import Problem
from lyhord.kit.secrets import Sealer

T = TypeVar("T")
V = TypeVar("V")
AT_ONCE, IN_ALL = 2, 4
"""Answers that one process waits for, of a workspace and in all: a model on a machine of the company's own makes them one after
another, and who works on jobs has others to do.
"""


class NotNow(Problem):
    """As many as may are waiting for answers: ask a little later."""


class UsedUp(Problem):
    """The calls that the workspace allows in a day are used up."""

    key = USED_UP


class LanguageModelDesk:
    """Asks, and counts what is asked."""

    def __init__(self, post: Post, sealer: Sealer, seconds: float = SECONDS) -> None:
        self.post = post
        self.sealer = sealer
        self.seconds = seconds
        self._under_way: Counter[str] = Counter()

    def key_of(self, stored: Stored) -> str:
        """The key of a language model; "" for none."""
        return self.sealer.open(stored.secrets)["key"] if stored.secrets else ""

    async def ask(
        self,
        database: Database,
        workspace_id: str,
        stored: Stored,
        question: tuple[str, str],
        kind: type[T],
        judge: Callable[[T], V],
    ) -> V:
        """What is believed of its answer to a task and the words that it is about; `judge` says so, and raises `Unfounded`.

        Raises what `Client.ask` does, `NotNow`, and `UsedUp`. Where a call came to nothing, that is counted, and why.
        """
        if self._under_way[workspace_id] >= AT_ONCE or self._under_way.total() >= IN_ALL:
            raise NotNow("others are asking")
        self._under_way[workspace_id] += 1
        said, problem = Answered("", 0), LanguageModelAway.key
        day: int | None = None
        try:
            day = await database.write(workspace_id, take_call, stored.settings)
            if day is None:
                raise UsedUp("the calls of a day are used up")
            said = await Client(self.post, stored.settings, self.key_of(stored), self.seconds).ask(*question)
            value = judge(read_json(said.text, kind))
            problem = ""
        except Problem as error:
            problem = error.key
            raise
        finally:
            self._under_way[workspace_id] -= 1
            if day is not None:
                await database.write(workspace_id, count_end, day, said.tokens, problem)
        return value


def hiding(settings: Settings) -> Callable[[str, str], str]:
    """What of a text in a language ("" unknown) is sent: without what identifies somebody, unless the workspace says otherwise."""
    return redact if settings.hides else lambda text, _language: text
