"""Roles: named sets of powers. Those built in stay as they are; a workspace makes its own beside them.

Nobody gives a power that they lack, neither by a role nor through a colleague.
"""

from collections.abc import Collection
from functools import lru_cache

import msgspec

from lyhord.kit.database import ReadTx, Tx
from lyhord.kit.ids import new_id
from lyhord.kit.problems import Forbidden, Invalid, NotFound, Taken
from lyhord.workspaces.actions.audit import record
from lyhord.workspaces.events import RoleChanged
from lyhord.workspaces.model import POWERS, ROLES, Role, check_name
from lyhord.workspaces.store import count_agents_with_role, delete_role, find_role, insert_role, list_roles, update_role

MOST_ROLES = 100


def get_powers(tx: ReadTx, role: str) -> frozenset[str]:
    """The powers of a role; none for one that isn't there any more."""
    if role in ROLES:
        return ROLES[role]
    row = tx.one(find_role, id=role)
    return decode_powers(row[2]) if row else frozenset()


@lru_cache(maxsize=1024)
def decode_powers(text: str) -> frozenset[str]:
    """The powers in a role's row, as far as there are such powers today."""
    return POWERS & frozenset(msgspec.json.decode(text, type=list[str]))


def check_role(tx: ReadTx, role: str, own: Collection[str], field: str = "role") -> None:
    """Raise `Invalid` for a role that isn't there, `Forbidden` for one with powers beyond `own`."""
    if role not in ROLES and tx.one(find_role, id=role) is None:
        raise Invalid("There is no such role.", fields={field: "field.invalid"})
    check_own(get_powers(tx, role), own)


def check_own(powers: frozenset[str], own: Collection[str]) -> None:
    """Raise `Forbidden` where some of `powers` aren't among `own`."""
    if not powers.issubset(own):
        raise Forbidden("You can't give powers that you don't have.", key="problem.power_beyond")


def create_role(tx: Tx, name: str, powers: Collection[str], own: Collection[str]) -> Role:
    """A role of the workspace's own. Raises `Invalid`, `Forbidden`, and `Taken` for a name that another has."""
    if len(tx.all(list_roles)) >= MOST_ROLES:
        raise Taken("Remove a role first.", key="problem.too_many_roles")
    role = Role(new_id(), _free_name(tx, name, ""), _fit(powers, own), builtin=False, agents=0)
    tx.run(insert_role, id=role.id, name=role.name, powers=_encode(role.powers), created_at=tx.now)
    record(tx, "role.created", f"role:{role.id}", name=role.name, powers=role.powers)
    tx.emit(RoleChanged(role_id=role.id))
    return role


def change_role(tx: Tx, role_id: str, name: str | None, powers: Collection[str] | None, own: Collection[str]) -> None:
    """Rename a role or replace its powers; None stays. It counts at once for everybody who has it.

    Raises what `create_role` raises, `Forbidden` too for a role that can do more than the caller.
    """
    before_name, before = _get_own(tx, role_id)
    check_own(before, own)
    after = sorted(before) if powers is None else _fit(powers, own)
    shown = before_name if name is None else _free_name(tx, name, role_id)
    if (shown, after) == (before_name, sorted(before)):
        return
    tx.run(update_role, this=role_id, name=shown, powers=_encode(after))
    record(tx, "role.changed", f"role:{role_id}", name=[before_name, shown], powers=[sorted(before), after])
    tx.emit(RoleChanged(role_id=role_id))


def remove_role(tx: Tx, role_id: str) -> None:
    """Remove a role that nobody has. Raises `Taken` for one that somebody has, the disabled and invited included."""
    name, _ = _get_own(tx, role_id)
    if tx.value(count_agents_with_role, role=role_id):
        raise Taken("Give its agents another role first.", key="problem.role_used")
    tx.run(delete_role, this=role_id)
    record(tx, "role.removed", f"role:{role_id}", name=name)
    tx.emit(RoleChanged(role_id=role_id))


def _get_own(tx: Tx, role_id: str) -> tuple[str, frozenset[str]]:
    if role_id in ROLES:
        raise Forbidden("The roles built in stay as they are; copy one instead.", key="problem.builtin_role")
    row = tx.one(find_role, id=role_id)
    if row is None:
        raise NotFound("There is no such role.")
    return str(row[1]), decode_powers(row[2])


def _free_name(tx: Tx, name: str, besides: str) -> str:
    shown = check_name(name)
    if any(row[1].casefold() == shown.casefold() and row[0] != besides for row in tx.all(list_roles)):
        raise Taken("Another role is called so.", fields={"name": "field.taken"})
    return shown


def _fit(powers: Collection[str], own: Collection[str]) -> list[str]:
    if not POWERS.issuperset(powers):
        raise Invalid("Choose from the powers that there are.", fields={"powers": "field.invalid"})
    check_own(frozenset(powers), own)
    return sorted(set(powers))


def _encode(powers: Collection[str]) -> str:
    return msgspec.json.encode(sorted(powers)).decode()
