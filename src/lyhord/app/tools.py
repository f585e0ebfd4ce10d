"""What channels and push need more than settings: made when it is used first."""

import hashlib
from collections.abc import Callable, Mapping
from email.utils import parseaddr
from functools import cached_property
from typing import TYPE_CHECKING

from lyhord.app.settings import Settings
from lyhord.conversations.account import Means
from lyhord.conversations.exchange import Media
from lyhord.kit.database import Database
from lyhord.kit.files import Files
from lyhord.kit.lending import Lending
from lyhord.kit.push import Pusher
from lyhord.kit.secrets import Sealer
from lyhord.notifications.desk import PushDesk
from lyhord.workspaces.actions.inboxes import InboxChange, change_inbox

if TYPE_CHECKING:
    from lyhord.kit.egress import Answer, Call, Egress


def make_lender(
    settings: Settings, *, database: Database, files: Files, sealer: Sealer, key: bytes, base_address: str
) -> Callable[[str], Means]:
    """What lends a channel, by its name, the means of this process. `key` is the installation's; each channel gets one of its own."""

    async def keep_secrets(workspace_id: str, inbox_id: str, secrets: Mapping[str, str]) -> None:
        change = InboxChange(secrets=sealer.seal(secrets), new_secrets=tuple(secrets))
        await database.write(workspace_id, change_inbox, inbox_id, change)

    lending = Lending(key, base_address)

    def address_of(media: Media, until: int) -> str:
        return lending.address(media.file, name=media.name, type=media.type, until=until) if media.file else ""

    def lend(channel: str) -> Means:
        from lyhord.kit.egress import Egress

        egress = Egress(allow_private=settings.private_networks)
        return Means(
            files=files,
            call=egress.call,
            base_address=base_address,
            key=hashlib.sha256(f"channel {channel}:".encode() + key).digest(),
            keep_secrets=keep_secrets,
            close=egress.close,
            address_of=address_of,
            lines=egress.lines,
        )

    return lend


class WayOut:
    """The one way to addresses that users give; made when it is used first."""

    def __init__(self, settings: Settings) -> None:
        self._networks = settings.private_networks

    async def call(self, call: "Call") -> "Answer":
        """As `Egress.call`."""
        return await self._egress.call(call)

    async def addresses(self, host: str, port: int) -> object:
        """As `Egress.addresses`."""
        return await self._egress.addresses(host, port)

    @cached_property
    def _egress(self) -> "Egress":
        from lyhord.kit.egress import Egress

        return Egress(allow_private=self._networks)


def make_push_desk(settings: Settings, way_out: WayOut, sealer: Sealer, key: bytes, base_address: str) -> PushDesk:
    """What sends pushes and takes browsers' subscriptions. Push services want to know whom to write to about us."""
    sender = parseaddr(settings.smtp_from)[1]
    contact = base_address if base_address.startswith("https:") or not sender else f"mailto:{sender}"
    return PushDesk(Pusher(key, contact, way_out.call), sealer, way_out.addresses)
