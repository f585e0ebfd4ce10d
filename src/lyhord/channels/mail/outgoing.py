"""SMTP out: one letter, one connection, and an outcome that says what may be done next."""

import re

import aiosmtplib
import structlog

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
_log = structlog.get_logger()


class _Refused(Exception):
    """The server answered one step with a refusal; nothing has left."""

    def __init__(self, code: int, words: str) -> None:
        super().__init__(f"{code} {clean_name(words, 400)}")
        self.code = code


async def deliver(letter: Letter, key: str, options: Options, sign_in: SignIn) -> Outcome:
    """Hand the letter to the company's server. All recipients are accepted, or nothing leaves."""
    client = connect_to(options, SECONDS)
    try:
        await enter(client, await sign_in.credentials())
    except TROUBLE as error:
        sign_in.forget()
        client.close()
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
    except _Refused as refusal:
        return Failed(str(refusal)) if refusal.code >= 500 else Retry(str(refusal))
    except TROUBLE as error:
        return Retry(tell(error, "smtp")[2])
    try:
        await client.data(letter.content)
    except aiosmtplib.SMTPDataError as refusal:
        words = f"{refusal.code} {clean_name(refusal.message, 400)}"
        return Failed(words) if refusal.code >= 500 else Retry(words)
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


async def _leave(client: aiosmtplib.SMTP) -> None:
    try:
        await client.quit(timeout=5)
    except TROUBLE as error:  # the mail is handed over or refused already; how the server says goodbye changes nothing
        _log.debug("mail.quit_failed", reason=str(error))
    finally:
        client.close()


def _xtext(text: str) -> str:
    """RFC 3461 §4: what may not stand there as it is, as `+` and two hexadecimal digits."""
    return _NOT_XTEXT.sub(lambda found: "".join(f"+{byte:02X}" for byte in found[0].encode()), text)
