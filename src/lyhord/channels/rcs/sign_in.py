"""Signing in with a service account (RFC 7523): a statement that its key signed is exchanged for a token, kept until it is about to end."""

import asyncio
import hashlib
from time import monotonic, time
from typing import NamedTuple
from urllib.parse import urlencode

import msgspec
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey
from msgspec import Struct

from lyhord.conversations.account import Means
from lyhord.kit.egress import Call, Unreachable
from lyhord.kit.problems import Problem

SCOPE = "https://www.googleapis.com/auth/rcsbusinessmessaging"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_LIFE_SECONDS, _MARGIN_SECONDS = 3_600, 300
_BUSY = {429, 500, 502, 503, 504}
"""What says nothing of the service account."""


class ServiceAccount(Struct, frozen=True):
    """The file that Google gives out with a key, as far as it is needed."""

    client_email: str
    private_key: str
    private_key_id: str = ""
    token_uri: str = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address


class NotAdmitted(Problem):
    """Google, or we, can't make anything of the service account. `detail` is what Google says about it."""

    status = 502
    key = "channel.rcs.bad_account"


class _Kept(NamedTuple):
    token: str
    until: float


class Tools:
    """What the inboxes of one process share: tokens by service account."""

    def __init__(self, means: Means) -> None:
        self.means = means
        self._kept: dict[str, _Kept] = {}
        self._lock = asyncio.Lock()

    async def close(self) -> None:
        """Let go of connections."""
        await self.means.close()

    async def token(self, service_account: str, refused: str = "") -> str:
        """One that holds and isn't `refused`. Raises `NotAdmitted`, and what `Means.call` raises."""
        name = hashlib.sha256(service_account.encode("utf-8", "replace")).hexdigest()
        async with self._lock:
            kept = self._kept.get(name)
            if kept is None or kept.token == refused or monotonic() >= kept.until:
                kept = self._kept[name] = await self._exchange(read_account(service_account))
            return kept.token

    async def _exchange(self, account: ServiceAccount) -> _Kept:
        body = urlencode({"grant_type": GRANT, "assertion": statement(account, int(time()))}).encode()
        headers = {"content-type": "application/x-www-form-urlencoded"}
        call = Call(url=account.token_uri, method="POST", headers=headers, body=body, seconds=8)
        answer = await self.means.call(call)
        if answer.status in _BUSY:
            raise Unreachable(f"HTTP {answer.status} instead of a token", sent=False)
        try:
            said = msgspec.json.decode(answer.body, type=_Answer)
        except (msgspec.MsgspecError, ValueError):
            said = _Answer()
        if answer.status != 200 or not said.access_token:
            raise NotAdmitted((said.error_description or said.error or f"HTTP {answer.status}")[:200])
        return _Kept(said.access_token, monotonic() + said.expires_in - _MARGIN_SECONDS)


class _Answer(Struct, frozen=True):
    access_token: str = ""
    expires_in: float = 0
    error: str = ""
    error_description: str = ""


def read_account(text: str) -> ServiceAccount:
    """The service account in its JSON file; raises `NotAdmitted` where that is none."""
    try:
        return msgspec.json.decode(text, type=ServiceAccount)
    except (msgspec.MsgspecError, ValueError):
        raise NotAdmitted("this isn't the JSON file of a service account") from None


def statement(account: ServiceAccount, now: int) -> str:
    """Who asks for which scope, signed (RS256) and good for an hour from `now` (Unix seconds); raises `NotAdmitted` for a bad key."""
    who = {"iss": account.client_email, "scope": SCOPE, "aud": account.token_uri}
    claims = {**who, "iat": now, "exp": now + _LIFE_SECONDS}
    try:
        key = RSAKey.import_key(account.private_key)
        return jwt.encode({"alg": "RS256", "kid": account.private_key_id}, claims, key, algorithms=["RS256"])
    except (JoseError, ValueError, TypeError):
        raise NotAdmitted("the private key can't be read") from None
