"""Keyset paging: a cursor names the last row seen, so that pages stay right while rows come and go."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Generic, TypeVar

import msgspec
from litestar.params import Parameter
from msgspec import Struct

from lyhord.kit.problems import Invalid

T = TypeVar("T")
V = TypeVar("V")

Limit = Annotated[int, Parameter(ge=1, le=200, description="how many at most")]
Cursor = Annotated[str | None, Parameter(max_length=1000, description="`next` of the page before")]


class Page(Struct, Generic[T]):
    """Part of a list. `next` is the cursor of the part that follows, None at the end."""

    items: list[T]
    next: str | None = None


def encode_cursor(*values: str | int | None) -> str:
    """An opaque cursor that carries `values`."""
    return urlsafe_b64encode(msgspec.json.encode(values)).rstrip(b"=").decode()


def decode_cursor(cursor: str, shape: type[V]) -> V:
    """The values of a cursor, checked against `shape` such as `tuple[int, str]`; raises `Invalid` for anything else."""
    try:
        return msgspec.json.decode(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)), type=shape)
    except (ValueError, msgspec.MsgspecError):
        raise Invalid("The cursor isn't one of ours.", fields={"cursor": "field.invalid"}) from None


def page_of(rows: Sequence[T], limit: int, key: Callable[[T], Sequence[Any]]) -> Page[T]:
    """A page from up to `limit + 1` rows: the one too many only tells that more follows. `key` gives a row's cursor."""
    items = list(rows[:limit])
    return Page(items, encode_cursor(*key(items[-1])) if len(rows) > limit else None)
