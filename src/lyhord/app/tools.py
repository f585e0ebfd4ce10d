"""What the channels that need more than an account are given: made when the first inbox of the channel is opened."""

import hashlib
from collections.abc import Callable, Mapping

from lyhord.app.channels import Tools
from lyhord.app.settings import Settings
from lyhord.kit.database import Database
from lyhord.kit.files import Files
from lyhord.kit.secrets import Sealer
from lyhord.workspaces.actions.inboxes import InboxChange, change_inbox


def tool_makers(
    settings: Settings, *, database: Database, files: Files, sealer: Sealer, key: bytes
) -> dict[str, Callable[[], Tools]]:
    """By channel, what makes its tools. `key` is the installation's secret key; each use derives one of its own."""

    def make_mail_tools() -> Tools:
        from lyhord.channels.mail.tools import Tools as MailTools
        from lyhord.kit.egress import Egress

        async def keep_secrets(workspace_id: str, inbox_id: str, secrets: Mapping[str, str]) -> None:
            change = InboxChange(secrets=sealer.seal(secrets), new_secrets=tuple(secrets))
            await database.write(workspace_id, change_inbox, inbox_id, change)

        egress = Egress(allow_private=settings.private_networks)
        return MailTools(files, hashlib.sha256(b"reply address:" + key).digest(), egress.call, keep_secrets)

    return {"mail": make_mail_tools}
