"""What a workspace calls its own: kept whole, tried before it is kept, heard from then on, and hidden where the workspace says so."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from lyhord.hearing.entities.actions import change_book
from lyhord.hearing.entities.book import Book, OwnPattern, cleaned
from lyhord.hearing.entities.reading import make_hiding, read_body
from lyhord.hearing.findings.actions import findings_of
from lyhord.hearing.findings.detectors import list_detectors
from lyhord.hearing.findings.model import ENTITY
from lyhord.kit.problems import Invalid
from tests.hearing.conftest import Listener
from tests.web.conftest import company, site
from tests.web.site import Company, Site

__all__ = ["company", "site"]

NAMES = some.lists(some.text("aB ä", max_size=5), max_size=6).map(tuple)


@given(NAMES)
def test_names_stand_once_whatever_their_case_and_cleaning_again_changes_nothing(names: tuple[str, ...]) -> None:
    once = cleaned(Book(products=names))
    assert cleaned(once) == once
    folded = [one.casefold() for one in once.products]
    assert len(set(folded)) == len(folded)
    assert set(folded) == {" ".join(one.split()).casefold() for one in names} - {""}


async def heard(listener: Listener, text: str) -> list[str]:
    said = await listener.desk.say(text)
    await listener.work()
    found = await listener.desk.read(findings_of, [said.id])
    return [one.value for one in found.get(said.id, ()) if one.kind == ENTITY]


async def test_names_and_patterns_are_heard_from_their_change_on_and_made_once(listener: Listener) -> None:
    assert await heard(listener, "My lamp 4 came with KX-17") == []
    book = Book(products=("Lamp 4",), places=("Harbour Shop",), patterns=(OwnPattern("Contract", r"\b(KX-\d+)\b"),))
    await listener.desk.write(change_book, book)
    text = "My lamp 4 from the harbour shop came with contract kx-17"
    assert set(await heard(listener, text)) == {"product:Lamp 4", "place:Harbour Shop", "Contract:kx-17"}
    body = await listener.desk.read(read_body)
    assert list_detectors(body) == list_detectors(body)
    await listener.desk.write(change_book, Book())
    assert await heard(listener, text) == ["reference:KX-17"]


async def test_a_change_is_written_down_and_none_is_not(listener: Listener) -> None:
    listener.desk.kinds()
    await listener.desk.write(change_book, Book(products=("Lamp",)))
    await listener.desk.write(change_book, Book(products=(" Lamp ", "lamp")))
    assert listener.desk.kinds().count("entities.changed") == 1


@pytest.mark.parametrize("pattern", ["(", r"(?=x)", r"(a)\1"])
async def test_a_pattern_that_can_not_be_read_is_refused(listener: Listener, pattern: str) -> None:
    with pytest.raises(Invalid):
        await listener.desk.write(change_book, Book(patterns=(OwnPattern("Contract", pattern),)))
    with pytest.raises(Invalid):
        await listener.desk.write(change_book, Book(patterns=(OwnPattern("Con:tract", "a"),)))


async def test_exports_hide_what_identifies_somebody_where_the_workspace_says_so(listener: Listener) -> None:
    words = "Write to ann@example.org about my order"
    assert (await listener.desk.read(make_hiding))(words) == words
    await listener.desk.write(change_book, Book(hides=True))
    assert (await listener.desk.read(make_hiding))(words) == "Write to [email] about my order"


async def test_what_is_tried_is_not_kept(site: Site, company: Company) -> None:
    book: dict[str, Any] = {"products": ["Lamp 4"], "patterns": [{"kind": "Contract", "pattern": "KX-(\\d+)"}]}
    body = {"text": "A lamp 4 with KX-17", "book": book}
    found = (await site.call(company.administrator, "POST", "/entities/try", body)).json()
    assert found == [
        {"kind": "product", "value": "Lamp 4", "start": 2, "end": 8},
        {"kind": "Contract", "value": "17", "start": 17, "end": 19},
    ]
    assert (await site.get(company.agent, "/entities"))["products"] == []
    wrong = await site.call(company.administrator, "PUT", "/entities", {"patterns": [{"kind": "No", "pattern": "("}]})
    assert (wrong.status_code, wrong.json()["fields"]) == (422, {"pattern": "problem.rule_pattern"})
    kept = (await site.call(company.administrator, "PUT", "/entities", {**book, "hides": True})).json()
    assert await site.get(company.agent, "/entities") == kept
    assert kept["products"] == ["Lamp 4"]
