"""How the mailbox proves who it is to its servers: a password, or an access token got for a refresh token (OAuth 2)."""

import asyncio
import time
from urllib.parse import urlencode

import msgspec
from msgspec import Struct

from lyhord.channels.mail.options import Options
from lyhord.channels.mail.tools import Tools
from lyhord.conversations.account import Account
from lyhord.kit.egress import Call, Unreachable

PRESETS = {
    "google": "https://oauth2.googleapis.com/token",
    "microsoft": "https://login.microsoftonline.com/common/oauth2/v2.0/token",
}
"""Where the large providers hand out access tokens."""

SPARE_SECONDS = 60
_ISSUER_REFUSES = {400, 401, 403}


class SignInRefused(Exception):
    """The credentials aren't accepted; somebody has to look at them."""


class Credentials(Struct, frozen=True):
    """What to sign in with. `token` is set for XOAUTH2; without a user name nobody signs in."""

    username: str
    password: str = ""
    token: str = ""


class _Granted(Struct):
    access_token: str
    expires_in: float = 3600
    refresh_token: str = ""


class SignIn:
    """The credentials of one account; keeps its access token until shortly before it ends."""

    def __init__(self, account: Account, options: Options, tools: Tools) -> None:
        self._account = account
        self._options = options
        self._tools = tools
        self._secrets = dict(account.secrets)
        self._token = ""
        self._until = 0.0
        self._renewing = asyncio.Lock()

    async def credentials(self) -> Credentials:
        """What to sign in with now. Raises `SignInRefused`, or `Unreachable` where the issuer can't be asked."""
        options = self._options
        if options.auth == "none":
            return Credentials("")
        if options.auth == "password":
            return Credentials(options.username, self._secrets.get("password", ""))
        async with self._renewing:  # a refresh token may be good for one use only
            if time.monotonic() >= self._until:
                await self._renew()
        return Credentials(options.username, token=self._token)

    def forget(self) -> None:
        """Ask for a new access token next time: a server refused this one."""
        self._until = 0.0

    async def _renew(self) -> None:
        form = {
            "grant_type": "refresh_token",
            "refresh_token": self._secrets.get("refresh_token", ""),
            "client_id": self._options.client_id,
            "client_secret": self._secrets.get("client_secret", ""),
        }
        call = Call(
            url=PRESETS.get(self._options.auth, self._options.token_address),
            method="POST",
            headers={"content-type": "application/x-www-form-urlencoded", "accept": "application/json"},
            body=urlencode({name: value for name, value in form.items() if value}).encode(),
            size=100_000,
        )
        answer = await self._tools.call(call)
        if answer.status in _ISSUER_REFUSES:
            raise SignInRefused(_reason(answer.body))
        try:
            granted = msgspec.json.decode(answer.body, type=_Granted)
        except msgspec.MsgspecError as error:
            raise Unreachable(f"the token issuer answered {answer.status}", sent=True) from error
        self._token = granted.access_token
        self._until = time.monotonic() + max(0.0, granted.expires_in - SPARE_SECONDS)
        if granted.refresh_token and granted.refresh_token != self._secrets.get("refresh_token"):
            self._secrets["refresh_token"] = granted.refresh_token
            if self._tools.keep_secrets is not None:
                await self._tools.keep_secrets(self._account.workspace_id, self._account.inbox_id, self._secrets)


def _reason(body: bytes) -> str:
    """What the issuer said, without anything that could be a secret."""
    try:
        answer = msgspec.json.decode(body, type=dict[str, object])
    except msgspec.MsgspecError:
        return "the token issuer refused"
    return str(answer.get("error", "refused"))[:100]
