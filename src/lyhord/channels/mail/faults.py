"""What went wrong with a mail server, said so that a person can act on it: the field to look at, a message key, the server's words."""

import asyncio
import socket
import ssl
from typing import Literal

import aiosmtplib
from imapclient.exceptions import IMAPClientError, LoginError

from lyhord.channels.mail.sign_in import SignInRefused
from lyhord.kit.egress import Unreachable
from lyhord.kit.problems import Problem
from lyhord.kit.text import clean_name

Way = Literal["imap", "smtp"]
Told = tuple[str, str, str]
"""A field's name, a message key, and a detail."""

DETAIL_LIMIT = 300

TROUBLE = (
    OSError,
    TimeoutError,
    IMAPClientError,
    aiosmtplib.SMTPException,
    SignInRefused,
    Problem,
    EOFError,
    ValueError,
)
"""What talking to a mail server may raise."""


def tell(error: BaseException, way: Way) -> Told:
    """The problem behind `error`, met while talking to the IMAP or the SMTP server."""
    detail = clean_name(_words(error), DETAIL_LIMIT)
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"{way}_host", "problem.mail.certificate", detail
    if isinstance(error, ssl.SSLError) or "SSL" in detail.upper() or "STARTTLS" in detail.upper():
        return f"{way}_security", "problem.mail.tls_mismatch", detail
    if isinstance(error, SignInRefused):
        return "refresh_token", "problem.mail.token_refused", detail
    if isinstance(error, LoginError | aiosmtplib.SMTPAuthenticationError):
        return "password", "problem.mail.bad_credentials", detail
    if (
        isinstance(error, socket.gaierror)
        or isinstance(error.__cause__, socket.gaierror)
        or "Name or service" in detail
    ):
        return f"{way}_host", "problem.mail.host_unknown", detail
    if isinstance(error, Unreachable):
        return "token_address", "problem.mail.issuer_unreachable", detail
    return _by_words(error, way, detail)


def _by_words(error: BaseException, way: Way, detail: str) -> Told:
    if isinstance(error, ConnectionRefusedError) or "refused" in detail.lower() or "Connect call failed" in detail:
        return f"{way}_port", "problem.mail.connection_refused", detail
    if isinstance(error, TimeoutError | asyncio.TimeoutError) or "timed out" in detail.lower():
        return f"{way}_port", "problem.mail.timeout", detail
    if way == "imap" and ("mailbox" in detail.lower() or "select" in detail.lower() or "folder" in detail.lower()):
        return "imap_folder", "problem.mail.folder_missing", detail
    if "AUTH" in detail:
        return "auth", "problem.mail.no_sign_in", detail
    return f"{way}_host", "problem.mail.server_answer", detail


def _words(error: BaseException) -> str:
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return f"{error.code} {error.message}"
    return str(error) or type(error).__name__
