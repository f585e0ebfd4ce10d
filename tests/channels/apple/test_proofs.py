"""Tokens and sealed files, held against software that isn't ours: PyJWT makes and reads the tokens, `openssl` the files."""

import shutil
import subprocess
import time
from base64 import b64decode, b64encode
from contextlib import suppress
from typing import Any

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lyhord.channels.apple.adapter import Apple
from lyhord.channels.apple.options import read_options
from lyhord.channels.apple.payloads import Stored
from lyhord.channels.apple.sealing import seal, unseal
from lyhord.channels.apple.tokens import find_fault, make_token
from lyhord.kit.problems import NotFound
from tests.channels.apple.said import BUSINESS, MSP, SECRET, account, body, call, token

OPENSSL = shutil.which("openssl")
OTHER = b64encode(bytes(range(1, 33))).decode()
NOW = 1_772_355_600


def openssl(content: bytes, key: str) -> bytes:
    """The same in counter mode from zero, as another program does it; its own inverse."""
    assert OPENSSL is not None
    asked = [OPENSSL, "enc", "-aes-256-ctr", "-K", key, "-iv", "0" * 32, "-nopad"]
    return subprocess.run(asked, input=content, capture_output=True, check=True, timeout=20).stdout


@pytest.mark.skipif(OPENSSL is None, reason="openssl is not there")
@pytest.mark.parametrize("plain", [b"", b"x", b"one block of text", bytes(range(256)) * 5_000])
def test_openssl_opens_what_we_seal_and_we_open_what_it_seals(plain: bytes) -> None:
    sealed, key = seal(plain)
    assert key.startswith("00")
    assert (len(key), len(sealed)) == (66, len(plain))
    assert openssl(sealed, key[2:]) == plain
    assert unseal(openssl(plain, key[2:]), key) == plain
    assert unseal(sealed, key.upper()) == plain


def test_no_key_is_used_twice() -> None:
    assert len({seal(b"same")[1] for _ in range(50)}) == 50


@given(st.text(max_size=80))
def test_what_is_no_key_opens_nothing_and_nothing_else_is_raised(written: str) -> None:
    with suppress(NotFound):
        assert len(unseal(b"abc", written)) == 3
    checksum = Stored(signature=written).checksum
    assert not checksum or b64decode(checksum).hex() == "".join(written.split()).lower()


def test_pyjwt_reads_our_token() -> None:
    made = make_token(read_options(account()))
    claims = jwt.decode(made, b64decode(SECRET), algorithms=["HS256"])
    assert claims["iss"] == MSP
    assert abs(claims["iat"] - time.time()) < 60
    assert jwt.get_unverified_header(made)["alg"] == "HS256"
    with pytest.raises(jwt.InvalidSignatureError):
        jwt.decode(made, b64decode(OTHER), algorithms=["HS256"])


ENDED, ELSEWHERE, NONE = "token doesn't fit the secret, or has ended", "token is for another provider", "no token"


@pytest.mark.parametrize(
    ("claims", "fault"),
    [
        ({}, ""),
        ({"aud": ["other", MSP]}, ""),
        ({"exp": int(time.time()) + 3_600}, ""),
        ({"exp": NOW}, ENDED),
        ({"nbf": int(time.time()) + 3_600}, ENDED),
        ({"secret": OTHER}, ENDED),
        ({"aud": "other"}, ELSEWHERE),
        ({"aud": ["other"]}, ELSEWHERE),
    ],
    ids=["plain", "several", "holds", "ended", "later", "forged", "elsewhere", "all elsewhere"],
)
def test_only_a_token_of_apples_for_this_provider_opens(claims: dict[str, Any], fault: str) -> None:
    assert find_fault(f"Bearer {token(**claims)}", read_options(account())) == fault


def test_only_the_one_algorithm_is_believed() -> None:
    key = bytes(range(64))
    options = read_options(account(api_secret=b64encode(key).decode()))
    assert find_fault(f"Bearer {jwt.encode({'aud': MSP}, key, algorithm='HS256')}", options) == ""
    assert find_fault(f"Bearer {jwt.encode({'aud': MSP}, key, algorithm='HS512')}", options) == ENDED
    assert find_fault(f"Bearer {jwt.encode({'aud': MSP}, '', algorithm='none')}", options) == ENDED


@pytest.mark.parametrize("header", ["", "Bearer", "Basic {}", "Bearer " + "x" * 5_000])
def test_without_a_token_nobody_is_believed(header: str) -> None:
    assert find_fault(header.format(token()), read_options(account())) in (NONE, ENDED)
    assert find_fault(f"bearer  {token()}", read_options(account())) == ""


@given(st.text(max_size=60))
def test_no_header_makes_it_raise(authorization: str) -> None:
    assert find_fault(f"Bearer {authorization}", read_options(account()))


def test_a_call_for_another_business_is_refused() -> None:
    assert Apple(account()).verify(call(body())).ok
    verdict = Apple(account()).verify(call(body(), **{"destination-id": "another"}))
    assert (verdict.ok, verdict.reason) == (False, "another business is called")
    assert Apple(account(business_id=f"urn:biz:{BUSINESS}")).verify(call(body())).ok


@pytest.mark.parametrize("settings", [{"api_secret": ""}, {"api_secret": "not base64!"}, {"msp_id": ""}])
def test_without_secret_or_provider_nobody_is_believed(settings: dict[str, Any]) -> None:
    forged = token(aud="") if settings.get("msp_id") == "" else token()
    assert not Apple(account(**settings)).verify(call(body(), authorization=f"Bearer {forged}")).ok
