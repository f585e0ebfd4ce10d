"""What happens to reports."""

from lyhord.kit.events import Event


class ReportsChanged(Event, frozen=True, kw_only=True, tag="reports.changed"):
    """A report by mail was set, changed, removed, sent, or couldn't be sent."""

    report_id: str


EVENTS = (ReportsChanged,)
