"""What a mail says about itself: threads, machines, forged senders, web forms, files."""

from email.message import EmailMessage
from email.policy import SMTP

import pytest

from lyhord.channels.mail.reply_address import Marks
from lyhord.conversations.exchange import InboundMessage, InboundStatus, Unsupported
from tests.channels.mail.letters import INBOX, KEY, letter, multipart, part, read, read_message

CONVERSATION = "01890a5d-ac96-774b-bcce-b302099a8057"
MARKS = Marks(KEY, "workspace")


def test_a_reply_address_of_ours_leads_to_its_conversation() -> None:
    address = MARKS.reply_address(INBOX, CONVERSATION)
    assert address is not None
    assert address.startswith("care+")
    assert read_message(letter(To=f"Care <{address.upper()}>")).thread == CONVERSATION
    assert read_message(letter(To="x@example.com", Delivered_To=address)).thread == CONVERSATION
    assert read_message(letter(To="x@example.com", Cc=address)).thread == CONVERSATION


def test_an_own_domain_for_replies_works_too() -> None:
    address = MARKS.reply_address(INBOX, CONVERSATION, "reply.example.com")
    assert address is not None
    assert address.endswith("@reply.example.com")
    assert read_message(letter(To=address)).thread == CONVERSATION


def test_an_altered_or_foreign_reply_address_leads_nowhere() -> None:
    address = MARKS.reply_address(INBOX, CONVERSATION) or ""
    for place in range(len("care+"), address.index("@")):
        altered = address[:place] + ("a" if address[place] != "a" else "b") + address[place + 1 :]
        assert read_message(letter(To=altered)).thread is None or altered[place] == address[place]
    for foreign in (Marks(b"another key", "workspace"), Marks(KEY, "other")):
        assert read_message(letter(To=foreign.reply_address(INBOX, CONVERSATION) or "")).thread is None


def test_a_reply_address_too_long_for_some_servers_is_not_made() -> None:
    assert MARKS.reply_address("customer.services@example.com", CONVERSATION) is None
    assert MARKS.reply_address(INBOX, "no uuid") is None


def test_answers_name_our_key_and_come_nearest_first() -> None:
    ours = MARKS.message_id("key-7", "example.com")
    message = read_message(letter(In_Reply_To=f"<{ours}>", References=f"<old@x> <older@x> <{ours}>"))
    assert message.answers == ("key-7", ours, "older@x", "old@x")


def test_an_id_that_a_library_wrote_as_encoded_words_is_read() -> None:
    ours = MARKS.message_id("01890a5d-ac96-774b-bcce-b302099a8057", "support.example.com")
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["In-Reply-To"], mail["X-Lyhord"] = "anna@customer.test", f"<{ours}>", ours
    mail.set_content("Yes")
    assert b"=?utf-8?" in mail.as_bytes()
    message = read_message(mail.as_bytes())
    assert message.answers == ("01890a5d-ac96-774b-bcce-b302099a8057", ours)
    assert message.flags == {"loop"}


def test_a_message_id_of_ours_is_not_believed_when_it_was_altered() -> None:
    forged = MARKS.message_id("key-7", "example.com").replace("key-7", "key-8")
    assert read_message(letter(In_Reply_To=f"<{forged}>")).answers == (forged,)


def test_the_subject_alone_leads_nowhere() -> None:
    message = read_message(letter(Subject="Re: [#1234] My order"))
    assert (message.thread, message.answers) == (None, ())


def test_the_same_mail_has_the_same_name_by_whatever_way_it_comes() -> None:
    first, second = letter(Received="from a"), letter(Received="from b", Delivered_To=INBOX)
    assert read_message(first).external_id == read_message(second).external_id


def test_different_mails_with_one_message_id_are_kept_apart() -> None:
    assert read_message(letter(Subject="One")).external_id != read_message(letter(Subject="Two")).external_id


def test_a_mail_without_an_id_is_named_by_what_it_says() -> None:
    names = [read_message(letter(text, ("Message-ID",))).external_id for text in ("a", "a", "b")]
    assert names[0] == names[1] != names[2]
    assert names[0].startswith("sha256:")


@pytest.mark.parametrize(
    ("fields", "flags"),
    [
        ({"Auto_Submitted": "auto-replied"}, {"auto_reply"}),
        ({"Auto_Submitted": "auto-generated; type=x"}, {"automatic"}),
        ({"Auto_Submitted": "auto-replied (vacation)"}, {"auto_reply"}),
        ({"Auto_Submitted": "no"}, set()),
        ({"Auto_Submitted": "No (a person)"}, set()),
        ({"X_Auto_Response_Suppress": "All"}, {"automatic"}),
        ({"X_Auto_Response_Suppress": "All", "Return_Path": "<>"}, {"auto_reply"}),
        ({"X_Auto_Response_Suppress": "None"}, set()),
        ({"X_Autoreply": "yes"}, {"auto_reply"}),
        ({"Precedence": "bulk"}, {"bulk"}),
        ({"Precedence": "auto_reply"}, {"auto_reply"}),
        ({"List_Id": "<news.shop.test>"}, {"bulk"}),
        ({"List_Unsubscribe": "<mailto:x@y.z>"}, {"bulk"}),
        ({"Return_Path": "<>"}, {"auto_reply"}),
        ({"X_Failed_Recipients": "anna@customer.test"}, {"automatic"}),
        ({"Return_Path": "<>", "From": "MAILER-DAEMON@mx.test"}, set()),
        ({"Return_Path": "<anna@customer.test>"}, set()),
    ],
)
def test_machines_and_lists_are_known(fields: dict[str, str], flags: set[str]) -> None:
    assert read_message(letter(**fields)).flags == flags


def test_our_own_mail_coming_back_is_a_loop() -> None:
    ours = MARKS.message_id("key-7", "example.com")
    assert "loop" in read_message(letter(Message_ID=f"<{ours}>")).flags
    assert "loop" in read_message(letter(X_Lyhord=ours)).flags
    assert "loop" not in read_message(letter(X_Lyhord=ours.replace("key-7", "key-9"))).flags


TRUSTED = "mx.example.com"


@pytest.mark.parametrize(
    ("results", "verified"),
    [
        (f"{TRUSTED}; dmarc=pass header.from=customer.test", True),
        (f"{TRUSTED} 1; spf=pass smtp.mailfrom=anna@customer.test", True),
        (f"{TRUSTED}; dkim=pass header.d=customer.test header.s=s1", True),
        (f"{TRUSTED}; dkim=pass header.i=@customer.test (a; comment)", True),
        (f"{TRUSTED}; dkim=pass header.d=evil.test", False),
        (f"{TRUSTED}; dkim=pass header.d=notcustomer.test", False),
        (f"{TRUSTED}; spf=pass smtp.mailfrom=x@evil.test", False),
        (f"{TRUSTED}; dmarc=fail header.from=customer.test; spf=pass smtp.mailfrom=anna@customer.test", False),
        (f"{TRUSTED}; dmarc=pass header.from=evil.test", False),
        (f"{TRUSTED}; spf=softfail smtp.mailfrom=anna@customer.test", False),
        (f"{TRUSTED}; none", False),
        ("evil.test; dmarc=pass header.from=customer.test", False),
        (f"evil.test {TRUSTED}; dmarc=pass header.from=customer.test", False),
        (f"({TRUSTED}) evil.test; dmarc=pass header.from=customer.test", False),
    ],
)
def test_only_the_trusted_server_vouches_for_a_sender(results: str, verified: bool) -> None:
    message = read_message(letter(Authentication_Results=results), authserv_id=TRUSTED)
    assert message.sender[0].verified is verified
    assert ("unverified_sender" in message.flags) is not verified
    assert read_message(letter(Authentication_Results=results)).sender[0].verified is False


def test_a_second_result_below_the_first_is_the_senders_own() -> None:
    genuine = f"{TRUSTED}; dmarc=fail header.from=customer.test"
    forged = f"{TRUSTED}; dmarc=pass header.from=customer.test"
    raw = b"Authentication-Results: " + genuine.encode() + b"\r\n" + letter(Authentication_Results=forged)
    assert read_message(raw, authserv_id=TRUSTED).sender[0].verified is False


def test_a_mail_with_two_senders_is_never_believed() -> None:
    raw = b"From: boss@customer.test\r\n" + letter(Authentication_Results=f"{TRUSTED}; dmarc=pass")
    assert read_message(raw, authserv_id=TRUSTED).sender[0].verified is False


def test_reply_to_is_the_sender_only_behind_the_companys_own_form() -> None:
    fields = {"From": "Website <form@example.com>", "Reply_To": "Ben <ben@customer.test>"}
    assert read_message(letter(**fields)).sender[0].value == "form@example.com"
    (sender,) = read_message(letter(**fields), forms=("form@example.com",)).sender
    assert (sender.value, sender.name, sender.verified) == ("ben@customer.test", "Ben", False)


def test_a_mail_from_nobody_is_kept_and_says_so() -> None:
    inbound = read(letter("Hello", ("From",)))
    assert isinstance(inbound, Unsupported)
    assert inbound.reason == "problem.mail.no_sender"
    assert inbound.external_id.startswith("1@customer.test#")


def report(status: str, original: str = "", kind: str = "delivery-status") -> bytes:
    parts = [part(b"It didn't work.", Content_Type="text/plain"), part(status.encode(), Content_Type=f"message/{kind}")]
    if original:
        parts.append(part(original.encode(), Content_Type="text/rfc822-headers"))
    fields = {
        "From": "MAILER-DAEMON@mx.example.com",
        "Content_Type": f'multipart/report; report-type={kind}; boundary="b1"',
    }
    return letter(multipart("report", *parts), **fields)


FAILED = (
    "Reporting-MTA: dns; mx.example.com\r\n{envelope}\r\nFinal-Recipient: rfc822; nobody@customer.test\r\n"
    "Action: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 no such user\r\n"
)


def test_a_bounce_tells_which_mail_failed_and_why() -> None:
    status = read(report(FAILED.format(envelope="Original-Envelope-Id: key+2D7\r\n")))
    assert isinstance(status, InboundStatus)
    assert (status.reference, status.state) == ("key-7", "failed")
    assert status.error == "550 5.1.1 no such user · nobody@customer.test"


def test_a_bounce_without_an_envelope_id_is_known_by_the_mail_it_returns() -> None:
    ours = MARKS.message_id("key-7", "example.com")
    for original in (f"Message-ID: <{ours}>\r\n", f"Message-ID: <changed@relay>\r\nX-Lyhord: {ours}\r\n"):
        status = read(report(FAILED.format(envelope=""), original))
        assert isinstance(status, InboundStatus)
        assert (status.reference, status.state) == ("key-7", "failed")


def test_a_bounce_of_somebody_elses_mail_changes_nothing() -> None:
    inbound = read(report(FAILED.format(envelope=""), "Message-ID: <other@relay>\r\n"))
    assert isinstance(inbound, Unsupported)
    assert inbound.reason == "problem.mail.foreign_report"


@pytest.mark.parametrize(
    ("action", "state"), [("delivered", "delivered"), ("relayed", "sent"), ("delayed", "sent"), ("expanded", "sent")]
)
def test_other_delivery_reports(action: str, state: str) -> None:
    text = f"Original-Envelope-Id: key\r\n\r\nFinal-Recipient: rfc822;a@b.test\r\nAction: {action}\r\nStatus: 2.0.0\r\n"
    status = read(report(text))
    assert isinstance(status, InboundStatus)
    assert (status.state, status.error) == (state, "")


def test_a_receipt_says_that_it_was_read() -> None:
    ours = MARKS.message_id("key-7", "example.com")
    text = f"Original-Message-ID: <{ours}>\r\nDisposition: manual-action/MDN-sent-manually; displayed\r\n"
    status = read(report(text, kind="disposition-notification"))
    assert isinstance(status, InboundStatus)
    assert (status.reference, status.state) == ("key-7", "read")


def test_files_are_named_and_typed_by_what_they_are() -> None:
    picture = b"\x89PNG\r\n\x1a\n" + b"0" * 40
    parts = [
        part(b"See below", Content_Type="text/plain"),
        part(picture, Content_Type="application/pdf; name=../../etc/passwd", Content_Disposition="attachment"),
        part(b"<svg xmlns='x'><script>1</script></svg>", Content_Type="image/png; name=cat.png"),
        part(
            b"x", Content_Type="text/plain", Content_Disposition="attachment; filename*=utf-8''%E5%9B%BE%E7%89%87.txt"
        ),
        part(
            b"y",
            Content_Type="text/plain",
            Content_Disposition='attachment; filename*0="a lo"; filename*1="ng name.txt"',
        ),
        part(letter(Subject="Inner"), Content_Type="message/rfc822"),
    ]
    message = read_message(letter(multipart("mixed", *parts), Content_Type='multipart/mixed; boundary="b1"'))
    assert message.text == "See below"
    assert [(media.name, media.type) for media in message.media] == [
        ("passwd", "image/png"),
        ("cat.png", "image/svg+xml"),
        ("图片.txt", "text/plain"),
        ("a long name.txt", "text/plain"),
        ("Inner.eml", "message/rfc822"),
    ]


def test_text_between_pictures_is_read_whole() -> None:
    parts = [
        part(b"Before", Content_Type="text/plain"),
        part(b"GIF89a", Content_Type="image/gif", Content_Disposition="inline; filename=a.gif"),
        part(b"After", Content_Type="text/plain"),
    ]
    message = read_message(letter(multipart("mixed", *parts), Content_Type='multipart/mixed; boundary="b1"'))
    assert message.text == "Before\n\nAfter"
    assert len(message.media) == 1


def test_copies_are_named() -> None:
    message = read_message(
        letter(Cc='"Berg, Bo" <bo@customer.test>, Team: x@y.test, =?utf-8?q?=C3=85sa?= <asa@y.test>;')
    )
    assert isinstance(message, InboundMessage)
    assert [(copy.value, copy.name) for copy in message.copies] == [
        ("bo@customer.test", "Berg, Bo"),
        ("x@y.test", ""),
        ("asa@y.test", "Åsa"),
    ]
