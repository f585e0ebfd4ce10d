"""Doing a thing once however often it is asked: the answer is stored in the transaction that did it."""

import functools
from collections.abc import Callable, Iterable
from typing import Annotated, Concatenate, ParamSpec, TypeVar

import msgspec
from litestar.params import HeaderParameter
from sqlalchemy import Column, Table, Text, bindparam, delete, insert, select

from lyhord.kit.clock import DAY
from lyhord.kit.database import Id, Json, Millis, Statement, Tx, metadata

P = ParamSpec("P")
T = TypeVar("T")

KEPT = 7 * DAY

IdempotencyKey = Annotated[
    str | None,
    HeaderParameter(name="Idempotency-Key", min_length=1, max_length=200, description="the same for every retry"),
]

idempotency = Table(
    "idempotency",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("key", Text, primary_key=True, comment="the action's name and the caller's key"),
    Column("response", Json, nullable=False),
    Column("created_at", Millis, nullable=False),
    sqlite_with_rowid=False,
)

_find_response = Statement(
    select(idempotency.c.response).where(
        idempotency.c.workspace_id == bindparam("workspace_id"),
        idempotency.c.subject == bindparam("subject"),
        idempotency.c.key == bindparam("key"),
    )
)
_insert_response = Statement(insert(idempotency))
_delete_responses = Statement(
    delete(idempotency).where(
        idempotency.c.workspace_id == bindparam("workspace_id"), idempotency.c.created_at < bindparam("before")
    )
)
_forget_about = Statement(
    delete(idempotency).where(
        idempotency.c.workspace_id == bindparam("workspace_id"), idempotency.c.response.contains(bindparam("sign"))
    )
)


def once(action: Callable[Concatenate[Tx, P], T], key: str | None, result: type[T]) -> Callable[Concatenate[Tx, P], T]:
    """`action`, but asked again by the same actor with the same key it changes nothing and returns its first answer.

    `result` is the action's return type, which msgspec must be able to encode. Without a key it is the action itself.
    """
    if key is None:
        return action
    name = f"{action.__name__}:{key}"

    def run(tx: Tx, /, *args: P.args, **kwargs: P.kwargs) -> T:
        stored = tx.value(_find_response, subject=tx.actor, key=name)
        if stored is not None:
            return msgspec.json.decode(stored, type=result)
        answer = action(tx, *args, **kwargs)
        response = msgspec.json.encode(answer).decode()
        tx.run(_insert_response, subject=tx.actor, key=name, response=response, created_at=tx.now)
        return answer

    functools.update_wrapper(run, action)
    return run


def forget_responses(tx: Tx) -> int:
    """Delete answers older than seven days; how many there were."""
    return tx.run(_delete_responses, before=tx.now - KEPT)


def forget_answers_about(tx: Tx, ids: Iterable[str]) -> None:
    """Delete the answers that name any of these ids: asking again does it again."""
    for one in ids:
        tx.run(_forget_about, sign=one)
