"""What happens to surveys; that a customer rated something is `ticket.rated`."""

from lyhord.kit.events import Event


class SurveysChanged(Event, frozen=True, kw_only=True, tag="surveys.changed"):
    """What is asked, or what holds for all of it, is otherwise."""


class SurveyAsked(Event, frozen=True, kw_only=True, tag="survey.asked"):
    """A customer was asked."""

    asking_id: str
    ticket_id: str


class FeedbackTold(Event, frozen=True, kw_only=True, tag="survey.told"):
    """Customers are told what came of what they said, or were; `telling_id` is the text."""

    telling_id: str


class SilentChanged(Event, frozen=True, kw_only=True, tag="silent.changed"):
    """Other customers are thought to be unhappy without a word, or somebody looks after one."""


EVENTS = (SurveysChanged, SurveyAsked, FeedbackTold, SilentChanged)
