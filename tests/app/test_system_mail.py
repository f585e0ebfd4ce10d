"""System mail: what leaves is safe to parse, and reaches a real server; without a server it ends visibly."""

import asyncio
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from lyhord.app.duties import list_duties
from lyhord.app.settings import Settings
from lyhord.app.system_mail import send_mail, write_mail
from lyhord.app.tools import WayOut, make_push_desk
from lyhord.conversations.translation.desk import TranslatorDesk
from lyhord.hearing.thinkers import Thinkers
from lyhord.kit.database import Database
from lyhord.kit.database.sqlite import Sqlite
from lyhord.kit.files import Files
from lyhord.kit.secrets import Sealer
from lyhord.workspaces.letters import JOB

LEAVING = "https://example.org/api/v1/insights/reports/mailed?of=" + 300 * "x"


class Post:
    """A server that keeps what it gets."""

    def __init__(self) -> None:
        self.got: list[Envelope] = []

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - the library's name
        self.got.append(envelope)
        return "250 OK"


async def test_a_mail_reaches_a_server_as_it_was_written() -> None:
    post = Post()
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(post, hostname="localhost"), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    settings = Settings(
        smtp_host="127.0.0.1", smtp_port=port, smtp_security="none", smtp_from="Lyhord <no-reply@example.org>"
    )
    async with server:
        text = "Följ länken:\nhttps://example.org/app/#/x?token=y\n"
        await send_mail(settings, "ann@example.com", "Välkommen", text, leaving=LEAVING)
    (envelope,) = post.got
    assert envelope.rcpt_tos == ["ann@example.com"]
    assert envelope.mail_from == "no-reply@example.org"
    assert isinstance(envelope.content, bytes)
    assert f"List-Unsubscribe: <{LEAVING}>\r\n".encode() in envelope.content
    mail = message_from_bytes(envelope.content, policy=default)
    assert mail["Subject"] == "Välkommen"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert "token=y" in mail.get_content()


def test_a_mail_says_at_which_address_such_mails_end() -> None:
    mail = write_mail(Settings(smtp_from="a@example.org"), "b@example.com", "Morning", "text", leaving=LEAVING)
    lines = mail.as_bytes().split(b"\r\n")
    assert f"List-Unsubscribe: <{LEAVING}>".encode() in lines, "mail programs don't put together what is in pieces"
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click" in lines


def test_mail_programs_call_no_address_by_themselves_that_is_not_one_of_https() -> None:
    plain = LEAVING.replace("https", "http")
    mail = write_mail(Settings(smtp_from="a@example.org"), "b@example.com", "Morning", "text", leaving=plain)
    assert (mail["List-Unsubscribe"], mail["List-Unsubscribe-Post"]) == (f"<{plain}>", None)
    assert "List-Unsubscribe" not in write_mail(Settings(smtp_from="a@example.org"), "b@example.com", "Welcome", "text")


def test_a_subject_cannot_open_a_header_of_its_own() -> None:
    mail = write_mail(Settings(smtp_from="a@example.org"), "b@example.com", "Hello\r\nBcc: c@example.com", "text")
    assert mail["Bcc"] is None
    assert mail["Subject"] == "Hello Bcc: c@example.com"


def test_an_address_cannot_either() -> None:
    with pytest.raises(ValueError, match="linefeed"):
        write_mail(Settings(smtp_from="a@example.org"), "b@example.com\r\nBcc: c@example.com", "s", "text")


def test_letters_are_a_duty() -> None:
    database = Database(Sqlite(Path("nowhere.db")))
    sealer = Sealer(b"k" * 32)
    way_out = WayOut(Settings())
    desk = make_push_desk(Settings(), way_out, sealer, b"k" * 32, "https://desk.example")
    translators = TranslatorDesk(way_out.call, sealer)
    files = Files(Path("nowhere"))
    assert JOB in list_duties(Settings(), sealer, database, desk, translators, "", Thinkers(files)).work
