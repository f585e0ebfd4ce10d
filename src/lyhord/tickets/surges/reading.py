"""Surges as they are read, by their own actions and by what asks whether one lasts."""

from collections.abc import Iterable
from typing import Any

import msgspec
from msgspec import structs

from lyhord.conversations.canned.model import Text
from lyhord.kit.database import ReadTx
from lyhord.kit.problems import NotFound, Taken
from lyhord.tickets.surges import store
from lyhord.tickets.surges.model import Call, PublicText, Said, Surge, SurgeWords

_words = msgspec.json.Decoder(SurgeWords)
_texts = msgspec.json.Decoder(tuple[Text, ...])


def get_surge(tx: ReadTx, surge_id: str) -> Surge:
    """The surge; raises `NotFound`."""
    row = tx.one(store.find_surge, key=surge_id)
    if row is None:
        raise NotFound("There is no such surge.")
    return read_surge(row)


def get_running(tx: ReadTx, surge_id: str) -> Surge:
    """The surge, which still lasts; raises `NotFound`, and `Taken` once it is over."""
    surge = get_surge(tx, surge_id)
    if surge.ended_at is not None:
        raise Taken("It is over.", key="problem.surge_over")
    return surge


def list_running(tx: ReadTx) -> list[Surge]:
    """Those that last, in the order in which they began."""
    return [read_surge(row) for row in tx.all(store.list_running)]


def read_surge(row: tuple[Any, ...]) -> Surge:
    """A row of `store.SURGE`."""
    given = dict(zip(store.SURGE, row, strict=True))
    return Surge(**structs.asdict(_words.decode(given.pop("body"))), **given)


def words_of(surge: Surge) -> SurgeWords:
    """What makes it up."""
    return SurgeWords(**{name: getattr(surge, name) for name in SurgeWords.__struct_fields__})


def get_text(tx: ReadTx, text_id: str) -> Said:
    """Something that is said to members; raises `NotFound`."""
    row = tx.one(store.find_text, key=text_id)
    if row is None:
        raise NotFound("There is no such text.")
    return read_text(row)


def find_version(tx: ReadTx, surge: Surge) -> Said | None:
    """What the public update says now."""
    row = tx.one(store.find_version, of=surge.id, version=surge.version) if surge.version else None
    return read_text(row) if row else None


def texts_of(tx: ReadTx, surge_id: str) -> list[Said]:
    """All that was said to members, the latest first."""
    return [read_text(row) for row in tx.all(store.texts_of, of=surge_id)]


def read_text(row: tuple[Any, ...]) -> Said:
    """A row of `store.TEXT`."""
    given = dict(zip(store.TEXT, row, strict=True))
    return Said(**{**given, "texts": _texts.decode(given["texts"])})


def calls_of(tx: ReadTx, surge_id: str) -> list[Call]:
    """Who was called in, in the order of what they answered."""
    return [Call(**dict(zip(store.CALL, row, strict=True))) for row in tx.all(store.calls_of, of=surge_id)]


def surges_among(tx: ReadTx, conversation_ids: Iterable[str]) -> dict[str, dict[str, bool]]:
    """By conversation the running surges that have it (true), or from which somebody took it out (false)."""
    ids = sorted(set(conversation_ids))
    found: dict[str, dict[str, bool]] = {}
    for talk, surge_id, out_at in tx.all(store.members_among, ids=ids) if ids else ():
        found.setdefault(talk, {})[surge_id] = out_at is None
    return found


def eased_needs(tx: ReadTx, conversation_id: str) -> set[str]:
    """Attributes without which tickets of a conversation may be resolved now, since it is in a surge that lets them."""
    rows = tx.all(store.eased_of, of=conversation_id)
    return {key for row in rows for key in _words.decode(row[0]).needed_off}


def list_updates(tx: ReadTx) -> list[PublicText]:
    """What stands on all doors now: the public update of each surge that has one, the latest surge first."""
    found = [(surge, find_version(tx, surge)) for surge in reversed(list_running(tx))]
    return [
        PublicText(surge.id, text.version or 0, text.at, text.texts) for surge, text in found if text and text.texts
    ]
