"""The mails of the product itself, invitations, password resets and reports, through the server that the settings name."""

from collections.abc import Sequence
from email.message import EmailMessage
from email.utils import formatdate, make_msgid, parseaddr

from lyhord.app.settings import Settings
from lyhord.workspaces.letters import File

SECONDS = 30


def write_mail(settings: Settings, to: str, subject: str, text: str, files: Sequence[File] = ()) -> EmailMessage:
    """The mail as it leaves. It says that a program wrote it, so that no out-of-office answers."""
    from email.policy import SMTP

    sender = settings.smtp_from or settings.smtp_username
    mail = EmailMessage(policy=SMTP)
    mail["From"] = sender
    mail["To"] = to
    mail["Subject"] = " ".join(subject.split())
    mail["Date"] = formatdate(usegmt=True)
    mail["Message-ID"] = make_msgid(domain=parseaddr(sender)[1].partition("@")[2] or "localhost")
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(text)
    for one in files:
        main, _, sub = one.type.partition("/")
        mail.add_attachment(one.content, maintype=main, subtype=sub, filename=one.name)
    return mail


async def send_mail(settings: Settings, to: str, subject: str, text: str, files: Sequence[File] = ()) -> None:
    """Send it, or raise what the server or the network said; nothing is kept here."""
    import aiosmtplib

    await aiosmtplib.send(
        write_mail(settings, to, subject, text, files),
        hostname=settings.smtp_host,
        port=settings.smtp_port,
        username=settings.smtp_username or None,
        password=settings.smtp_password or None,
        use_tls=settings.smtp_security == "tls",
        start_tls=settings.smtp_security == "starttls",
        timeout=SECONDS,
    )
