"""Grants of several callers who ask at one moment: one reading of a few statements, everybody's own answer."""

import asyncio
from typing import Any

import pytest

from lyhord.kit.database import Database, StorageFull
from lyhord.kit.http import Credential, Network
from lyhord.kit.ids import new_id
from lyhord.kit.tokens import read_token
from lyhord.workspaces.actions.tokens import create_token
from lyhord.workspaces.actions.workspace import create_workspace
from lyhord.workspaces.gate import make_gate
from lyhord.workspaces.model import POWERS, WorkspaceSettings


async def credentials_of(database: Database, *powers: str) -> tuple[str, list[Credential]]:
    """A workspace, and a credential for each of these powers."""
    workspace_id = new_id()
    await database.write(workspace_id, create_workspace, "Harbour", WorkspaceSettings())
    found = []
    for power in powers:
        _, text = await database.write(workspace_id, create_token, new_id(), power, (power,), frozenset(POWERS))
        named = read_token(text)
        assert named
        found.append(Credential(named[1], "token"))
    return workspace_id, found


async def test_who_asks_at_one_moment_is_answered_by_one_reading(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, (reads, edits) = await credentials_of(database, "conversations.read", "contacts.edit")
    other, (elsewhere,) = await credentials_of(database, "conversations.read")
    gate, readings, read = make_gate(database, Network()), [], database.read

    async def counted(workspace_id: str, *asked: Any) -> Any:
        readings.append(workspace_id)
        return await read(workspace_id, *asked)

    monkeypatch.setattr(database, "read", counted)
    asked = [
        (one, reads),
        (other, elsewhere),
        (one, edits),
        (one, Credential("unknown", "token")),
        (one, elsewhere),
        (one, reads),
    ]
    found = await asyncio.gather(*(gate.find_principal(*who) for who in asked))
    assert [one and (one.workspace_id, set(one.powers)) for one in found] == [
        (one, {"conversations.read"}),
        (other, {"conversations.read"}),
        (one, {"contacts.edit"}),
        None,
        None,
        (one, {"conversations.read"}),
    ]
    assert sorted(readings) == sorted([one, other])
    await gate.find_principal(one, reads)
    assert len(readings) == 3, "who asks later is read for anew"


async def test_what_goes_wrong_is_told_to_everybody_who_asked(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace_id, credentials = await credentials_of(database, "conversations.read", "contacts.edit")
    gate = make_gate(database, Network())

    async def fail(*_: object) -> None:
        raise StorageFull("no room")

    monkeypatch.setattr(database, "read", fail)
    asked = (gate.find_principal(workspace_id, one) for one in credentials)
    found = await asyncio.gather(*asked, return_exceptions=True)
    assert [type(one) for one in found] == [StorageFull, StorageFull]
