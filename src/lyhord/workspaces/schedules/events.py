"""What happens to schedules."""

from lyhord.kit.events import Event


class ScheduleChanged(Event, frozen=True, kw_only=True, tag="schedule.changed"):
    """A schedule was made, changed or removed; without an id the public holidays that schedules follow are other ones."""

    schedule_id: str | None = None


EVENTS = (ScheduleChanged,)
