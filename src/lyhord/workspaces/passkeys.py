"""Passkeys (WebAuthn): what a browser is asked, and whether its answer holds.

A challenge is a sealed text that says when it ends, so that nothing is stored until it is answered; `actions/proving.py` sees to
it that each is answered once.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import msgspec
from msgspec import Struct

from lyhord.kit.clock import MINUTE
from lyhord.kit.problems import Invalid
from lyhord.kit.secrets import Sealer, Unreadable

LIFE = 5 * MINUTE
ALGORITHMS = (-8, -7, -257)
"""EdDSA, ES256, RS256: what authenticators in use speak, the best first."""

PasskeyAnswer = dict[str, Any]
"""What `navigator.credentials` answers, as JSON with base64url for bytes."""


class KnownKey(Struct, frozen=True):
    """A passkey that was added earlier."""

    credential_id: str
    public_key: str
    uses: int


class Keyring(Struct, frozen=True):
    """Asks and checks under the installation's own address, which browsers tie passkeys to."""

    sealer: Sealer
    base_address: str

    @property
    def host(self) -> str:
        """The name to which passkeys belong."""
        return urlsplit(self.base_address).hostname or "localhost"

    @property
    def origin(self) -> str:
        """Where the page that asks must have come from."""
        parts = urlsplit(self.base_address)
        return f"{parts.scheme}://{parts.netloc}"

    def make_challenge(self, purpose: str, now: int) -> str:
        """A challenge for "sign in" or for "add:<agent id>", as base64url."""
        return encode(self.sealer.seal({"purpose": purpose, "until": str(now + LIFE)}).encode())

    def check_challenge(self, credential: PasskeyAnswer, purpose: str, now: int) -> bytes:
        """The challenge that the answer names, if it is ours, of this purpose and not too old. Raises `Invalid`."""
        try:
            told = msgspec.json.decode(decode(credential["response"]["clientDataJSON"]), type=dict[str, Any])
            challenge = decode(told["challenge"])
            values = self.sealer.open(challenge.decode())
        except (KeyError, TypeError, ValueError, AttributeError, Unreadable, msgspec.MsgspecError) as error:
            raise refused() from error
        if values.get("purpose") != purpose or now >= int(values.get("until", "0")):
            raise Invalid("That took too long.", fields={"credential": "factor.late"})
        return challenge

    def check_new(self, credential: PasskeyAnswer, challenge: bytes) -> KnownKey:
        """The passkey that a browser made. Raises `Invalid`."""
        from webauthn import verify_registration_response  # noqa: PLC0415 - megabytes that most processes never need
        from webauthn.helpers.exceptions import WebAuthnException  # noqa: PLC0415 - as above

        try:
            made = verify_registration_response(
                credential=credential,
                expected_challenge=challenge,
                expected_rp_id=self.host,
                expected_origin=self.origin,
            )
        except (WebAuthnException, ValueError, TypeError, KeyError) as error:
            raise refused() from error
        return KnownKey(encode(made.credential_id), encode(made.credential_public_key), made.sign_count)

    def check_use(self, credential: PasskeyAnswer, challenge: bytes, key: KnownKey, *, alone: bool) -> int:
        """How often the passkey says that it was used. `alone`: it must have asked its owner for a PIN, a finger or a face."""
        from webauthn import verify_authentication_response  # noqa: PLC0415 - as above
        from webauthn.helpers.exceptions import WebAuthnException  # noqa: PLC0415 - as above

        try:
            used = verify_authentication_response(
                credential=credential,
                expected_challenge=challenge,
                expected_rp_id=self.host,
                expected_origin=self.origin,
                credential_public_key=decode(key.public_key),
                credential_current_sign_count=key.uses,
                require_user_verification=alone,
            )
        except (WebAuthnException, ValueError, TypeError, KeyError) as error:
            raise refused() from error
        return used.new_sign_count


def refused() -> Invalid:
    """Why a passkey wasn't taken, without more than that."""
    return Invalid("That passkey wasn't accepted.", fields={"credential": "factor.passkey_wrong"})


def user_handle(workspace_id: str, agent_id: str) -> str:
    """What a passkey remembers of its owner: two ids, no name, as base64url."""
    return encode(UUID(workspace_id).bytes + UUID(agent_id).bytes)


def read_handle(credential: PasskeyAnswer) -> tuple[str, str]:
    """(workspace id, agent id) of the owner that a passkey names. Raises `Invalid`."""
    try:
        handle = decode(credential["response"]["userHandle"])
        return str(UUID(bytes=handle[:16])), str(UUID(bytes=handle[16:]))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise refused() from error


def encode(data: bytes) -> str:
    """base64url without padding, as browsers write it."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """The bytes of base64url; raises ValueError."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
