"""Keep what customers state about themselves in a batch of messages."""

from collections.abc import Collection, Iterable, Mapping
from typing import Protocol

from lyhord.contacts.facts.heard import Saying, Told, keep_told
from lyhord.kit.database import Tx


class Said(Protocol):
    """A message of a customer in a direct conversation. `author_id` is who wrote it, merged or not; None in a group."""

    @property
    def id(self) -> str: ...

    @property
    def text(self) -> str: ...

    @property
    def author_id(self) -> str | None: ...


def hear_facts(tx: Tx, said: Iterable[Said], languages: Mapping[str, str], quiet: Collection[str]) -> None:
    """Hear what is stated in messages, whose languages are known by their ids, the earliest first; twice is as good as once."""
    from lyhord.hearing.facts.detector import find_facts, opposite_of  # noqa: PLC0415 - an idle server spares it

    sayings = []
    for one in said:
        if one.author_id is not None:
            told = [
                Told(each.kind, each.text, each.quote, each.confidence, each.topic, opposite_of(each.topic), each.holds)
                for each in find_facts(one.text, languages.get(one.id, ""))
            ]
            sayings.append(Saying(one.id, one.author_id, told))
    keep_told(tx, sayings, quiet)
