"""The CSV file: what customers wrote stays text in a spreadsheet, and reads back as it was."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from lyhord.contacts.export import COLUMNS, LAST_COLUMNS, header, lines
from lyhord.contacts.model import Contact, Definition, Identity

ANNA = Contact("id1", "Anna", "sv", "", {}, None, None, 1_772_355_600_000, 1_772_355_600_000)


def read(text: str) -> list[dict[str, str]]:
    """The rows of a file."""
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def identity(scheme: str, shown: str) -> Identity:
    """An identity of hers."""
    return Identity(scheme, shown.lower(), shown, "", "channel", None, "id1")


def test_everything_stands_in_its_column() -> None:
    addresses = (
        identity("email", "A@x.se"),
        identity("email", "b@x.se"),
        identity("tel", "+46701"),
        identity("webchat", "v1"),
    )
    anna = replace(
        ANNA,
        identities=addresses,
        about='Likes\n"apples", 苹果',
        attributes={"tier": 1, "paid": True},
        tags=("vip", "fair"),
        organization_id="o1",
        blocked_at=0,
    )
    paid = Definition("contact", "paid", "Has paid", "yes_no")
    [row] = read(header([paid]) + lines([anna], [paid], {"o1": "Acme"}, {"id1": ["Likes pears", "=1"]}))
    assert tuple(row) == (*COLUMNS, "Has paid", *LAST_COLUMNS)
    assert row == {
        "lyhord_id": "id1",
        "name": "Anna",
        "email": "A@x.se; b@x.se",
        "phone": "'+46701",
        "other": "webchat:v1",
        "organization": "Acme",
        "tags": "vip, fair",
        "language": "sv",
        "about": 'Likes\n"apples", 苹果',
        "Has paid": "true",
        "attributes": '{"tier":1}',
        "blocked": "1970-01-01T00:00:00+00:00",
        "created_at": "2026-03-01T09:00:00+00:00",
        "facts": "Likes pears; =1",
    }


@pytest.mark.parametrize(
    "name", ["=1+1", "+1", "-1", "@sum(a1)", "\t=1", "\r=1", " =1", "  @x", '=HYPERLINK("http://x";"y")', "\n=1"]
)
def test_no_cell_begins_a_formula(name: str) -> None:
    [row] = read(header([]) + lines([replace(ANNA, name=name)], [], {}, {}))
    assert row["name"] == f"'{name}"


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"])), st.text(st.sampled_from("=+-@\",;\n' a")))
def test_whatever_was_written_reads_back(name: str, about: str) -> None:
    [row] = read(header([]) + lines([replace(ANNA, name=name, about=about)], [], {}, {}))
    for cell, written in ((row["name"], name), (row["about"], about)):
        assert cell in (written, f"'{written}")
        assert cell.lstrip(" ")[:1] not in {"=", "+", "-", "@"}
