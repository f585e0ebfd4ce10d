"""Whether somebody may be asked now. Who mustn't be is asked by nobody: spam, blocked, opted out, in a group, in trouble, asleep."""

from msgspec import Struct

from lyhord.contacts.consents.actions import list_consents
from lyhord.contacts.views import contacts_by_id
from lyhord.conversations.canned.model import Text, text_for
from lyhord.conversations.exchange import Address
from lyhord.conversations.model import QUIET
from lyhord.conversations.optouts.views import is_opted_out
from lyhord.conversations.timeline import find_conversation
from lyhord.conversations.views import messages_by_id
from lyhord.kit.clock import DAY
from lyhord.kit.database import ReadTx
from lyhord.kit.words import LOCALES, nearest_locale
from lyhord.surveys import store
from lyhord.surveys.model import LATEST, Asking, Survey, SurveyRules, quiet_ends
from lyhord.surveys.reading import find_survey, read_rules, talks_of
from lyhord.surveys.zones import zone_of_number
from lyhord.tickets.model import Ticket
from lyhord.tickets.surges.reading import surges_among
from lyhord.tickets.views import rows_by_id
from lyhord.workspaces.views import settings_of

PURPOSE = "surveys"
"""The purpose of the consent by which somebody says that they want to be asked, or not."""
_MACHINES = QUIET | {"automatic", "bulk", "blocked"}


class Allowed(Struct, frozen=True):
    """Somebody is asked in a language by a survey; or not before `later` (Unix milliseconds); or not at all, `why` (a key) says why."""

    survey: Survey | None = None
    language: str = ""
    later: int | None = None
    why: str | None = None


def may_ask(tx: ReadTx, asking: Asking) -> Allowed:
    """Whether what was planned is asked now, and how."""
    survey, tickets = find_survey(tx, asking.survey_id), rows_by_id(tx, [asking.ticket_id])
    if survey is None or not survey.on or not tickets:
        return Allowed(why="survey.why.gone")
    if tx.now > asking.due_at + LATEST:
        return Allowed(why="survey.why.late")
    rules = read_rules(tx)
    why = _of_ticket(asking, tickets[0]) or _of_person(tx, asking, tickets[0], rules)
    if why is not None:
        return Allowed(why=why)
    wakes = quiet_ends(rules, zone_of(tx, asking), tx.now)
    if wakes is not None:
        return Allowed(later=wakes)
    return Allowed(survey, language_of(tx, asking))


def is_capped(tx: ReadTx, talks: list[str], rules: SurveyRules) -> bool:
    """Whether somebody with these conversations was asked anything lately."""
    since = tx.now - rules.cap_days * DAY
    return bool(talks) and tx.one(store.asked_since, ids=talks, since=since) is not None


def language_of(tx: ReadTx, asking: Asking) -> str:
    """In which of our languages a contact is asked: theirs, that of their last words, or the workspace's."""
    contact = contacts_by_id(tx, [asking.contact_id]).get(asking.contact_id)
    conversation = find_conversation(tx, asking.conversation_id)
    known = (contact.language if contact else None, conversation.language if conversation else None)
    spoken = [Text(one, "") for one in LOCALES]
    wanted = [one for one in known if one and nearest_locale([one]).partition("-")[0] == _bare(one)]
    return text_for(spoken, *wanted, settings_of(tx).locale).language


def zone_of(tx: ReadTx, asking: Asking) -> str:
    """A contact's time zone: that of their phone number, where its country has but one; else the workspace's."""
    contact = contacts_by_id(tx, [asking.contact_id]).get(asking.contact_id)
    for one in contact.identities if contact else ():
        if zone := zone_of_number(one.value):
            return zone
    return settings_of(tx).time_zone


def _of_ticket(asking: Asking, ticket: Ticket) -> str | None:
    if ticket.spam_at is not None:
        return "survey.why.spam"
    if ticket.place is not None:
        return "survey.why.public"
    if ticket.last_inbound_id is None:
        return "survey.why.never_wrote"
    if asking.moment == "after" and ticket.status != "resolved":
        return "survey.why.reopened"
    return None


def _of_person(tx: ReadTx, asking: Asking, ticket: Ticket, rules: SurveyRules) -> str | None:
    conversation = find_conversation(tx, asking.conversation_id)
    contact = contacts_by_id(tx, [asking.contact_id]).get(asking.contact_id)
    if conversation is None or conversation.kind != "direct" or contact is None:
        return "survey.why.group"
    to = Address(conversation.scheme or "", conversation.value or "")
    barred = any(one.blocked_at and (one.scheme, one.value) == (to.scheme, to.value) for one in contact.identities)
    if contact.blocked_at is not None or barred:
        return "survey.why.blocked"
    if conversation.inbox_id is None or is_opted_out(tx, conversation.inbox_id, to) or _said_no(tx, contact.id):
        return "survey.why.opted_out"
    talks = talks_of(tx, asking.contact_id) or [conversation.id]
    if tx.one(store.open_complaints, ids=talks) is not None:
        return "survey.why.complaint"
    if asking.moment == "after" and tx.one(store.waits_somewhere, ids=talks) is not None:
        return "survey.why.waits"
    if any(True in found.values() for found in surges_among(tx, talks).values()):
        return "survey.why.surge"
    said = messages_by_id(tx, [ticket.last_inbound_id] if ticket.last_inbound_id else [])
    if said and not _MACHINES.isdisjoint(said[0].flags):
        return "survey.why.machine"
    return "survey.why.capped" if is_capped(tx, talks, rules) else None


def _said_no(tx: ReadTx, contact_id: str) -> bool:
    """Whether the latest answer for the purpose was a no, on any channel."""
    return any(
        one.purpose.casefold() == PURPOSE and one.answer == "withdrawn" for one in list_consents(tx, contact_id).current
    )


def _bare(language: str) -> str:
    return {"no": "nb", "nn": "nb"}.get(language.partition("-")[0].lower(), language.partition("-")[0].lower())
