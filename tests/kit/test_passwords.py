"""Passwords: which are refused, and that a hash fits one password only."""

import asyncio

import pytest

from lyhord.kit.passwords import check_password, hash_password, verify_password
from lyhord.kit.problems import Invalid


@pytest.mark.parametrize(
    ("password", "key"),
    [
        ("", "password.short"),
        ("ninechars", "password.short"),
        ("x" * 1001, "password.long"),
        ("password123", "password.common"),
        ("PassWord123", "password.common"),
        ("qwertyuiop", "password.common"),
        ("aaaaaaaaaaaa", "password.common"),
        ("abababababab", "password.common"),
        ("ada.lovelace", "password.email"),
        ("Ada.Lovelace@Example.org", "password.email"),
        ("ｐａｓｓｗｏｒｄ１２３", "password.common"),
    ],
)
def test_easy_passwords_are_refused_with_the_reason(password: str, key: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_password(password, "ada.lovelace@example.org")
    assert refused.value.fields == {"password": key}


@pytest.mark.parametrize(
    "password", ["tenletters", "ett långt lösenord", "我的密码是一句很长的话", "🐎🔋📎🪜🐎🔋📎🪜🐎🔋"]
)
def test_others_are_fine(password: str) -> None:
    check_password(password, "ada.lovelace@example.org")
    check_password(password, "")


async def test_a_hash_fits_its_password_only() -> None:
    stored = await hash_password("a fine sentence")
    assert stored.startswith("$argon2id$")
    assert "fine" not in stored
    assert await verify_password(stored, "a fine sentence")
    assert not await verify_password(stored, "a fine sentence ")
    assert not await verify_password(stored, "")


async def test_the_same_password_never_has_the_same_hash() -> None:
    assert await hash_password("a fine sentence") != await hash_password("a fine sentence")


async def test_however_a_keyboard_composes_letters_the_password_fits() -> None:
    assert await verify_password(await hash_password("lo\u0308senordet"), "l\u00f6senordet")


@pytest.mark.parametrize("stored", [None, "", "plain text", "$argon2id$broken"])
async def test_no_hash_fits_nothing(stored: str | None) -> None:
    assert not await verify_password(stored, "the password of an address that we don't know")


async def test_hashing_leaves_the_event_loop_free() -> None:
    hashing = asyncio.gather(*(hash_password(f"sentence number {number}") for number in range(4)))
    turns = 0
    while not hashing.done():
        await asyncio.sleep(0)
        turns += 1
    assert turns > 10
    assert len(set(await hashing)) == 4
