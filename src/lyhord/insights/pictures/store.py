"""The names that answers need: of reasons and organizations."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BindParameter, bindparam, select

from lyhord.contacts.tables import organization
from lyhord.hearing.reasons.reading import list_reasons
from lyhord.insights.pictures.queries import Tree
from lyhord.kit.database import ReadTx, Statement, values_in

W: BindParameter[Any] = bindparam("workspace_id")

_organizations = Statement(
    select(organization.c.id, organization.c.name).where(
        organization.c.workspace_id == W, values_in(organization.c.id, "ids")
    )
)


def names_of_organizations(tx: ReadTx, ids: Sequence[str]) -> dict[str, str]:
    """By id; of those that are there."""
    return {row[0]: row[1] for row in tx.all(_organizations, ids=list(ids))} if ids else {}


def read_tree(tx: ReadTx) -> Tree:
    """The reasons of the workspace, those put away included: what was about them stays so."""
    found = list_reasons(tx)
    return Tree(
        parents={one.id: one.parent_id for one in found},
        names={one.id: one.name for one in found},
        merged={one.id: one.merged_into for one in found if one.merged_into},
    )
