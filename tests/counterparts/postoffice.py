"""A real post office on loopback: Postfix and Dovecot from Debian, with configurations of their own, on free ports.

Needs root, since Postfix changes users, and the packages postfix, dovecot-imapd and dovecot-lmtpd. Where they are missing the
tests that ask for it fail and say what to install; they are never skipped.
"""

import imaplib
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from smtplib import SMTP

import pytest

from tests.counterparts.ports import free_ports

PACKAGES = "postfix dovecot-imapd dovecot-lmtpd"
PASSWORD = "secret of the tests"
MAILBOXES = ("desk@support.test", "sales@support.test", "anna@customer.test", "ben@customer.test")
QUEUES = ("maildrop", "incoming", "active", "deferred")
POSTFIX = "/usr/sbin/postfix"
DOVECOT = "/usr/sbin/dovecot"

MAIN_CF = """
compatibility_level = 3.6
queue_directory = {root}/queue
data_directory = {root}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
myhostname = mx.support.test
mydestination =
local_recipient_maps =
alias_maps =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
virtual_mailbox_domains = support.test, customer.test
virtual_mailbox_maps = static:1
virtual_transport = lmtp:inet:127.0.0.1:{lmtp}
recipient_delimiter = +
default_transport = error:5.1.2 no network beyond this machine
disable_dns_lookups = yes
smtp_host_lookup = native
maillog_file = {root}/postfix.log
maillog_file_prefixes = {root}
message_size_limit = 100000000
mailbox_size_limit = 0
virtual_mailbox_limit = 0
smtpd_recipient_restrictions = permit_sasl_authenticated, permit_mynetworks, reject_unauth_destination
smtpd_sasl_type = dovecot
smtpd_sasl_path = inet:127.0.0.1:{auth}
smtpd_tls_cert_file = {root}/server.pem
smtpd_tls_key_file = {root}/server.key
"""

MASTER_CF = """
127.0.0.1:{smtp} inet n - n - - smtpd
127.0.0.1:{submission} inet n - n - - smtpd
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_tls_security_level=may
  -o smtpd_relay_restrictions=permit_sasl_authenticated,reject
  -o smtpd_recipient_restrictions=permit_sasl_authenticated,reject
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""

DOVECOT_CONF = """
base_dir = {root}/run
state_dir = {root}/state
log_path = {root}/dovecot.log
protocols = imap lmtp
listen = 127.0.0.1
ssl = yes
ssl_cert = <{root}/server.pem
ssl_key = <{root}/server.key
disable_plaintext_auth = no
auth_mechanisms = plain login xoauth2 oauthbearer
mail_location = maildir:{root}/mail/%d/%n
mail_uid = dovecot
mail_gid = dovecot
first_valid_uid = 1
recipient_delimiter = +
namespace inbox {{
  inbox = yes
}}
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {root}/oauth2.conf
}}
passdb {{
  driver = passwd-file
  mechanisms = plain login
  args = scheme=PLAIN username_format=%u {root}/users
}}
userdb {{
  driver = passwd-file
  args = username_format=%u {root}/users
  default_fields = uid=dovecot gid=dovecot home={root}/mail/%d/%n
}}
service imap-login {{
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {lmtp}
  }}
}}
service auth {{
  inet_listener {{
    address = 127.0.0.1
    port = {auth}
  }}
}}
"""

OAUTH2_CONF = """
introspection_url = http://127.0.0.1:{issuer}/introspect
introspection_mode = post
username_attribute = username
active_attribute = active
active_value = true
"""


class PostOffice:
    """Both servers, running. Ports are attributes."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.smtp, self.submission, self.imap, self.imaps, self.lmtp, self.auth, self.issuer = free_ports(7)

    def start(self) -> None:
        ports = {name: value for name, value in vars(self).items() if isinstance(value, int)}
        for folder in ("queue", "data", "pf", "mail", "run", "state"):
            (self.root / folder).mkdir()
        shutil.chown(self.root / "mail", "dovecot", "dovecot")
        shutil.chown(self.root / "data", "postfix", "postfix")
        make_certificate(self.root)
        users = "".join(f"{name}:{{PLAIN}}{PASSWORD}::::::\n" for name in MAILBOXES)
        for name, text in {
            "pf/main.cf": MAIN_CF,
            "pf/master.cf": MASTER_CF,
            "dovecot.conf": DOVECOT_CONF,
            "oauth2.conf": OAUTH2_CONF,
        }.items():
            (self.root / name).write_text(text.format(root=self.root, **ports))
        (self.root / "users").write_text(users)
        run(DOVECOT, "-c", str(self.root / "dovecot.conf"))
        run(POSTFIX, "-c", str(self.root / "pf"), "start")
        for port in (self.imap, self.lmtp, self.smtp, self.submission):
            wait_for_port(port)

    def stop(self) -> None:
        """By the process ids that the two wrote down."""
        with suppress(FileNotFoundError, ProcessLookupError):
            os.kill(int((self.root / "run" / "master.pid").read_text()), 15)
        with suppress(AssertionError):  # it never started
            run(POSTFIX, "-c", str(self.root / "pf"), "stop")

    def post(self, mail: EmailMessage | bytes, sender: str, recipient: str) -> None:
        """As an outside program would: a customer's mail comes in."""
        content = mail if isinstance(mail, bytes) else mail.as_bytes(policy=policy.SMTP)
        with SMTP("127.0.0.1", self.smtp, timeout=60) as server:
            server.sendmail(sender, [recipient], content)

    @contextmanager
    def mailbox(self, name: str) -> Iterator[imaplib.IMAP4]:
        """The customer's own view of a mailbox."""
        box = imaplib.IMAP4("127.0.0.1", self.imap, timeout=20)
        try:
            box.login(name, PASSWORD)
            box.select()
            yield box
        finally:
            box.logout()

    def list_mails(self, name: str) -> list[EmailMessage]:
        """Every mail in a mailbox, oldest first."""
        with self.mailbox(name) as box:
            numbers = box.search(None, "ALL")[1][0].split()
            answers = [box.fetch(number.decode(), "(BODY.PEEK[])")[1][0] for number in numbers]
            return [
                message_from_bytes(answer[1], policy=policy.default) for answer in answers if isinstance(answer, tuple)
            ]

    def flags(self, name: str) -> list[str]:
        """The flags of every mail in a mailbox, as the server writes them."""
        with self.mailbox(name) as box:
            return [str(answer) for answer in box.fetch("1:*", "(FLAGS)")[1] if answer]

    def wait_for_mail(self, name: str, count: int, seconds: float = 60) -> list[EmailMessage]:
        """The mails of a mailbox once there are `count`; fails when they don't come."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            mails = self.list_mails(name)
            if len(mails) >= count:
                return mails
            time.sleep(0.1)
        raise AssertionError(f"{name} has {len(self.list_mails(name))} mails, not {count}\n{self.log()}")

    def empty(self, name: str) -> None:
        """Throw away what a mailbox holds."""
        with self.mailbox(name) as box:
            if box.search(None, "ALL")[1][0]:
                box.store("1:*", "+FLAGS", "\\Deleted")
                box.expunge()

    def clear(self) -> None:
        """Wait until nothing is on its way any more, and throw away what all mailboxes hold."""
        self.settle()
        for name in MAILBOXES:
            self.empty(name)

    def settle(self, seconds: float = 60) -> None:
        """Wait until nothing is on its way any more."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if not [entry for part in QUEUES for entry in (self.root / "queue" / part).rglob("*") if entry.is_file()]:
                return
            time.sleep(0.05)
        raise AssertionError(f"mails are still on their way\n{self.log()}")

    def log(self) -> str:
        """The end of both servers' logs, for a test that fails."""
        logs = [self.root / "postfix.log", self.root / "dovecot.log"]
        return "\n".join(log.read_text(errors="replace")[-3_000:] for log in logs if log.exists())


def make_certificate(root: Path) -> None:
    """A certificate for localhost and 127.0.0.1, signed by itself."""
    import datetime as dt
    import ipaddress

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    names: list[x509.GeneralName] = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (root / "server.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (root / "server.key").write_bytes(private)


def run(*command: str) -> None:
    """Into a file, since both servers live on and would hold a pipe open."""
    with tempfile.TemporaryFile("w+") as said:
        code = subprocess.run(
            command, stdout=said, stderr=said, stdin=subprocess.DEVNULL, check=False, timeout=60
        ).returncode
        said.seek(0)
        assert code == 0, f"{' '.join(command)}: {said.read()}"


def wait_for_port(port: int) -> None:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError(f"nothing listens on {port}")


def require_post_office() -> None:
    """Fail, and say what is needed, where the servers can't run."""
    missing = [program for program in (POSTFIX, DOVECOT, "/usr/lib/dovecot/lmtp") if not Path(program).exists()]
    if missing or os.geteuid() != 0:
        pytest.fail(
            f"These tests need root and Postfix with Dovecot: apt-get install --no-install-recommends {PACKAGES}. "
            f"Missing: {missing or 'root'}",
            pytrace=False,
        )


@contextmanager
def open_post_office() -> Iterator[PostOffice]:
    """Both servers in a folder of their own, stopped at the end."""
    require_post_office()
    root = Path(tempfile.mkdtemp(prefix="post-office-"))
    root.chmod(0o755)
    office = PostOffice(root)
    try:
        office.start()
        yield office
    finally:
        office.stop()
        shutil.rmtree(root, ignore_errors=True)


@pytest.fixture(scope="session")
def post_office() -> Iterator[PostOffice]:
    """Postfix and Dovecot, once for all tests that ask."""
    with open_post_office() as office:
        yield office
