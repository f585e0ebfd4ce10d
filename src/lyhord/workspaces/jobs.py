"""The job that sends a system mail."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec

from lyhord.kit.secrets import Sealer
from lyhord.workspaces.letters import Letter, SystemMail, write_out


def make_system_mail(sealer: Sealer, send: SystemMail) -> Callable[[Mapping[str, Any]], Awaitable[None]]:
    """The work of a `system_mail` job, given its body. It raises what `send` raises, and is then tried again later."""

    async def send_letter(body: Mapping[str, Any]) -> None:
        letter = msgspec.convert(sealer.open(body["sealed"]), Letter)
        subject, text = write_out(letter)
        await send(letter.to, subject, text)

    return send_letter
