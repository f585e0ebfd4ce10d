"""What workspaces need of what stands above or around them; `app` joins the parts."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, Protocol

from msgspec import Struct
from typing_extensions import override

from lyhord.kit.http import Network
from lyhord.kit.rates import Limiter
from lyhord.kit.secrets import Sealer
from lyhord.workspaces.letters import Mailroom
from lyhord.workspaces.passkeys import Keyring


class Field(Protocol):
    """One question of the page that connects an inbox. A `kind` of "secret" is sealed and never shown again.

    `when` is another field's name and the answers of it that call for this one; empty, it is always asked.
    """

    @property
    def name(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def required(self) -> bool: ...
    @property
    def default(self) -> str | int | bool | None: ...
    @property
    def choices(self) -> tuple[str, ...]: ...
    @property
    def when(self) -> tuple[str, ...]: ...
    @property
    def more(self) -> bool: ...


class Descriptor(Protocol):
    """As much of a channel's descriptor as connecting an inbox needs."""

    @property
    def channel(self) -> str: ...
    @property
    def ingress(self) -> str: ...
    @property
    def fields(self) -> Sequence[Any]: ...


class Health(Protocol):
    """Whether an account works. Each problem is (field name or "", message key, detail from the other side)."""

    @property
    def ok(self) -> bool: ...
    @property
    def problems(self) -> tuple[tuple[str, str, str], ...]: ...
    @property
    def who(self) -> str: ...
    @property
    def link(self) -> str: ...
    @property
    def waits(self) -> bool: ...


class Handout(Protocol):
    """A file for the other side."""

    @property
    def name(self) -> str: ...
    @property
    def type(self) -> str: ...
    @property
    def text(self) -> str: ...


class InboxAccount(Struct, frozen=True):
    """An inbox as its channel sees it, with opened secrets; never logged, never answered."""

    workspace_id: str
    inbox_id: str
    key: str
    name: str
    settings: Mapping[str, object]
    secrets: Mapping[str, str]

    @override
    def __repr__(self) -> str:
        return f"InboxAccount({self.inbox_id!r})"


class Proof(Struct, frozen=True):
    """What stands behind a channel. `proved`: software that nobody here wrote (`names`) accepted what we send and produced what we
    read, `on` that day (YYYY-MM-DD). `recordings`: not both; `names` are those that accepted what we send, if any. `ours`: the other
    side is our own.
    """

    label: Literal["proved", "recordings", "ours"]
    names: tuple[str, ...] = ()
    on: str = ""


class Doors(Protocol):
    """The channels that this installation offers."""

    def list_descriptors(self) -> Sequence[Descriptor]:
        """Every channel's descriptor, in the order of the page."""

    async def check(self, channel: str, account: InboxAccount) -> Health:
        """Try the account for real; bad credentials are a `Health`, not an exception."""

    def proof_of(self, channel: str) -> Proof:
        """What stands behind a channel."""

    def hand_out(self, channel: str, account: InboxAccount) -> Handout | None:
        """The file that the other side needs of a connected inbox; None where it needs none."""


class Office:
    """What the routes of workspaces ask for by the name `office`."""

    def __init__(self, *, doors: Doors, sealer: Sealer, limiter: Limiter, network: Network, mailroom: Mailroom) -> None:
        self.doors = doors
        self.sealer = sealer
        self.limiter = limiter
        self.network = network
        self.mailroom = mailroom
        self.keyring = Keyring(sealer, mailroom.base_address)
