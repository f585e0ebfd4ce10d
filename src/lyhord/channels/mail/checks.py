"""Trying a mailbox for real before it is saved: the settings, the way in, the way out, each with the field to look at."""

import asyncio
import socket

from lyhord.channels.mail.addresses import is_address
from lyhord.channels.mail.faults import TROUBLE, Told, tell
from lyhord.channels.mail.mailbox import Folder
from lyhord.channels.mail.options import Options, Server
from lyhord.channels.mail.outgoing import connect_to, enter, hung_up
from lyhord.channels.mail.sign_in import PRESETS, SignIn
from lyhord.conversations.account import Account, Health

SECONDS = 8.0


async def check(account: Account, options: Options, sign_in: SignIn) -> Health:
    """Both directions at once, within ten seconds. Says everything that is wrong, not only the first."""
    problems = _check_settings(account, options)
    if problems:
        return Health(ok=False, problems=tuple(problems))
    ways = [_check_smtp(options, sign_in)]
    if options.receive == "imap":
        ways.append(_check_imap(options, sign_in))
    elif options.receive == "smtp":
        ways.append(_check_port(options.listen))
    found = await asyncio.gather(*ways)
    told = dict.fromkeys(problem for problem in found if problem is not None)
    return Health(ok=not told, problems=tuple(told))


def _check_settings(account: Account, options: Options) -> list[Told]:
    needed = {"smtp_host": options.smtp.host}
    if options.receive == "imap":
        needed["imap_host"] = options.imap.host
    if options.auth == "password":
        needed["password"] = account.secrets.get("password", "")
    elif options.auth != "none":
        needed["client_id"] = options.client_id
        needed["refresh_token"] = account.secrets.get("refresh_token", "")
        if options.auth not in PRESETS:
            needed["token_address"] = options.token_address
    if options.reply_addresses == "domain":
        needed["reply_domain"] = options.reply_domain
    problems: list[Told] = [(field, "problem.mail.missing", "") for field, value in needed.items() if not value]
    if not is_address(options.address):
        problems.append(("address", "problem.mail.no_address", options.address[:100]))
    if options.receive == "smtp" and not 0 < options.listen.port < 65_536:
        problems.append(("listen_port", "problem.mail.missing", ""))
    return problems


async def _check_smtp(options: Options, sign_in: SignIn) -> Told | None:
    client = connect_to(options, SECONDS)
    try:
        with hung_up(client):
            async with asyncio.timeout(SECONDS):
                await enter(client, await sign_in.credentials())
                await client.noop()
    except TROUBLE as error:
        return tell(error, "smtp")
    return None


async def _check_imap(options: Options, sign_in: SignIn) -> Told | None:
    folder = Folder(options, SECONDS)
    try:
        async with asyncio.timeout(SECONDS):
            await folder.open(await sign_in.credentials())
    except TROUBLE as error:
        return tell(error, "imap")
    finally:
        folder.drop()
    return None


async def _check_port(server: Server) -> Told | None:
    """Whether something answers there already (this inbox, when it is saved) or the port can be had."""
    try:
        await asyncio.to_thread(_try_port, server)
    except OSError as error:
        return "listen_port", "problem.mail.port_taken", str(error)[:100]
    return None


def _try_port(server: Server) -> None:
    family = socket.AF_INET6 if ":" in server.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.settimeout(2)
        if probe.connect_ex((server.host, server.port)) == 0 and probe.recv(200).endswith(b"Lyhord\r\n"):
            return
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((server.host, server.port))
