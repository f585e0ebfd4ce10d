"""Public addresses of single files: only ours, only that file, only for a while."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lyhord.kit.clock import HOUR
from lyhord.kit.lending import LONGEST_ADDRESS, Lending, Lent
from lyhord.kit.problems import NotFound

NOW = 1_772_355_600_000
FILE, OTHER = "a" * 64, "b" * 64
LENDING = Lending(b"k" * 32, "https://desk.example/")


def lend(file: str = FILE, name: str = "Räkning 1.PDF", until: int = NOW + HOUR) -> str:
    return LENDING.address(file, name=name, type="application/pdf", until=until)


def token_of(address: str) -> str:
    return parse_qs(urlsplit(address).query)["lent"][0]


def test_an_address_lends_its_file_until_it_is_over() -> None:
    token = token_of(lend())
    assert LENDING.read(token, NOW) == Lent(FILE, "application/pdf", "Räkning 1.PDF", (NOW + HOUR) // 1000)
    assert LENDING.read(token, NOW + HOUR - 1).file == FILE
    with pytest.raises(NotFound):
        LENDING.read(token, NOW + HOUR)


def test_the_path_says_what_kind_it_is_and_nothing_more() -> None:
    assert urlsplit(lend()).path == "/file/file.pdf"
    assert lend().startswith("https://desk.example/file/file.pdf?lent=")
    assert [urlsplit(lend(name=name)).path for name in ("a", "a.b/c", "a.exe?x", "..", "a.ö")] == ["/file/file"] * 5


def test_the_same_file_has_the_same_address() -> None:
    assert lend() == lend()
    assert len({lend(), lend(OTHER), lend(name="b.pdf"), lend(until=NOW)}) == 4


def test_no_other_file_is_had_with_it() -> None:
    token = token_of(lend())
    plain = urlsafe_b64decode(token + "=" * (-len(token) % 4))
    changed = [plain[:place] + bytes([plain[place] ^ 1]) + plain[place + 1 :] for place in range(len(plain))]
    for forged in (*changed, plain + b"\0", plain[:-1], plain[-16:]):
        with pytest.raises(NotFound):
            LENDING.read(urlsafe_b64encode(forged).rstrip(b"=").decode(), NOW)
    with pytest.raises(NotFound):
        LENDING.read(f"{token}\n", NOW)


def test_it_is_short_enough_for_an_sms() -> None:
    assert len(lend(name="invoice.pdf")) < 160


def test_another_installation_signs_otherwise() -> None:
    with pytest.raises(NotFound):
        Lending(b"l" * 32, "https://desk.example").read(token_of(lend()), NOW)


@given(st.text() | st.text("abcABC019-_=", max_size=2000))
def test_nothing_invented_is_lent(token: str) -> None:
    with pytest.raises(NotFound):
        LENDING.read(token, NOW)


@given(st.text(max_size=1000))
def test_an_address_is_short_enough_for_whoever_fetches(name: str) -> None:
    address = lend(name=name)
    assert len(address) <= LONGEST_ADDRESS
    assert address.isascii()
    assert name.startswith(LENDING.read(token_of(address), NOW).name)
