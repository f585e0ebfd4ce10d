"""Passwords: which are good enough, and argon2id, computed beside the event loop and a few at a time."""

import asyncio
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

from lyhord.kit.problems import Invalid

if TYPE_CHECKING:
    from argon2 import PasswordHasher

LEAST = 10
MOST = 1_000

_at_once = 2
_busy: dict[asyncio.AbstractEventLoop, asyncio.Semaphore] = {}

_COMMON = frozenset(
    """1234567890 0123456789 12345678910 0987654321 9876543210 1q2w3e4r5t 1q2w3e4r5t6y 1qaz2wsx3edc qwertyuiop
    qwerty12345 qwerty123456 qwertyuiop1 q1w2e3r4t5 q1w2e3r4t5y6 asdfghjkl1 zxcvbnm123 abcdefghij abcdefghijk abcd123456
    abc1234567 abc123456789 password12 password123 password1234 password12345 passw0rd123 p@ssw0rd123 p@ssword123
    mypassword1 thepassword password!1 password123! passwordpassword letmein123 letmein1234 welcome123 welcome1234
    welcome2024 welcome2025 welcome2026 iloveyou12 iloveyou123 iloveyou1234 administrator administrator1 admin12345
    admin123456 admin123456789 changeme123 changemenow superman123 football123 baseball123 basketball liverpool1
    liverpoolfc manchester chelsea123 princess123 sunshine123 dragon12345 monkey12345 michelle123 charlie1234
    trustno1234 starwars123 computer123 internet123 whatever123 freedom1234 summer2024 summer2025 summer2026
    winter2024 winter2025 winter2026 spring2026 autumn2026 january2026 september1 december12 november2026 hejsan12345
    lösenord123 losenord123 losenord1234 sommar2025 sommar2026 passord1234 passord12345 sommeren2026 salasana123
    salasana1234 salasana12345 kesäloma2026 perkele123 woaini1314 woaini520520 5201314520 1314520520 a123456789
    aa123456789 123456789a 1234567890a 12345qwert 12345qwerty 123123123123 1122334455 11223344556 1212121212
    147258369a 1472583690 7894561230 1029384756 6677889900 correcthorsebatterystaple""".split()  # noqa: SIM905 - a list literal would be a page long
)


def check_password(password: str, email: str) -> None:
    """Raise `Invalid` with a message key for the field `password` when it is too easy to guess."""
    key = _weakness(unicodedata.normalize("NFKC", password), email)
    if key:
        raise Invalid("Choose another password.", fields={"password": key})


async def hash_password(password: str) -> str:
    """The argon2id hash of a password, about 20 ms beside the event loop."""
    async with _turn():
        return await asyncio.to_thread(_hash, unicodedata.normalize("NFKC", password))


async def verify_password(stored: str | None, password: str) -> bool:
    """Whether the password fits. Without a stored hash it is False after the same work, so that time tells nothing."""
    async with _turn():
        fits = await asyncio.to_thread(_verify, stored, unicodedata.normalize("NFKC", password[:MOST]))
    return fits and bool(stored)


@cache
def _tools() -> "tuple[PasswordHasher, str]":
    """What hashes, and the hash of nobody's password. Loaded and made at the first sign-in, whoever it is that signs in."""
    from argon2 import PasswordHasher  # noqa: PLC0415 - an idle server spares it

    hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
    return hasher, hasher.hash("the password of an address that we don't know")


def _hash(password: str) -> str:
    return _tools()[0].hash(password)


def _verify(stored: str | None, password: str) -> bool:
    from argon2.exceptions import InvalidHashError, VerificationError  # noqa: PLC0415 - as above

    hasher, nobody = _tools()
    try:
        return hasher.verify(stored or nobody, password)
    except (VerificationError, InvalidHashError):
        return False


def _weakness(password: str, email: str) -> str:
    folded = password.casefold()
    address = email.casefold()
    checks = (
        (len(password) < LEAST, "password.short"),
        (len(password) > MOST, "password.long"),
        (folded in _COMMON or len(set(folded)) < 4, "password.common"),
        (bool(address) and folded in {address, address.partition("@")[0]}, "password.email"),
    )
    return next((key for wrong, key in checks if wrong), "")


def _turn() -> asyncio.Semaphore:
    """Few hashes at once: each takes 19 MB. One semaphore an event loop."""
    loop = asyncio.get_running_loop()
    for closed in [each for each in _busy if each.is_closed()]:
        del _busy[closed]
    return _busy.setdefault(loop, asyncio.Semaphore(_at_once))
