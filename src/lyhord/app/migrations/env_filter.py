"""What the history of the tables looks at."""

from alembic.runtime.environment import NameFilterParentNames, NameFilterType

from lyhord.app.schema import REBUILT


def keep(name: str | None, kind: NameFilterType, _parents: NameFilterParentNames) -> bool:
    """False for caches that are made and rebuilt elsewhere (the search index)."""
    return not (kind == "table" and (name or "").startswith(REBUILT))
