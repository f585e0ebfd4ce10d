"""Loading the demo line by line through the product's own actions, and removing exactly what was loaded."""

from msgspec import Struct, structs

from lyhord.app.demo import store
from lyhord.app.demo.story import Line, Shop, Story
from lyhord.contacts.actions import ContactChange, change_contact
from lyhord.contacts.search import index as contact_index
from lyhord.conversations.actions.note import add_note
from lyhord.conversations.actions.reading import mark_seen
from lyhord.conversations.actions.receive import receive_messages
from lyhord.conversations.actions.reply import reply
from lyhord.conversations.exchange import Address, InboundMessage
from lyhord.conversations.model import Note, Received, Reply
from lyhord.conversations.search import message_index
from lyhord.kit.clock import DAY
from lyhord.kit.database import Tx
from lyhord.kit.problems import NotFound, Taken
from lyhord.kit.tokens import make_key
from lyhord.privacy.events import ContactErased
from lyhord.tickets.actions import assign_ticket, set_status
from lyhord.workspaces.actions.agents import add_agent
from lyhord.workspaces.actions.audit import record
from lyhord.workspaces.actions.inboxes import StoredInbox, connect_inbox
from lyhord.workspaces.actions.teams import create_team
from lyhord.workspaces.events import WorkspaceChanged


class Cast(Struct, frozen=True):
    """Who and where: ids of agents and inboxes by their key in the texts. `now` is when loading began (Unix milliseconds)."""

    agents: dict[str, str]
    inboxes: dict[str, str]
    now: int


def open_shop(tx: Tx, shop: Shop) -> Cast:
    """Agents who can't sign in, their teams, a paused mail inbox and a web chat. Raises `Taken` when the demo is there already."""
    if tx.one(store.find_demo):
        raise Taken("The demo is loaded already.")
    agents = {key: add_agent(tx, one.email, one.name, "agent", one.locale).id for key, one in shop.agents.items()}
    for agent_id in agents.values():
        tx.run(store.mark_agent, this=agent_id, joined_at=tx.now)
    inboxes = {}
    for key, channel, paused_at in (("mail", "mail", tx.now), ("chat", "webchat", None)):
        inbox = StoredInbox(
            tx.new_id(), make_key(tx.workspace_id), channel, shop.inboxes[key], {}, None, None, paused_at, tx.now
        )
        inboxes[key] = connect_inbox(tx, inbox).id
        tx.run(store.mark_inbox, this=inbox.id, paused_at=paused_at)
    for name, members in shop.teams.items():
        team_id = create_team(tx, name, [agents[key] for key in members], list(inboxes.values()))
        tx.run(store.mark_team, this=team_id)
    record(tx, "demo.loaded", f"workspace:{tx.workspace_id}")
    tx.emit(WorkspaceChanged())
    return Cast(agents, inboxes, tx.now)


def tell_line(tx: Tx, cast: Cast, story: Story, number: int, conversation_id: str | None) -> str:
    """One line of a conversation, said when its story says so; the conversation's id."""
    line = story.lines[number]
    with tx.moment(cast.now - line.ago):
        if line.by_customer:
            receipt = receive_messages(tx, [_received(cast, story, number)])[0]
            row = tx.one(store.conversation_of_message, this=receipt.message_ids[0])
            assert row is not None, "it was stored a line above"
            tx.run(store.mark_contact, this=row[1], created_at=cast.now - story.lines[0].ago)
            return str(row[0])
        assert conversation_id is not None, "a customer speaks first"
        tx.actor = f"agent:{cast.agents[line.by]}"
        if line.note:
            mentions = tuple(cast.agents[key] for key in line.mentions)
            add_note(tx, Note(conversation_id=conversation_id, text=line.text, mentions=mentions))
        else:
            subject = f"Re: {story.subject}" if story.subject else None
            message_id = reply(tx, Reply(conversation_id=conversation_id, text=line.text, subject=subject))
            tx.run(store.settle_delivery, this=message_id, at=tx.now)
        return conversation_id


def settle_story(tx: Tx, cast: Cast, story: Story, conversation_id: str, reader_id: str | None) -> None:
    """How it stands now: what we know of the customer, owner and status of the ticket, and what `reader_id` has read."""
    row = tx.one(store.ticket_of, of=conversation_id)
    assert row is not None, "a reaction opened it with the first line"
    ticket_id, last_message_id = row
    last = story.lines[-1]
    with tx.moment(cast.now - last.ago):
        contact = tx.one(store.conversation_of_message, this=last_message_id)
        assert contact is not None, "the ticket names its last message"
        known = ContactChange(language=story.language, about=story.about, attributes=dict(story.attributes))
        change_contact(tx, contact[1], known)
        if story.owner:
            assign_ticket(tx, ticket_id, agent_id=cast.agents[story.owner], team_id=None)
        if story.status == "resolved":
            set_status(tx, ticket_id, "resolved")
        if reader_id and story.status != "open":
            mark_seen(tx, reader_id, conversation_id, last_message_id)
    if story.status == "snoozed":
        set_status(tx, ticket_id, "snoozed", snoozed_until=cast.now + story.snooze_days * DAY)
    tx.run(store.date_ticket, of=conversation_id, opened_at=cast.now - story.lines[0].ago)


def remove_demo(tx: Tx) -> None:
    """Take away what was loaded, also what was said since in its conversations. Raises `NotFound` when there is no demo."""
    if not tx.one(store.find_demo):
        raise NotFound("The demo isn't loaded.")
    for index, found in ((message_index, store.messages_of_demo), (contact_index, store.contacts_of_demo)):
        if index.exists(tx):
            index.remove(tx, [row[0] for row in tx.all(found)])
    conversations = tx.all(store.conversations_of_demo)
    for statement in store.take_away:
        tx.run(statement, now=tx.now)
    record(tx, "demo.removed", f"workspace:{tx.workspace_id}")
    for conversation_id, contact_id in conversations:
        tx.emit(ContactErased(conversation_id=conversation_id, contact_id=contact_id))
    tx.emit(WorkspaceChanged())


def _received(cast: Cast, story: Story, number: int) -> Received:
    line = story.lines[number]
    channel = "webchat" if line.by == "chat" else "mail"
    inbound = InboundMessage(
        external_id=f"demo-{story.key}-{number}@norrsken.example",
        sender=_sender(story, line),
        text=line.text,
        subject=None if line.by == "chat" else story.subject,
    )
    if number and inbound.subject:
        inbound = structs.replace(inbound, subject=f"Re: {inbound.subject}")
    return Received(inbox_id=cast.inboxes[line.by], channel=channel, inbounds=(inbound,))


def _sender(story: Story, line: Line) -> tuple[Address, ...]:
    """By mail the address itself; in the chat the visitor, whose address the shop's site signed if they also write mails."""
    by_mail = any(one.by == "mail" for one in story.lines)
    mail = Address("email", story.email, story.name, verified=by_mail)
    return (mail,) if line.by == "mail" else (Address("webchat", _visitor(story), story.name, verified=True), mail)


def _visitor(story: Story) -> str:
    """The customer's account in the shop, as the shop's site would sign it."""
    return f"shop:{story.email.partition('@')[0]}"
