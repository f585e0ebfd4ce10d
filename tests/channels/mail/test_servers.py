"""Against real servers: Postfix delivers, Dovecot pushes, answers keep their thread, and reports come back to the mail they are about."""

import asyncio
import uuid
from email.message import EmailMessage
from pathlib import Path

import pytest

from lyhord.channels.mail.adapter import Mail
from lyhord.channels.mail.tools import Tools
from lyhord.conversations.exchange import Accepted, Address, Failed, Inbound, InboundMessage, Media, Outbound, Retry
from lyhord.kit.storing import StorageFull
from tests.channels.mail.doors import RecordingDoor, make_account, running
from tests.counterparts.postoffice import PASSWORD, PostOffice

DESK, ANNA = "desk@support.test", "anna@customer.test"
pytestmark = [pytest.mark.proves("mail", "Postfix"), pytest.mark.proves("mail", "Dovecot")]
CONVERSATION = "01890a5d-ac96-774b-bcce-b302099a8057"
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 100


def customer_mail(subject: str = "Заказ №7 не пришёл", text: str = "Здравствуйте", **fields: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = f"Anna Berg <{ANNA}>", DESK, subject
    mail["Message-ID"] = f"<{uuid.uuid4()}@customer.test>"
    for name, value in fields.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail


async def post(office: PostOffice, mail: EmailMessage | bytes, to: str = DESK) -> None:
    await asyncio.to_thread(office.post, mail, ANNA, to)


async def wait_for_mail(office: PostOffice, name: str, count: int = 1) -> list[EmailMessage]:
    return await asyncio.to_thread(office.wait_for_mail, name, count)


async def test_a_mail_is_pushed_kept_and_marked_as_seen(office: PostOffice, tools: Tools, door: RecordingDoor) -> None:
    mail = customer_mail()
    mail.add_attachment(PNG, maintype="image", subtype="png", filename="фото.png")
    async with running(Mail(make_account(office), tools), door):
        await post(office, mail)
        await door.until(lambda: door.messages)
    (message,) = door.messages
    assert (message.subject, message.text) == ("Заказ №7 не пришёл", "Здравствуйте")
    assert (message.sender[0].value, message.sender[0].name) == (ANNA, "Anna Berg")
    (media,) = message.media
    assert (media.name, media.type, media.content) == ("фото.png", "image/png", None)
    assert await tools.files.read(media.file or "") == PNG
    assert b"Subject:" in door.taken[0][0].body


async def test_what_came_while_nobody_listened_is_caught_up_once(
    office: PostOffice, tools: Tools, door: RecordingDoor
) -> None:
    before = [f"Before {number}" for number in range(6)]
    for count, subject in enumerate(before, 1):
        await post(office, customer_mail(subject))
        await wait_for_mail(office, DESK, count)
    async with running(Mail(make_account(office), tools), door):
        assert [message.subject for message in door.messages] == before
    await post(office, customer_mail("While away"))
    await wait_for_mail(office, DESK, 7)
    async with running(Mail(make_account(office), tools), door):
        assert [message.subject for message in door.messages[6:]] == ["While away"]
    assert all("Seen" in flags for flags in await asyncio.to_thread(office.flags, DESK))


async def test_nothing_is_seen_before_it_is_durable(office: PostOffice, tools: Tools, door: RecordingDoor) -> None:
    door.refuse = lambda _: StorageFull("no room")
    async with running(Mail(make_account(office), tools), door, ready=False):
        await post(office, customer_mail("Kept"))
        await door.until(lambda: any(not health.ok for health in door.reports))
        assert not any("Seen" in flags for flags in await asyncio.to_thread(office.flags, DESK))
        door.refuse = lambda _: None
        await door.until(lambda: door.messages)
    assert [message.subject for message in door.messages] == ["Kept"]


async def test_a_mail_that_the_core_cant_take_holds_up_nothing(
    office: PostOffice, tools: Tools, door: RecordingDoor
) -> None:
    def refuse(inbounds: object) -> Exception | None:
        found = [one for one in inbounds if isinstance(one, InboundMessage)]  # type: ignore[attr-defined]
        return RuntimeError("poison") if found and found[0].subject == "Poison" else None

    door.refuse = refuse
    await post(office, customer_mail("Poison"))
    await post(office, customer_mail("After"))
    await wait_for_mail(office, DESK, 2)
    async with running(Mail(make_account(office), tools), door):
        pass
    assert "After" in [message.subject for message in door.messages]
    assert [(one.reason, one.sender[0].value) for one in door.unsupported] == [("problem.mail.unreadable", ANNA)]


async def test_a_large_mail_goes_through_the_file_store(office: PostOffice, tools: Tools, door: RecordingDoor) -> None:
    mail = customer_mail("Large")
    content = bytes(range(256)) * 12_000
    mail.add_attachment(content, maintype="application", subtype="octet-stream", filename="large.bin")
    async with running(Mail(make_account(office), tools), door):
        await post(office, mail)
        await door.until(lambda: door.messages)
    (raw, _), *_ = door.taken
    assert raw.file is not None
    assert raw.body == b""
    assert b"Subject: Large" in await tools.files.read(raw.file)
    (media,) = door.messages[0].media
    assert await tools.files.read(media.file or "") == content


async def test_sixty_megabytes_arrive_and_more_is_told(office: PostOffice, tools: Tools, door: RecordingDoor) -> None:
    def weighing(megabytes: int) -> bytes:
        head = f"From: {ANNA}\r\nTo: {DESK}\r\nSubject: {megabytes} MB\r\nMessage-ID: <{megabytes}@x>\r\n"
        kind = 'Content-Type: application/zip; name="a.zip"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
        return (head + kind).encode() + (b"QUJD" * 18 + b"\r\n") * (megabytes * 1_000_000 // 74)

    async with running(Mail(make_account(office, limit_megabytes=60), tools), door):
        await post(office, weighing(59))
        await post(office, weighing(61))
        await post(office, customer_mail("Small"))
        await door.until(lambda: len(door.inbounds) >= 3)
    large = next(message for message in door.messages if message.subject == "59 MB")
    assert large.media[0].size > 40_000_000
    (refused,) = door.unsupported
    assert (refused.reason, refused.sender[0].value) == ("problem.mail.too_large", ANNA)
    raw = next(raw for raw, inbounds in door.taken if refused in inbounds)
    assert b"Subject: 61 MB" in raw.body


async def test_a_whole_conversation_keeps_its_thread(office: PostOffice, tools: Tools, door: RecordingDoor) -> None:
    mail = Mail(make_account(office, reply_addresses="plus"), tools)
    async with running(mail, door):
        await post(office, customer_mail("Where is it?"))
        await door.until(lambda: door.messages)
        first = door.messages[0]
        answer = Outbound(
            to=first.sender[0],
            text="It left today.",
            subject=first.subject,
            answers=first.external_id,
            references=(first.external_id,),
            conversation_id=CONVERSATION,
            sender_name="Bo at Desk",
        )
        assert await mail.send(answer, "key-1") == Accepted("key-1")
        (arrived,) = await wait_for_mail(office, ANNA)
        assert arrived["Subject"] == "Re: Where is it?"
        assert arrived["From"] == f"Bo at Desk <{DESK}>"
        assert arrived["In-Reply-To"] == f"<{first.external_id.rpartition('#')[0]}>"
        again = customer_mail("Re: Where is it?", "Thanks!", In_Reply_To=arrived["Message-ID"])
        reply_to = arrived["Reply-To"].addresses[0].addr_spec
        del again["To"]
        again["To"] = reply_to
        await post(office, again, to=reply_to)
        await door.until(lambda: len(door.messages) == 2)
    second = door.messages[1]
    assert (second.thread, second.answers[0]) == (CONVERSATION, "key-1")
    assert "loop" not in second.flags


def status_of(door: RecordingDoor, key: str) -> list[tuple[str, str]]:
    return [(status.state, status.error) for status in door.statuses if status.reference == key]


async def test_reports_come_back_to_the_mail_they_are_about(
    office: PostOffice, tools: Tools, door: RecordingDoor
) -> None:
    mail = Mail(make_account(office), tools)
    async with running(mail, door):
        good = Outbound(to=Address("email", ANNA), text="Hello", subject="x")
        bad = Outbound(to=Address("email", "nobody@customer.test"), text="Hello", subject="x")
        assert await mail.send(good, "key good/1") == Accepted("key good/1")
        assert await mail.send(bad, "key-bad.2") == Accepted("key-bad.2")
        await door.until(lambda: status_of(door, "key good/1") and status_of(door, "key-bad.2"))
    assert status_of(door, "key good/1")[0] == (
        "sent",
        "",
    )  # Dovecot gives no reports of its own, so Postfix says "relayed"
    ((state, error),) = status_of(door, "key-bad.2")
    assert state == "failed"
    assert "nobody@customer.test" in error
    assert door.messages == []


async def test_copies_blind_copies_and_files_arrive(office: PostOffice, tools: Tools) -> None:
    stored = await tools.files.put(b"the contract")
    outbound = Outbound(
        to=Address("email", ANNA, "Анна"),
        text="Please see the file.",
        subject="Contract",
        copies=(Address("email", "ben@customer.test"),),
        blind_copies=(Address("email", "sales@support.test"),),
        media=(Media("avtal å.pdf", "application/pdf", stored.size, file=stored.sha256),),
        automatic=True,
    )
    assert await Mail(make_account(office), tools).send(outbound, "key-2") == Accepted("key-2")
    for name in (ANNA, "ben@customer.test", "sales@support.test"):
        (arrived,) = await wait_for_mail(office, name)
        assert arrived["To"].addresses[0].display_name == "Анна"
        assert arrived["Cc"].addresses[0].addr_spec == "ben@customer.test"
        assert arrived["Bcc"] is None
        assert arrived["Auto-Submitted"] == "auto-replied"
        (attached,) = arrived.iter_attachments()
        assert (attached.get_filename(), attached.get_content()) == ("avtal å.pdf", b"the contract")


async def test_what_the_server_refuses_for_good_fails(office: PostOffice, tools: Tools) -> None:
    outcome = await Mail(make_account(office), tools).send(
        Outbound(
            to=Address("email", ANNA), text="x", subject="x", copies=(Address("email", "x@" + "a" * 300 + ".test"),)
        ),
        "k",
    )
    assert isinstance(outcome, Failed)
    assert await asyncio.to_thread(office.list_mails, ANNA) == []


async def test_a_wrong_password_waits_for_somebody_to_correct_it(office: PostOffice, tools: Tools) -> None:
    outcome = await Mail(make_account(office, {"password": "wrong"}), tools).send(
        Outbound(to=Address("email", ANNA), text="x", subject="x"), "k"
    )
    assert isinstance(outcome, Retry)
    assert outcome.reason.startswith("problem.mail.bad_credentials")
    assert (outcome.after_seconds or 0) >= 60


async def test_it_survives_a_server_that_goes_away(office: PostOffice, tools: Tools, door: RecordingDoor) -> None:
    async with running(Mail(make_account(office), tools), door):
        before = len(door.reports)
        for pid in (office.root / "run").glob("master.pid"):
            await asyncio.to_thread(_kick_imap_sessions, int(pid.read_text()))
        await door.until(lambda: any(not health.ok for health in door.reports[before:]))
        await door.until(lambda: door.reports[-1].ok)
        await post(office, customer_mail("After the break"))
        await door.until(lambda: door.messages)


def _kick_imap_sessions(master: int) -> None:
    """End the session processes of this one Dovecot, as a restart would."""
    import os

    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            command = (folder / "comm").read_text().strip()
        except OSError:
            continue
        if parent == master and command == "imap":
            os.kill(int(folder.name), 15)


@pytest.mark.parametrize(
    ("wrong", "secret", "field", "key"),
    [
        ({}, None, "", ""),
        ({"imap_host": "no-such-host.invalid"}, None, "imap_host", "problem.mail.host_unknown"),
        ({"smtp_host": "no-such-host.invalid"}, None, "smtp_host", "problem.mail.host_unknown"),
        ({"imap_port": 1}, None, "imap_port", "problem.mail.connection_refused"),
        ({"smtp_port": 1}, None, "smtp_port", "problem.mail.connection_refused"),
        ({"imap_security": "tls"}, None, "imap_security", "problem.mail.tls_mismatch"),
        ({"smtp_security": "tls"}, None, "smtp_security", "problem.mail.tls_mismatch"),
        ({"imap_security": "starttls"}, None, "imap_host", "problem.mail.certificate"),
        ({"smtp_security": "starttls"}, None, "smtp_host", "problem.mail.certificate"),
        ({}, "wrong", "password", "problem.mail.bad_credentials"),
        ({"imap_folder": "Nowhere"}, None, "imap_folder", "problem.mail.folder_missing"),
        ({"address": "desk"}, None, "address", "problem.mail.no_address"),
        ({"smtp_host": ""}, None, "smtp_host", "problem.mail.missing"),
        ({"auth": "oauth2", "client_id": "x"}, None, "refresh_token", "problem.mail.missing"),
    ],
)
async def test_a_check_names_the_field_to_correct(
    office: PostOffice, tools: Tools, wrong: dict[str, object], secret: str | None, field: str, key: str
) -> None:
    account = make_account(office, {"password": secret or PASSWORD}, **wrong)
    health = await Mail(account, tools).health()
    assert health.ok is (not key)
    assert not key or (field, key) in [(named, said) for named, said, _ in health.problems]
    assert PASSWORD not in repr(health)


async def test_encrypted_ways_work_where_the_certificate_is_known(
    office: PostOffice, tools: Tools, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(office.root / "server.pem"))
    for imap_security, imap_port in (("tls", office.imaps), ("starttls", office.imap)):
        account = make_account(
            office, imap_security=imap_security, imap_port=imap_port, imap_host="localhost", smtp_security="starttls"
        )
        health = await Mail(account, tools).health()
        assert health.ok, health.problems


async def test_a_machine_that_answers_itself_is_told_apart(
    office: PostOffice, tools: Tools, door: RecordingDoor
) -> None:
    mail = Mail(make_account(office), tools)
    async with running(mail, door):
        await mail.send(Outbound(to=Address("email", DESK), text="To ourselves", subject="x"), "key-loop")
        await door.until(lambda: door.messages)
    inbound: Inbound = door.messages[0]
    assert isinstance(inbound, InboundMessage)
    assert "loop" in inbound.flags
