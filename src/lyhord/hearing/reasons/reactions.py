"""A workspace has its reasons from its first moment on."""

from collections.abc import Sequence

from lyhord.hearing.reasons import store
from lyhord.hearing.reasons.model import DEFAULTS
from lyhord.kit.database import Tx
from lyhord.kit.events import Logged


def know_reasons(tx: Tx, _logged: Sequence[Logged]) -> None:
    """Write those that every workspace begins with; where there are reasons already, all stays as it is."""
    if tx.all(store.list_reasons):
        return
    rows = [_row(key, None, place) for place, key in enumerate(DEFAULTS)]
    rows += [_row(key, above, place) for above, below in DEFAULTS.items() for place, key in enumerate(below)]
    tx.run_many(store.know_reason, rows)


def _row(key: str, parent_id: str | None, place: int) -> dict[str, object]:
    return {
        "id": key,
        "parent_id": parent_id,
        "key": key,
        "name": "",
        "description": "",
        "examples": "[]",
        "place": place,
        "merged_into": None,
        "archived_at": None,
    }
