"""The few sentences that stand above a chart: what changed for sure, the greatest change first. Pure."""

from collections.abc import Sequence

from lyhord.insights.pictures.model import Row, Sentence

MOST = 3


def sentences_of(kind: str, whole: Row, rows: Sequence[Row]) -> list[Sentence]:
    """What changed as a whole and, of the rows, what changed most; that nothing did, or that there is nothing to tell."""
    if not whole.whole and not whole.whole_before:
        return [Sentence(text="nothing")]
    found = [_said(kind, whole)] if whole.sure else []
    if kind == "count" and not whole.whole_before:
        return found or [Sentence(text="calm")]  # nothing was before: each row would say no more than that
    changed = sorted((one for one in rows if one.sure), key=lambda one: -abs(_weight(kind, one)))
    found += [_said(kind, one) for one in changed[:MOST]]
    return found or [Sentence(text="calm")]


def _said(kind: str, row: Row) -> Sentence:
    now, before = _value(kind, row)
    if kind == "count" and not before:
        return Sentence(text="new", key=row.key, now=now)
    if kind == "count":
        percent = round((now - before) / before * 100)
        return Sentence(
            text="more" if now > before else "fewer", key=row.key, percent=abs(percent), now=now, before=before
        )
    return Sentence(text="higher" if now > before else "lower", key=row.key, now=now, before=before)


def _value(kind: str, row: Row) -> tuple[float, float]:
    """What is compared: counts, or shares in percent."""
    if kind == "count":
        return row.whole, row.whole_before
    return (
        round(100 * row.part / row.whole, 1) if row.whole else 0.0,
        round(100 * row.part_before / row.whole_before, 1) if row.whole_before else 0.0,
    )


def _weight(kind: str, row: Row) -> float:
    """How much a change weighs: tickets more or fewer than the rate before would have brought."""
    now, before = _value(kind, row)
    return now - before if kind == "count" else (now - before) * row.whole
