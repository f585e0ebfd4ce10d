"""What the columns are likely to be, and what a row of them says."""

from typing import Any

import pytest

from lyhord.contacts.imports.model import Refusal, Row, guess_fields, read_row
from lyhord.contacts.model import Attribute, Definition

PLAN = Definition("contact", "plan", "Plan", "choice", ("Small", "Large"))
PAID = Definition("contact", "paid", "Paid", "yes_no")
SINCE = Definition("contact", "since", "Customer since", "date")
SCORE = Definition("contact", "score", "Score", "number")
FIELDS = {one.key: one for one in (PLAN, PAID, SINCE, SCORE)}


def read(**cells: str) -> Row | Refusal:
    """A row whose columns are known."""
    fields = [name.replace("__", ":") for name in cells]
    return read_row(list(cells.values()), fields, FIELDS)


@pytest.mark.parametrize(
    ("head", "fields"),
    [
        (["First Name", "Last name", "E-mail", "Mobile"], ("first_name", "last_name", "email", "phone")),
        (["Förnamn", "Efternamn", "E-post", "Företag"], ("first_name", "last_name", "email", "organization")),
        (["Nimi", "Sähköposti", "Puhelin", "Yritys"], ("name", "email", "phone", "organization")),
        (["姓名", "邮箱", "电话", "标签"], ("name", "email", "phone", "tags")),
        (["Navn", "Telefon", "telefon", "Kundenummer"], ("name", "phone", "phone", "external_id")),
        (["name", "Customer", "Shoe size", "customer since"], ("name", "", "", "attribute:since")),
    ],
)
def test_columns_are_guessed_by_their_heads(head: list[str], fields: tuple[str, ...]) -> None:
    assert guess_fields(head, list(FIELDS.values())) == fields


def test_a_row_says_everything_about_one_contact() -> None:
    row = read(
        first_name="Anna",
        last_name="Berg",
        email="Anna@Shop.example; a@home.example",
        phone="+46 70 123 45 67",
        external_id="K-17",
        organization="Acme",
        tags="#VIP, trade fair; vip",
        language="sv",
        about="Nice",
        attribute__plan="large",
        attribute__paid="Ja",
        attribute__since="1.3.2026",
        attribute__score="1 234,5",
        attribute__shoes="42",
    )
    keys = (
        ("email", "Anna@Shop.example"),
        ("email", "a@home.example"),
        ("tel", "+46 70 123 45 67"),
        ("external", "K-17"),
    )
    values: dict[str, Attribute] = {
        "plan": "Large",
        "paid": True,
        "since": "2026-03-01",
        "score": 1234.5,
        "shoes": "42",
    }
    assert row == Row(keys, "Anna Berg", "Acme", "sv", "Nice", ("vip", "trade-fair"), values)


@pytest.mark.parametrize(
    ("cells", "refusal"),
    [
        ({"name": "Anna"}, Refusal("imports.refused_no_address")),
        ({"email": "anna at shop"}, Refusal("imports.refused_email", "anna at shop")),
        ({"phone": "call me"}, Refusal("imports.refused_phone", "call me")),
        ({"phone": "12"}, Refusal("imports.refused_phone", "12")),
        ({"email": "a@x.example", "language": "Swedish!"}, Refusal("imports.refused_language", "Swedish!")),
        ({"email": "a@x.example", "attribute__plan": "Huge"}, Refusal("imports.refused_value", "plan: Huge")),
        (
            {"email": "a@x.example", "attribute__since": "31.2.2026"},
            Refusal("imports.refused_value", "since: 31.2.2026"),
        ),
        ({"email": "a@x.example", "attribute__score": "many"}, Refusal("imports.refused_value", "score: many")),
        ({"email": "a@x.example", "about": "x" * 10_001}, Refusal("imports.refused_long")),
    ],
)
def test_what_does_not_fit_is_named(cells: dict[str, Any], refusal: Refusal) -> None:
    assert read(**cells) == refusal
