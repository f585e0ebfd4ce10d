"""A workspace has its kinds from its first moment on."""

from collections.abc import Sequence

import msgspec

from lyhord.contacts.attribute_store import insert_attribute
from lyhord.kit.database import Tx
from lyhord.kit.events import Logged
from lyhord.tickets.kinds import store
from lyhord.tickets.kinds.model import BUILT_IN, DEFAULTS, NUMBERS, KindAttribute


def know_kinds(tx: Tx, _logged: Sequence[Logged]) -> None:
    """Write those that every workspace begins with, and their attributes; where there are kinds already, all stays as it is."""
    if tx.all(store.list_kinds):
        return
    known = [
        {
            "subject": "ticket",
            "key": key,
            "name": "",
            "kind": "choice" if choices else "number" if key in NUMBERS else "text",
            "choices": msgspec.json.encode(choices).decode(),
            "created_at": tx.now,
        }
        for key, choices in BUILT_IN.items()
    ]
    tx.run_many(insert_attribute, known)
    rows = [
        {
            "id": one,
            "name": "",
            "place": place,
            "attributes": msgspec.json.encode([KindAttribute(key) for key in keys]).decode(),
            "stages": "[]",
            "removed_at": None,
        }
        for place, (one, keys) in enumerate(DEFAULTS.items())
    ]
    tx.run_many(store.know_kind, rows)
