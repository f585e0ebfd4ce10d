"""Tokens with which a company's own programs sign in."""

from collections.abc import Sequence

import msgspec
from msgspec import structs

from lyhord.kit.database import Tx
from lyhord.kit.ids import new_id
from lyhord.kit.problems import Forbidden, Invalid, NotFound
from lyhord.kit.tokens import make_token
from lyhord.workspaces.actions.audit import record
from lyhord.workspaces.model import POWERS, ApiToken, check_name
from lyhord.workspaces.store import find_token, insert_token, revoke_token


def create_token(tx: Tx, agent_id: str, name: str, powers: Sequence[str], own: frozenset[str]) -> tuple[ApiToken, str]:
    """A token for the company's own programs, and its text, shown this once. Nobody gives away powers that they lack."""
    if not powers or not POWERS.issuperset(powers):
        raise Invalid("Choose from the powers that there are.", fields={"powers": "field.invalid"})
    if not own.issuperset(powers):
        raise Forbidden("You can't give powers that you don't have.")
    text, token_hash = make_token(tx.workspace_id)
    given = sorted(set(powers))
    token = ApiToken(new_id(), check_name(name), given, agent_id, tx.now, None)
    values = {
        **structs.asdict(token),
        "powers": msgspec.json.encode(given).decode(),
        "token_hash": token_hash,
        "revoked_at": None,
    }
    tx.run(insert_token, **values)
    record(tx, "token.created", f"token:{token.id}", name=token.name, powers=given)
    return token, text


def end_token(tx: Tx, token_id: str) -> None:
    """Revoke a token: from now on it opens nothing. Raises `NotFound`."""
    row = tx.one(find_token, id=token_id)
    if row is None:
        raise NotFound("There is no such token.")
    tx.run(revoke_token, this=token_id, revoked_at=tx.now)
    record(tx, "token.revoked", f"token:{token_id}", name=row[1])
