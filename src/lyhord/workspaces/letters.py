"""Mails that the product itself sends: what is asked of a mailer, and how a letter waits, sealed, until it has left."""

from collections.abc import Awaitable, Callable
from typing import Literal

from msgspec import Struct

from lyhord.kit.database import Tx
from lyhord.kit.database.jobs_table import enqueue
from lyhord.kit.secrets import Sealer
from lyhord.kit.words import say

JOB = "system_mail"

SystemMail = Callable[[str, str, str], Awaitable[None]]
"""Sends (address, subject, text) or raises, and is then asked again later."""


class File(Struct, frozen=True):
    """What is attached to a mail."""

    name: str
    type: str
    content: bytes


class Letter(Struct, frozen=True):
    """A mail to an agent: `mail.<template>.subject` and `.text` in their language. `link` is a secret, `name` says who asks."""

    template: Literal["invitation", "reset", "factors_removed", "email_changed"]
    to: str
    locale: str
    link: str
    name: str
    workspace: str


class Mailroom(Struct, frozen=True):
    """Where letters go. `base_address` is the installation's own, never taken from a request; without `mails` none leave."""

    sealer: Sealer
    base_address: str
    mails: bool

    def address(self, purpose: str, token: str) -> str:
        """The page behind a one-time link. The secret stands after the #, which browsers send to nobody."""
        return f"{self.base_address}/app/#/{purpose}?token={token}"

    def post(self, tx: Tx, letter: Letter) -> None:
        """Queue a letter. It waits sealed, since who holds its link can sign in."""
        values = {name: str(getattr(letter, name)) for name in Letter.__struct_fields__}
        enqueue(tx, JOB, {"sealed": self.sealer.seal(values)})


def write_out(letter: Letter) -> tuple[str, str]:
    """(subject, text) of a letter in its language."""
    slots = {"link": letter.link, "name": letter.name, "workspace": letter.workspace}
    key = f"mail.{letter.template}"
    return say(letter.locale, f"{key}.subject", **slots), say(letter.locale, f"{key}.text", **slots)
