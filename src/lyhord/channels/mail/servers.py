"""The half of the mail channel that talks to servers; loaded with the first mail, so that an idle process stays small."""

import asyncio

from lyhord.channels.mail.checks import check
from lyhord.channels.mail.compose import compose, media_of
from lyhord.channels.mail.incoming import Intake, Listener
from lyhord.channels.mail.options import Options
from lyhord.channels.mail.outgoing import deliver
from lyhord.channels.mail.receiver import serve_inbox
from lyhord.channels.mail.reply_address import Marks
from lyhord.channels.mail.sign_in import SignIn
from lyhord.channels.mail.tools import Tools
from lyhord.conversations.account import Account, Door, Health
from lyhord.conversations.exchange import Media, Outbound, Outcome, Retry
from lyhord.kit.problems import NotFound


class Servers:
    """The servers of one mailbox."""

    def __init__(self, account: Account, options: Options, tools: Tools) -> None:
        self._account = account
        self._options = options
        self._tools = tools
        self._sign_in = SignIn(account, options, tools)
        self._marks = Marks(tools.signing_key, account.workspace_id)

    async def send(self, outbound: Outbound, key: str) -> Outcome:
        """Compose and hand over to the company's SMTP server."""
        try:
            files = [await self._content(media) for media in media_of(outbound)]
        except (NotFound, OSError) as error:
            return Retry(f"problem.mail.own_fault: {type(error).__name__}", ours=True)
        letter = await asyncio.to_thread(compose, outbound, key, self._options, self._marks, files)
        return await deliver(letter, key, self._options, self._sign_in)

    async def run(self, door: Door) -> None:
        """Fetch or listen, as the settings say, until cancelled; returns at once where mail only goes out."""
        intake = Intake(self._account, self._options, self._tools)
        if self._options.receive == "imap":
            await Listener(intake, self._options, self._sign_in).run(door)
        elif self._options.receive == "smtp":
            await serve_inbox(self._tools.receivers, self._options, intake, door)

    async def check(self) -> Health:
        """Sign in everywhere."""
        return await check(self._account, self._options, self._sign_in)

    async def _content(self, media: Media) -> bytes:
        return media.content if media.content is not None else await self._tools.files.read(media.file or "")
