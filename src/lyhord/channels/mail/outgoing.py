"""SMTP out: one letter, one connection, and an outcome that says what may be done next."""

import re
from asyncio import WriteTransport
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import aiosmtplib

from lyhord.channels.mail.compose import Letter
from lyhord.channels.mail.faults import TROUBLE, tell
from lyhord.channels.mail.options import Options
from lyhord.channels.mail.sign_in import Credentials, SignIn
from lyhord.conversations.exchange import Accepted, Failed, Outcome, Retry, Unknown
from lyhord.kit.text import clean_name

SECONDS = 60
SIGN_IN_PAUSE = 300.0
"""Seconds until a mail is tried again whose server doesn't let us in: somebody has to correct the settings first."""

_NOT_XTEXT = re.compile(r"[^!-*,-<>-~]")
_LINE_END = re.compile(rb"\r\n|\r|\n")
_DOT = re.compile(rb"(?m)^\.")


class _Refused(Exception):
    """The server answered one step with a refusal; nothing has left."""

    def __init__(self, code: int, words: str) -> None:
        super().__init__(f"{code} {clean_name(words, 400)}")
        self.code = code

    @property
    def outcome(self) -> Outcome:
        """For good, or for now."""
        return Failed(str(self)) if self.code >= 500 else Retry(str(self))


async def deliver(letter: Letter, key: str, options: Options, sign_in: SignIn) -> Outcome:
    """Hand the letter to the company's server. All recipients are accepted, or nothing leaves."""
    client = connect_to(options, SECONDS)
    with hung_up(client):
        try:
            await enter(client, await sign_in.credentials())
        except TROUBLE as error:
            sign_in.forget()
            _, problem, detail = tell(error, "smtp")
            pause = SIGN_IN_PAUSE if problem in {"problem.mail.bad_credentials", "problem.mail.token_refused"} else None
            return Retry(f"{problem}: {detail}", pause)
        try:
            return await _hand_over(client, letter, key)
        finally:
            await _leave(client)


def connect_to(options: Options, seconds: float) -> aiosmtplib.SMTP:
    """A client of the company's server, not yet connected."""
    server = options.smtp
    return aiosmtplib.SMTP(
        hostname=server.host,
        port=server.port,
        use_tls=server.security == "tls",
        start_tls=server.security == "starttls",
        local_hostname=options.domain if options.domain.isascii() else "localhost",
        timeout=seconds,
    )


async def enter(client: aiosmtplib.SMTP, credentials: Credentials) -> None:
    """Connect, learn what the server can do, and sign in; raises one of `TROUBLE`."""
    await client.connect()
    if client.is_ehlo_or_helo_needed:
        try:
            await client.ehlo()
        except aiosmtplib.SMTPHeloError:
            await client.helo()
    if credentials.token:
        await client.auth_xoauth2(credentials.username, credentials.token)
    elif credentials.username:
        await client.login(credentials.username, credentials.password)


async def _hand_over(client: aiosmtplib.SMTP, letter: Letter, key: str) -> Outcome:
    try:
        await _announce(client, letter, key)
        await _begin(client)
    except _Refused as refusal:
        return refusal.outcome
    except TROUBLE as error:
        return Retry(tell(error, "smtp")[2])
    try:
        await _transmit(client, letter.content)
    except _Refused as refusal:
        return refusal.outcome
    except TROUBLE as error:
        return Unknown(tell(error, "smtp")[2])
    return Accepted(key)


async def _announce(client: aiosmtplib.SMTP, letter: Letter, key: str) -> None:
    """The envelope. Raises `_Refused` for the first address that isn't accepted: half a mail is worse than none."""
    reports = client.supports_extension("dsn")
    options = [f"SIZE={len(letter.content)}"] if client.supports_extension("size") else []
    if letter.international:
        if not client.supports_extension("smtputf8"):
            raise _Refused(553, "The mail server doesn't take addresses with letters like these (SMTPUTF8).")
        options.append("SMTPUTF8")
    if reports:
        options += ["RET=HDRS", f"ENVID={_xtext(key)}"]
    encoding = "utf-8" if letter.international else "ascii"
    try:
        await client.mail(letter.sender, options=options, encoding=encoding)
        for recipient in letter.recipients:
            asked = ["NOTIFY=SUCCESS,FAILURE", f"ORCPT=rfc822;{_xtext(recipient)}"] if reports else []
            await client.rcpt(recipient, options=asked, encoding=encoding)
    except aiosmtplib.SMTPResponseException as refusal:
        about = f" ({refusal.recipient})" if isinstance(refusal, aiosmtplib.SMTPRecipientRefused) else ""
        raise _Refused(refusal.code, refusal.message + about) from refusal


async def _begin(client: aiosmtplib.SMTP) -> None:
    """Ask for the server's go-ahead. The library's `data` doesn't tell a silence before it, when nothing has left, from one after."""
    answer = await client.execute_command(b"DATA")
    if answer.code != aiosmtplib.SMTPStatus.start_input:
        raise _Refused(answer.code, answer.message)


async def _transmit(client: aiosmtplib.SMTP, content: bytes) -> None:
    """The mail itself, a dot at a line's begin doubled (RFC 5321, 4.5.2), and what the server says of it."""
    if client.protocol is None:
        raise aiosmtplib.SMTPServerDisconnected("Connection lost")
    lines = _LINE_END.sub(b"\r\n", content)
    ended = lines if lines.endswith(b"\r\n") else lines + b"\r\n"
    client.protocol.write(_DOT.sub(b"..", ended) + b".\r\n")
    answer = await client.protocol.read_response(timeout=client.timeout)
    if answer.code != aiosmtplib.SMTPStatus.completed:
        raise _Refused(answer.code, answer.message)


async def _leave(client: aiosmtplib.SMTP) -> None:
    # The mail is handed over or refused already: how the server says goodbye changes nothing.
    with suppress(*TROUBLE), hung_up(client):
        await client.quit(timeout=5)


@contextmanager
def hung_up(client: aiosmtplib.SMTP) -> Iterator[None]:
    """Afterwards the connection has ended: at once, where TLS would wait for the server's last word."""
    transport = client.transport
    try:
        yield
    finally:
        transport = client.transport or transport
        client.close()
        if isinstance(transport, WriteTransport):
            transport.abort()


def _xtext(text: str) -> str:
    """RFC 3461 §4: what may not stand there as it is, as `+` and two hexadecimal digits."""
    return _NOT_XTEXT.sub(lambda found: "".join(f"+{byte:02X}" for byte in found[0].encode()), text)
