"""Ids are UUIDs of version 7 that sort by the time they carry."""

import re
import uuid

from hypothesis import given
from hypothesis import strategies as st

from lyhord.kit.ids import HIGHEST_ID, LOWEST_ID, RisingIds, first_id_at, id_before, id_time, new_id, new_reference

moments = st.integers(min_value=0, max_value=2**47)


@given(moments)
def test_an_id_carries_its_moment_and_is_a_uuid_of_version_7(moment: int) -> None:
    value = new_id(moment)
    assert id_time(value) == moment
    assert uuid.UUID(value).version == 7
    assert str(uuid.UUID(value)) == value
    assert first_id_at(moment) <= value < first_id_at(moment + 1)


@given(st.lists(moments, min_size=2, max_size=50))
def test_ids_of_one_source_rise_whatever_the_clock_does(clock: list[int]) -> None:
    source = RisingIds()
    values = [source.next(now) for now in clock]
    assert values == sorted(set(values))


@given(st.lists(moments, min_size=1, max_size=50))
def test_a_source_exceeds_what_it_is_told_and_wastes_no_time(clock: list[int]) -> None:
    values = [new_id(clock[0])]
    for now in clock:  # a source for each, as each transaction has one
        source = RisingIds()
        source.exceed(values[-1])
        values.append(source.next(now))
    assert values == sorted(set(values))
    assert id_time(values[-1]) <= max(clock) + 1


def test_more_than_fit_in_a_millisecond_still_rise() -> None:
    source = RisingIds()
    values = [source.next(1) for _ in range(10_000)]
    assert values == sorted(set(values))


@given(moments)
def test_the_id_before_leaves_no_room_between(moment: int) -> None:
    value = new_id(moment)
    before = id_before(value)
    assert before < value
    assert int(uuid.UUID(value)) - int(uuid.UUID(before)) == 1
    assert LOWEST_ID < value < HIGHEST_ID


def test_references_are_sixteen_digits_and_differ() -> None:
    references = {new_reference() for _ in range(1000)}
    assert len(references) == 1000
    assert all(re.fullmatch("[0-9a-f]{16}", reference) for reference in references)
