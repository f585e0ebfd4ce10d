"""Surveys and what was asked, as values."""

from collections.abc import Sequence
from typing import Any

import msgspec

from lyhord.contacts.lineage import members
from lyhord.kit.database import ReadTx
from lyhord.kit.problems import NotFound
from lyhord.surveys import store
from lyhord.surveys.model import Asking, Survey, SurveyRules, SurveyWords

_words = msgspec.json.Decoder(SurveyWords)
_rules = msgspec.json.Decoder(SurveyRules)


def list_surveys(tx: ReadTx) -> list[Survey]:
    """All of a workspace, the first made first."""
    return [_survey(row) for row in tx.all(store.list_surveys)]


def find_survey(tx: ReadTx, survey_id: str) -> Survey | None:
    """One of them, also once it was removed."""
    row = tx.one(store.find_survey, key=survey_id)
    return _survey(row) if row else None


def read_rules(tx: ReadTx) -> SurveyRules:
    """Those of the workspace, or ours."""
    row = tx.one(store.find_rules)
    return _rules.decode(row[0]) if row else SurveyRules()


def find_asking(tx: ReadTx, asking_id: str) -> Asking | None:
    """What was asked, by its id."""
    row = tx.one(store.find_asking, key=asking_id)
    return asking_of(row) if row else None


def get_asking(tx: ReadTx, asking_id: str) -> Asking:
    """The same; raises `NotFound`."""
    found = find_asking(tx, asking_id)
    if found is None:
        raise NotFound("There is no such rating.")
    return found


def asking_of(row: Sequence[Any]) -> Asking:
    """A row of `store.ASKING`."""
    return Asking(**dict(zip(store.ASKING, row, strict=True)))


def talks_of(tx: ReadTx, contact_id: str) -> list[str]:
    """The direct conversations of a contact and of everybody who is one with them."""
    ids = members(tx, contact_id)
    return [row[0] for row in tx.all(store.talks_of, contact_ids=ids)] if ids else []


def _survey(row: Sequence[Any]) -> Survey:
    words = _words.decode(row[1])
    given = {name: getattr(words, name) for name in SurveyWords.__struct_fields__}
    return Survey(id=row[0], changed_at=row[2], **given)
