"""What happens to templates."""

from lyhord.kit.events import Event


class TemplatesFetched(Event, frozen=True, kw_only=True, tag="templates.fetched"):
    """The templates of the inbox came, are others now, or didn't come. `inbox_id` is always set."""


EVENTS = (TemplatesFetched,)
