"""One inbox as its channel meets it: the account, what a process lends it, and the core behind its door."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from msgspec import Struct

from lyhord.conversations.exchange import Inbound, Media, Raw
from lyhord.kit.files import Files

if TYPE_CHECKING:
    from lyhord.kit.egress import Answer, Call


class Health(Struct, frozen=True):
    """Whether the account works now. Each problem is (field name or "", message key, detail from the other side). `who` is what
    the other side calls the account, `link` where one can write to it to try, as far as they are known. `waits`: nothing is wrong but
    that the other side hasn't got yet what the connected inbox hands out (`HandingOut`), so that it may be connected.
    """

    ok: bool
    problems: tuple[tuple[str, str, str], ...] = ()
    who: str = ""
    link: str = ""
    waits: bool = False


class Handout(Struct, frozen=True):
    """A file for the other side: its name, media type and words, in which there may be secrets."""

    name: str
    type: str
    text: str


@runtime_checkable
class HandingOut(Protocol):
    """What an adapter has besides where the other side needs a file that only the connected inbox can make."""

    def hand_out(self) -> Handout:
        """The file, the same every time."""


class Account(Struct, frozen=True):
    """One inbox as its adapter sees it. `secrets` are decrypted; they are never logged."""

    workspace_id: str
    inbox_id: str
    key: str
    name: str
    settings: Mapping[str, object]
    secrets: Mapping[str, str]


def no_address(_media: Media, _until: int) -> str:
    """Files have no public addresses."""
    return ""


async def no_lines(_call: "Call") -> AsyncIterator[str]:
    """Nothing is told, and that is the end."""
    lines: tuple[str, ...] = ()
    for line in lines:
        yield line


class Means(Struct, frozen=True, kw_only=True):
    """What a process lends a channel whose adapter has `make_tools`: that gets these once, and each adapter what it made of them.

    `call` is the way out, `lines` that to an answer which goes on (`Egress.lines`); `base_address` where we are reached from outside;
    `key` a secret of the channel's own, the same in every process; `keep_secrets` is told (workspace, inbox, secrets) when an issuer
    replaced one. `address_of` a file of the store is where anybody who was told can fetch it below `base_address` until then (Unix
    milliseconds), and the same for the same; "" without one.
    """

    files: Files
    call: "Callable[[Call], Awaitable[Answer]]"
    base_address: str
    key: bytes
    keep_secrets: Callable[[str, str, Mapping[str, str]], Awaitable[None]]
    close: Callable[[], Awaitable[None]]
    address_of: Callable[[Media, int], str] = no_address
    lines: "Callable[[Call], AsyncIterator[str]]" = no_lines


class Door(Protocol):
    """What the core offers an adapter that fetches by itself."""

    def receive(self, raw: Raw, inbounds: Sequence[Inbound]) -> Awaitable[None]:
        """Store them. When it returns they are durable; when it raises, nothing was taken and the caller keeps the original."""

    def recall(self) -> Awaitable[Mapping[str, object]]:
        """What `remember` stored last, or an empty mapping."""

    def remember(self, state: Mapping[str, object]) -> Awaitable[None]:
        """Keep a small state (cursors) for this inbox durably."""

    def report(self, health: Health) -> Awaitable[None]:
        """Say how the account is doing; shown on the inbox's page."""
