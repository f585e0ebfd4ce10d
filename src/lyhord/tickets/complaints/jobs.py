"""The job that tells customers that somebody has their complaint: where they wrote, in their language, saying who and by when."""

from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

from lyhord.contacts.reading import get_contact
from lyhord.conversations.actions.reply import reply
from lyhord.conversations.outgoing import Channels, Words, reply_of
from lyhord.kit.clock import SECOND
from lyhord.kit.database import ReadTx, Tx
from lyhord.kit.http import Principal
from lyhord.kit.jobs import Context, Handler, Work
from lyhord.kit.leases import Job
from lyhord.kit.problems import NotFound, Problem
from lyhord.kit.words import nearest_locale, say
from lyhord.tickets.about import last_answer
from lyhord.tickets.complaints.keeping import TELL_JOB
from lyhord.tickets.complaints.model import ComplaintSettings
from lyhord.tickets.complaints.reading import read_complaints, read_settings
from lyhord.tickets.complaints.telling import note_told, note_untold
from lyhord.tickets.kinds.model import COMPLAINT
from lyhord.tickets.model import Ticket
from lyhord.tickets.views import rows_by_id
from lyhord.workspaces.actions.workspace import get_workspace
from lyhord.workspaces.views import get_agent, settings_of

ACTOR = "system"
SLOTS = ("name", "owner", "company", "time")


class _Letter(Struct, frozen=True):
    conversation_id: str
    text: str


def make_tell(channels: Channels) -> Handler:
    """The work of saying it, once: not where somebody answered meanwhile, and never where everybody reads it."""

    async def tell(context: Context, job: Job) -> None:
        ticket_id: str = job.read(dict)["ticket_id"]
        letter = await context.database.read(context.workspace_id, write_letter, ticket_id)
        if letter is None:
            return
        nobody = Principal(context.workspace_id, ACTOR, None, frozenset(), None, "en")
        words = Words(text=letter.text, public=False, ticket_id=ticket_id)
        try:
            said = await reply_of(context.database, nobody, channels, letter.conversation_id, words)
        except Problem as problem:
            why = next(iter(problem.fields.values()), problem.key)

            def give_up(tx: Tx) -> None:
                job.complete(tx)
                note_untold(tx, ticket_id, why)

            await context.database.write(context.workspace_id, give_up)
            return
        said = msgspec.structs.replace(said, automatic=True, undo_seconds=0)

        def send(tx: Tx) -> None:
            job.complete(tx)
            if is_wanted(tx, ticket_id) is not None:
                note_told(tx, ticket_id, reply(tx, said))

        await context.database.write(context.workspace_id, send, actor=ACTOR)

    return tell


def is_wanted(tx: ReadTx, ticket_id: str) -> Ticket | None:
    """The ticket, where its customer is still to be told: it is an open complaint, and nobody has said anything since it began."""
    ticket = next(iter(rows_by_id(tx, [ticket_id])), None)
    one = read_complaints(tx, [ticket_id]).get(ticket_id)
    if ticket is None or one is None or ticket.kind != COMPLAINT or ticket.status == "resolved":
        return None
    if one.told_at is not None or (ticket.waiting_since is None and last_answer(tx, ticket)):
        return None
    return ticket


def write_letter(tx: ReadTx, ticket_id: str) -> _Letter | None:
    """What the customer is told, in their language, or that of the workspace; None where they needn't be any more."""
    ticket, settings = is_wanted(tx, ticket_id), read_settings(tx)
    if ticket is None or not settings.acknowledges:
        return None
    own = settings_of(tx)
    locale = nearest_locale([_language(tx, ticket) or own.locale])
    one = read_complaints(tx, [ticket_id])[ticket_id]
    slots = {
        "name": ticket.title,
        "owner": _shown(tx, ticket.owner_agent_id),
        "company": get_workspace(tx).name,
        "time": moment(one.due_at or one.promised_at, own.time_zone, locale),
    }
    return _Letter(ticket.conversation_id, letter(settings, locale, slots))


def letter(settings: ComplaintSettings, locale: str, slots: dict[str, str]) -> str:
    """The workspace's words in a language, else ours; `{name}`, `{owner}`, `{company}` and `{time}` are filled in."""
    own = settings.words.get(locale)  # type: ignore[call-overload]
    if own is None:
        return say(locale, "complaint.letter", **slots)
    for name in SLOTS:
        own = own.replace("{" + name + "}", slots[name])
    return str(own)


def moment(at: int, time_zone: str, locale: str) -> str:
    """A day and a time of the clock, as people of that language write them."""
    then = datetime.fromtimestamp(at / SECOND, ZoneInfo(time_zone))
    month = say(locale, "complaint.months").split()[then.month - 1]
    return say(locale, "complaint.moment", day=then.day, month=month, hour=f"{then:%H}", minute=f"{then:%M}")


def _language(tx: ReadTx, ticket: Ticket) -> str | None:
    if ticket.contact_id is None:
        return None
    try:
        return get_contact(tx, ticket.contact_id).language
    except NotFound:
        return None


def _shown(tx: ReadTx, agent_id: str | None) -> str:
    agent = get_agent(tx, agent_id) if agent_id else None
    return agent.shown_name or agent.name if agent else get_workspace(tx).name


class ComplaintDesk(Struct, frozen=True):
    """What the job works with; `app` makes it."""

    channels: Channels

    def work(self) -> dict[str, Work]:
        """Its kind, and how it is done."""
        return {TELL_JOB: Work(make_tell(self.channels))}
