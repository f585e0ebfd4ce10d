"""What each answer of an SMTP server, and each silence, means for the mail: left, try again, never, or nobody knows."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import pytest

from lyhord.channels.mail.adapter import Mail
from lyhord.channels.mail.compose import Letter
from lyhord.channels.mail.tools import Tools
from lyhord.conversations.account import Account
from lyhord.conversations.exchange import Accepted, Address, Failed, Outbound, Outcome, Retry, Unknown
from tests.counterparts.ports import free_ports

HANG_UP = "hang up"


class ScriptedServer:
    """Says what the script says to each verb; `HANG_UP` closes the connection instead. Keeps what it heard."""

    def __init__(self, script: Mapping[str, str]) -> None:
        self.script = {
            "EHLO": "250-x.test\r\n250-DSN\r\n250 SIZE 1000000",
            "MAIL": "250 OK",
            "RCPT": "250 OK",
            "DATA": "354 go on",
            ".": "250 taken",
            "QUIT": "221 bye",
            "RSET": "250 OK",
            **script,
        }
        self.heard: list[str] = []
        self.mail = b""

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 x.test\r\n")
        inside = False
        while line := (await reader.readline()).decode().rstrip("\r\n"):
            if inside and line != ".":
                continue
            inside = False
            self.heard.append(line)
            verb = line.split(" ")[0].upper()
            answer = self.script.get(line, self.script.get(verb, "500 what?"))
            if answer == HANG_UP:
                break
            inside = verb == "DATA" and answer.startswith("354")
            if inside:
                writer.write(f"{answer}\r\n".encode())
                while (part := await reader.readline()) not in {b".\r\n", b""}:
                    self.mail += part
                self.heard.append(".")
                answer = self.script["."]
                inside = False
                if answer == HANG_UP:
                    break
            writer.write(f"{answer}\r\n".encode())
        writer.close()


@asynccontextmanager
async def scripted(script: Mapping[str, str]) -> AsyncIterator[tuple[ScriptedServer, int]]:
    server = ScriptedServer(script)
    listening = await asyncio.start_server(server.talk, "127.0.0.1", 0)
    try:
        yield server, listening.sockets[0].getsockname()[1]
    finally:
        listening.close()


def mailbox(port: int, tools: Tools) -> Mail:
    settings = {
        "address": "desk@support.test",
        "smtp_host": "127.0.0.1",
        "smtp_port": port,
        "smtp_security": "plain",
        "auth": "none",
    }
    return Mail(Account("workspace", "inbox", "key", "Desk", settings, {}), tools)


OUTBOUND = Outbound(
    to=Address("email", "anna@customer.test"), text="x", subject="s", copies=(Address("email", "b@c.test"),)
)


@pytest.mark.parametrize(
    ("script", "outcome"),
    [
        ({}, Accepted),
        ({"MAIL": "451 busy"}, Retry),
        ({"MAIL": "550 not you"}, Failed),
        ({"RCPT": "450 greylisted"}, Retry),
        ({"RCPT": "550 nobody"}, Failed),
        ({"RCPT TO:<b@c.test> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;b@c.test": "550 nobody"}, Failed),
        ({"DATA": "451 later"}, Retry),
        ({"DATA": "554 no"}, Failed),
        ({"DATA": HANG_UP}, Retry),
        ({".": "452 no room"}, Retry),
        ({".": "554 spam"}, Failed),
        ({".": HANG_UP}, Unknown),
        ({"EHLO": HANG_UP, "HELO": HANG_UP}, Retry),
        ({"MAIL": HANG_UP}, Retry),
        ({"RCPT": HANG_UP}, Retry),
        ({"QUIT": HANG_UP}, Accepted),
        ({"QUIT": "500 no"}, Accepted),
    ],
)
async def test_an_answer_means_what_may_be_done_next(
    tools: Tools, script: Mapping[str, str], outcome: type[Outcome]
) -> None:
    async with scripted(script) as (server, port):
        found = await mailbox(port, tools).send(OUTBOUND, "key-1")
    assert isinstance(found, outcome), found
    assert ("." in server.heard) is (outcome in {Accepted, Unknown} or "." in script)


async def test_a_line_that_begins_with_a_dot_ends_no_mail(tools: Tools, monkeypatch: pytest.MonkeyPatch) -> None:
    def dotted(*_: object) -> Letter:
        return Letter("desk@support.test", ("anna@customer.test",), "1", b"Subject: s\r\n\r\n.\n..two\rthree", False)

    monkeypatch.setattr("lyhord.channels.mail.servers.compose", dotted)
    async with scripted({}) as (server, port):
        found = await mailbox(port, tools).send(OUTBOUND, "key-1")
    assert isinstance(found, Accepted)
    assert server.mail == b"Subject: s\r\n\r\n..\r\n...two\r\nthree\r\n"


async def test_a_port_where_nobody_listens_is_tried_again(tools: Tools) -> None:
    found = await mailbox(free_ports(1)[0], tools).send(OUTBOUND, "key-1")
    assert isinstance(found, Retry)
    assert "problem.mail.connection_refused" in found.reason


async def test_reports_are_asked_for_by_our_key_where_the_server_gives_them(tools: Tools) -> None:
    async with scripted({}) as (server, port):
        await mailbox(port, tools).send(OUTBOUND, "key+1=å")
    assert any("RET=HDRS ENVID=key+2B1+3D+C3+A5" in line for line in server.heard)
    async with scripted({"EHLO": "250 x.test"}) as (server, port):
        await mailbox(port, tools).send(OUTBOUND, "key-1")
    assert [line for line in server.heard if line.startswith(("MAIL", "RCPT"))] == [
        "MAIL FROM:<desk@support.test>",
        "RCPT TO:<anna@customer.test>",
        "RCPT TO:<b@c.test>",
    ]


async def test_letters_beyond_ascii_in_an_address_need_a_server_that_takes_them(tools: Tools) -> None:
    outbound = Outbound(to=Address("email", "åsa@käse.test"), text="x", subject="s")
    async with scripted({}) as (_, port):
        assert isinstance(await mailbox(port, tools).send(outbound, "k"), Failed)
    async with scripted({"EHLO": "250-x.test\r\n250-8BITMIME\r\n250 SMTPUTF8"}) as (server, port):
        assert isinstance(await mailbox(port, tools).send(outbound, "k"), Accepted)
    assert any(line.startswith("RCPT TO:<åsa@xn--kse-qla.test>") for line in server.heard)


async def test_what_is_no_address_never_reaches_a_server(tools: Tools) -> None:
    async with scripted({}) as (server, port):
        found = await mailbox(port, tools).send(Outbound(to=Address("email", "a@b.test>\r\nRSET"), text="x"), "k")
    assert isinstance(found, Failed)
    assert server.heard == []
