"""A passkey in a few lines: what a browser and its authenticator make of a challenge."""

import hashlib
import json
import os
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from lyhord.workspaces.passkeys import decode, encode
from tests.workspaces.house import BASE

PRESENT, VERIFIED, ATTESTED = 1, 4, 64


class Authenticator:
    """Holds one key for `desk.example`. Without `verifies` it asks its owner for nothing but a touch."""

    def __init__(self, *, verifies: bool = True) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._id = os.urandom(16)
        self._flags = PRESENT | (VERIFIED if verifies else 0)
        self._uses = 0
        self.handle = ""

    def create(self, offer: dict[str, Any], *, origin: str = BASE) -> dict[str, Any]:
        """The answer to an offer to add a passkey."""
        self.handle = offer["user_id"]
        numbers = self._key.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        kept = bytes(16) + len(self._id).to_bytes(2, "big") + self._id + cbor2.dumps(public)
        data = self._data(offer["host"], ATTESTED) + kept
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        told = self._client("webauthn.create", offer["challenge"], origin)
        return self._answer({"clientDataJSON": encode(told), "attestationObject": encode(attestation)})

    def get(self, challenge: dict[str, Any], *, origin: str = BASE) -> dict[str, Any]:
        """The answer to a challenge."""
        self._uses += 1
        data = self._data(challenge["host"])
        told = self._client("webauthn.get", challenge["challenge"], origin)
        signature = self._key.sign(data + hashlib.sha256(told).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(
            {
                "clientDataJSON": encode(told),
                "authenticatorData": encode(data),
                "signature": encode(signature),
                "userHandle": self.handle,
            }
        )

    def _data(self, host: str, more: int = 0) -> bytes:
        flags = bytes([self._flags | more])
        return hashlib.sha256(host.encode()).digest() + flags + self._uses.to_bytes(4, "big")

    @staticmethod
    def _client(kind: str, challenge: str, origin: str) -> bytes:
        assert decode(challenge)
        return json.dumps({"type": kind, "challenge": challenge, "origin": origin, "crossOrigin": False}).encode()

    def _answer(self, response: dict[str, str]) -> dict[str, Any]:
        name = encode(self._id)
        return {"id": name, "rawId": name, "type": "public-key", "response": response}
