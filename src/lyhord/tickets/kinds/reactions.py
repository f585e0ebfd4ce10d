"""A workspace has its kinds from its first moment on."""

from collections.abc import Sequence

from lyhord.kit.database import Tx
from lyhord.kit.events import Logged
from lyhord.tickets.kinds import store
from lyhord.tickets.kinds.model import DEFAULTS


def know_kinds(tx: Tx, _logged: Sequence[Logged]) -> None:
    """Write those that every workspace begins with; what is there already stays as it is."""
    rows = [{"id": one, "name": "", "place": place, "removed_at": None} for place, one in enumerate(DEFAULTS)]
    tx.run_many(store.know_kind, rows)
