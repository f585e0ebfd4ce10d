"""What the mail channel shares between the inboxes of one process: files, parsing children, listening ports, the way to token issuers."""

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Self

from lyhord.channels.mail.parsers import Parsers
from lyhord.conversations.account import Means
from lyhord.kit.egress import Answer, Call
from lyhord.kit.files import Files

if TYPE_CHECKING:
    from lyhord.channels.mail.receiver import Receivers

KeepSecrets = Callable[[str, str, Mapping[str, str]], Awaitable[None]]
"""Told (workspace, inbox, secrets) when an issuer replaced a refresh token."""


class Tools:
    """Made once for a process. `signing_key` is secret and the same in every process and after every start."""

    def __init__(
        self,
        files: Files,
        signing_key: bytes,
        call: Callable[[Call], Awaitable[Answer]],
        keep_secrets: KeepSecrets | None = None,
        let_go: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self.files = files
        self.signing_key = signing_key
        self.call = call
        self.keep_secrets = keep_secrets
        self._let_go = let_go
        self._parsers: Parsers | None = None
        self._receivers: Receivers | None = None

    @classmethod
    def lent(cls, means: Means) -> Self:
        """Of what the process lends."""
        return cls(means.files, means.key, means.call, means.keep_secrets, means.close)

    @property
    def parsers(self) -> Parsers:
        """The parsing children; none runs before the first mail."""
        if self._parsers is None:
            self._parsers = Parsers(self.files.root)
        return self._parsers

    @property
    def receivers(self) -> "Receivers":
        """The ports on which forwarded mail comes in."""
        if self._receivers is None:
            from lyhord.channels.mail.receiver import Receivers  # noqa: PLC0415 - loads an SMTP server, which few need

            self._receivers = Receivers(self.files)
        return self._receivers

    async def close(self) -> None:
        """End the children and let go of connections."""
        if self._parsers is not None:
            await self._parsers.close()
        if self._let_go is not None:
            await self._let_go()
