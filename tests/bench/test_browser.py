"""What the browser's own trace says of an act."""

from typing import Any

from bench.browser import spans_of, tasks_of


def task(at: float, cpu: float, thread: int = 1) -> dict[str, Any]:
    return {"name": "RunTask", "ph": "X", "pid": 7, "tid": thread, "ts": at * 1e3, "tdur": cpu * 1e3}


def mark(name: str, at: float) -> dict[str, Any]:
    return {"name": name, "ph": "I", "pid": 7, "tid": 1, "ts": at * 1e3}


MAIN = {"name": "thread_name", "pid": 7, "tid": 1, "args": {"name": "CrRendererMain"}}


def test_only_tasks_of_the_pages_main_thread_count() -> None:
    assert tasks_of([MAIN, task(1, 4), task(2, 9, thread=2)]) == [(1, 4)]


def test_a_span_counts_the_tasks_between_its_marks_and_the_one_in_which_it_begins() -> None:
    tasks = [(0.0, 3.0), (9.0, 2.0), (20.0, 5.0), (40.0, 7.0), (60.0, 1.0)]
    events = [mark("begin", 10), mark("end", 30), mark("begin", 50), mark("end", 70)]
    assert spans_of(events, tasks) == [(20, 7), (20, 1)]


def test_what_is_drawn_is_seen_once_its_frame_is_there() -> None:
    frames = [{"name": "Commit", "ph": "X", "pid": 7, "tid": 1, "ts": at * 1e3, "dur": 1e3} for at in (12, 33, 50)]
    events = [mark("begin", 10), mark("drawn", 30), *frames, mark("begin", 60), mark("drawn", 70)]
    assert spans_of(events, [(11.0, 1.0), (29.0, 5.0), (49.0, 2.0)]) == [(24, 6)]


def test_a_span_without_an_end_is_none() -> None:
    assert spans_of([mark("begin", 10)], [(11.0, 1.0)]) == []
