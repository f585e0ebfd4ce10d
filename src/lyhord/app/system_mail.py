"""The mails of the product itself, invitations, password resets and reports, through the server that the settings name."""

from collections.abc import Sequence
from email.message import EmailMessage
from email.utils import formatdate, make_msgid, parseaddr

from lyhord.app.settings import Settings
from lyhord.workspaces.letters import File

SECONDS = 30
LONGEST_LINE = 998
"""As mail allows (RFC 5322): an address that is broken into pieces at 78 characters is one that no mail program finds."""


def write_mail(
    settings: Settings, to: str, subject: str, text: str, files: Sequence[File] = (), leaving: str = ""
) -> EmailMessage:
    """The mail as it leaves. It says that a program wrote it, so that no out-of-office answers, and at which address such mails end.

    Mail programs call that address by themselves where it is one of HTTPS (RFC 8058).
    """
    from email.policy import SMTP

    sender = settings.smtp_from or settings.smtp_username
    mail = EmailMessage(policy=SMTP.clone(max_line_length=LONGEST_LINE, cte_type="7bit"))
    mail["From"] = sender
    mail["To"] = to
    mail["Subject"] = " ".join(subject.split())
    mail["Date"] = formatdate(usegmt=True)
    mail["Message-ID"] = make_msgid(domain=parseaddr(sender)[1].partition("@")[2] or "localhost")
    mail["Auto-Submitted"] = "auto-generated"
    if leaving:
        mail["List-Unsubscribe"] = f"<{leaving}>"
    if leaving.startswith("https://"):
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(text)
    for one in files:
        main, _, sub = one.type.partition("/")
        mail.add_attachment(one.content, maintype=main, subtype=sub, filename=one.name)
    return mail


async def send_mail(
    settings: Settings, to: str, subject: str, text: str, files: Sequence[File] = (), leaving: str = ""
) -> None:
    """Send it, or raise what the server or the network said; nothing is kept here."""
    import aiosmtplib

    mail = write_mail(settings, to, subject, text, files, leaving)
    await aiosmtplib.send(
        mail.as_bytes(),  # the library would write the mail in lines of its own
        sender=parseaddr(mail["From"])[1],
        recipients=[parseaddr(mail["To"])[1]],
        hostname=settings.smtp_host,
        port=settings.smtp_port,
        username=settings.smtp_username or None,
        password=settings.smtp_password or None,
        use_tls=settings.smtp_security == "tls",
        start_tls=settings.smtp_security == "starttls",
        timeout=SECONDS,
    )
