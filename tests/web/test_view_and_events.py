"""View + events = fresh view: after everything that can happen, screens that only heard the stream show what a reload would.

Run for an agent who reads everything and for one whose reach ends at one inbox.
"""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import msgspec
import pytest

from lyhord.channels.sandbox.templates import TEMPLATES
from lyhord.contacts.imports.actions import JOB, prepare_import
from lyhord.contacts.imports.jobs import make_import
from lyhord.contacts.imports.model import Options
from lyhord.conversations.actions.reading import mark_contact_read
from lyhord.conversations.actions.receive import receive_messages
from lyhord.conversations.exchange import (
    Accepted,
    Address,
    Failed,
    InboundEdit,
    InboundMessage,
    InboundReaction,
    InboundRemoval,
)
from lyhord.conversations.model import Received
from lyhord.conversations.sending import claim_due, finish
from lyhord.conversations.templates.actions import keep_templates
from lyhord.conversations.translation.actions import Made, connect_translator, keep_translations
from lyhord.conversations.translation.model import Settings
from lyhord.hearing.actions import Ears, hear_messages
from lyhord.hearing.events import AllHeard
from lyhord.hearing.language_model.actions import connect_language_model
from lyhord.hearing.language_model.model import Settings as Model
from lyhord.hearing.themes.actions import keep_themes
from lyhord.hearing.themes.model import LEAST, WEEKS, Found, Member
from lyhord.kit.clock import DAY, HOUR, MINUTE
from lyhord.kit.database import Tx
from lyhord.kit.database.jobs_table import enqueue
from lyhord.kit.events import Catalogue, kind_of
from lyhord.kit.followers import FollowerRunner
from lyhord.kit.ids import LOWEST_ID
from lyhord.kit.jobs import JobRunner, Work
from lyhord.surveys.following import FOLLOWER as SURVEYS
from lyhord.surveys.jobs import list_work as work_of_surveys
from lyhord.surveys.silent.looking import Look, keep_look
from lyhord.surveys.silent.model import Signal
from lyhord.surveys.silent.reading import Customer
from lyhord.tickets.actions import wake_tickets
from lyhord.tickets.hints.actions import JOB as LOOKS
from lyhord.tickets.hints.actions import hint_messages
from lyhord.tickets.hints.jobs import draw_looks
from lyhord.tickets.hints.model import WEEK, week_before
from lyhord.tickets.levels.actions import ring_clocks
from lyhord.tickets.levels.following import FOLLOWER as CLOCKS
from lyhord.tickets.reasons.actions import conclude_messages
from lyhord.tickets.routing.following import look_round
from lyhord.tickets.routing.jobs import make_replaying
from lyhord.tickets.rules.actions import note_failure
from lyhord.tickets.rules.model import PATIENCE
from lyhord.tickets.surges.jobs import list_work
from lyhord.tickets.tasks.actions import remind_of_tasks
from lyhord.tickets.views import rows_by_id
from lyhord.tickets.wordings.actions import keep_wording
from lyhord.tickets.wordings.model import Order
from lyhord.workspaces.actions.teams import create_team
from tests.conftest import ENGINE, StoppedClock
from tests.hearing.ears import Told
from tests.web.saved_views import VIEWS
from tests.web.screens import ask_doubts, differences, read_screens
from tests.web.site import EVENTS, Company, Person, Site

AGAIN = pytest.mark.long if ENGINE == "postgresql" else ()
"""Who sees what is one rule on both databases."""


class Story:
    """One company's day. Each method that begins with `do_` is something that happens; they run in the order written."""

    def __init__(self, site: Site, company: Company, clock: StoppedClock) -> None:
        self.site = site
        self.company = company
        self.clock = clock
        self.boss = company.administrator

    async def ticket(self, title: str = "Ann", name: str = "all") -> Any:
        """The newest ticket of somebody."""
        rows = (await self.site.get(self.company.administrator, f"/tickets?list={name}&limit=200"))["items"]
        return max((row for row in rows if row["title"] == title), key=lambda row: row["id"])

    async def contact(self, name: str) -> Any:
        """A contact by name."""
        rows = (await self.site.get(self.company.administrator, "/contacts?limit=200"))["items"]
        return next(row for row in rows if row["name"] == name)

    async def call(self, method: str, path: str, body: Any = None, *, by: Person | None = None) -> Any:
        """An agent's command, which must succeed."""
        answer = await self.site.call(by or self.company.agent, method, path, body)
        assert answer.is_success, (method, path, answer.text)
        return answer.json() if answer.content else None

    async def write(self, action: Callable[..., Any], *args: Any) -> Any:
        """Something that no route does."""
        return await self.site.database.write(self.company.id, action, *args)

    async def reply(self, text: str = "Coming") -> Any:
        """The agent answers Ann."""
        ticket = await self.ticket()
        return await self.call("POST", f"/conversations/{ticket['conversation_id']}/messages", {"text": text})

    async def deliver(self, outcome: Any) -> None:
        """The sender's work on everything that is due."""

        def work(tx: Tx) -> None:
            for claim in claim_due(tx, {"sandbox"}, (), 10):
                finish(tx, claim, outcome, native=True)

        await self.write(work)

    async def do_a_new_customer_writes(self) -> None:
        await self.site.say(self.company.inbox, "Where is my parcel?")

    async def do_the_customer_writes_again(self) -> None:
        await self.site.say(self.company.inbox, "Hello?")

    async def do_the_customer_writes_through_another_inbox(self) -> None:
        await self.site.say(self.company.other_inbox, "Is this better?")

    async def do_the_customer_comes_back_to_the_first(self) -> None:
        await self.site.say(self.company.inbox, "Or here")

    async def do_another_customer_writes_elsewhere(self) -> None:
        await self.site.say(self.company.other_inbox, "Bob here", who="bob")

    async def do_a_group_writes(self) -> None:
        await self.site.say(self.company.inbox, "All of us", who="gus", group="class of 99")

    async def do_the_group_gets_a_name_and_another_member(self) -> None:
        changed = {"kind": "group", "group": "class of 99", "name": "Class of 99", "joined": [{"id": "bob"}]}
        await self.site.call_hook(self.company.inbox, msgspec.json.encode({"events": [changed]}))

    async def do_all_that_is_said_in_it_vanishes(self) -> None:
        changed = {"kind": "timer", "group": "class of 99", "seconds": 86_400}
        await self.site.call_hook(self.company.inbox, msgspec.json.encode({"events": [changed]}))

    async def do_we_are_removed_from_it(self) -> None:
        changed = {"kind": "group", "group": "class of 99", "removed": True}
        await self.site.call_hook(self.company.inbox, msgspec.json.encode({"events": [changed]}))

    async def do_history_is_imported(self) -> None:
        inbound = InboundMessage(
            external_id="old", sender=(Address("sandbox", "ann"),), text="Long ago", at=self.clock.now - 90 * DAY
        )
        old = Received(inbox_id=self.company.inbox.id, channel="sandbox", inbounds=(inbound,), imported=True)
        await self.write(receive_messages, old)

    async def do_an_agent_answers(self) -> None:
        await self.reply()

    async def do_it_leaves(self) -> None:
        await self.deliver(Accepted("their-id"))

    async def do_it_is_read(self) -> None:
        receipt = {"kind": "receipt", "reference": "their-id", "state": "read"}
        await self.site.call_hook(self.company.inbox, msgspec.json.encode({"events": [receipt]}))

    async def do_another_answer_fails(self) -> None:
        await self.reply("And again")
        await self.deliver(Failed("nobody there"))

    async def do_it_is_tried_again(self) -> None:
        ticket = await self.ticket()
        page = await self.site.get(self.company.agent, f"/conversations/{ticket['conversation_id']}/messages")
        await self.call("POST", f"/messages/{page['items'][-1]['id']}/retry")
        await self.deliver(Accepted("third"))

    async def do_an_answer_is_taken_back(self) -> None:
        message = await self.reply("No, wait")
        await self.call("POST", f"/messages/{message['id']}/undo")

    async def do_a_message_is_translated(self) -> None:
        settings = Settings(kind="libretranslate", address="https://translate.example", languages=("en", "sv"))
        await self.write(connect_translator, settings, None)
        ticket = await self.ticket()
        await self.write(keep_translations, [Made(ticket["last_inbound_id"], "sv", {"en": "One more thing"})])

    async def do_another_could_not_be(self) -> None:
        ticket = await self.ticket()
        await self.write(keep_translations, [Made(ticket["last_message_id"], problem="problem.translator_away")])

    async def do_the_translator_is_disconnected(self) -> None:
        await self.call("DELETE", "/translator", by=self.boss)

    async def message(self, direction: str) -> Any:
        """The last message of a direction with Ann that is still there."""
        ticket = await self.ticket()
        page = await self.site.get(self.boss, f"/conversations/{ticket['conversation_id']}/messages?limit=200")
        found = [one for one in page["items"] if one["direction"] == direction and not one["removed_at"]]
        return found[-1]

    async def do_an_answer_is_edited(self) -> None:
        message = await self.message("out")
        await self.call("PATCH", f"/messages/{message['id']}", {"text": "Coming tomorrow"})

    async def do_the_edit_is_refused_there(self) -> None:
        await self.deliver(Failed("too late there"))

    async def do_an_answer_is_withdrawn_and_comes_back(self) -> None:
        message = await self.message("out")
        await self.call("DELETE", f"/messages/{message['id']}")
        await self.call("POST", f"/messages/{message['id']}/restore")

    async def do_an_agent_reacts(self) -> None:
        message = await self.message("in")
        await self.call("PUT", f"/messages/{message['id']}/reaction", {"emoji": "👍"})
        await self.deliver(Accepted(""))

    async def do_the_customer_edits_reacts_and_removes(self) -> None:
        await self.site.say(self.company.inbox, "Never mind", id="to-be-changed")
        who = (Address("sandbox", "ann"),)
        amendments = (
            InboundEdit(message="to-be-changed", sender=who, text="Please mind"),
            InboundReaction(message="third", sender=who, emoji="🎉"),
            InboundRemoval(message="to-be-changed", sender=who),
        )
        for one in amendments:
            await self.write(
                receive_messages, Received(inbox_id=self.company.inbox.id, channel="sandbox", inbounds=(one,))
            )

    async def do_a_note_is_added(self) -> None:
        ticket = await self.ticket()
        words = {"kind": "note", "text": "Angry", "mentions": [self.company.agent.id]}
        await self.call("POST", f"/conversations/{ticket['conversation_id']}/messages", words)

    async def do_a_team_is_named(self) -> None:
        ticket = await self.ticket()
        [team] = await self.site.get(self.boss, "/teams")
        words = {"kind": "note", "text": "Who knows?", "mentions": [team["id"]]}
        await self.call("POST", f"/conversations/{ticket['conversation_id']}/messages", words, by=self.boss)

    async def do_the_agent_follows_no_more(self) -> None:
        await self.call("DELETE", f"/conversations/{(await self.ticket())['conversation_id']}/watch")

    async def do_the_agent_follows(self) -> None:
        await self.call("PUT", f"/conversations/{(await self.ticket())['conversation_id']}/watch")

    async def do_a_colleague_follows_too(self) -> None:
        await self.call("PUT", f"/conversations/{(await self.ticket())['conversation_id']}/watch", by=self.boss)

    async def do_the_agent_reads(self) -> None:
        ticket = await self.ticket()
        await self.call(
            "POST", f"/conversations/{ticket['conversation_id']}/read", {"message_id": ticket["last_message_id"]}
        )

    async def do_and_marks_it_unread(self) -> None:
        ticket = await self.ticket()
        body = {"message_id": ticket["last_inbound_id"], "unread": True}
        await self.call("POST", f"/conversations/{ticket['conversation_id']}/read", body)

    async def do_a_third_party_is_asked(self) -> None:
        ticket = await self.ticket()
        words = {"to": {"scheme": "sandbox", "value": "mill"}, "inbox_id": self.company.inbox.id, "text": "In stock?"}
        started = await self.call("POST", f"/conversations/{ticket['conversation_id']}/sides", words)
        self.side, self.asked = started["conversation"]["id"], started["message"]["id"]

    async def do_and_answers(self) -> None:
        await self.deliver(Accepted(self.asked))
        await self.site.say(self.company.inbox, "Twelve", who="mill", answers=[self.asked])

    async def do_the_answer_is_read(self) -> None:
        page = await self.site.get(self.company.agent, f"/conversations/{self.side}/messages")
        assert [one["text"] for one in page["items"]] == ["In stock?", "Twelve"]
        body = {"message_id": page["items"][-1]["id"]}
        await self.call("POST", f"/conversations/{self.side}/read", body)

    async def do_more_is_asked_and_taken_back(self) -> None:
        message = await self.call("POST", f"/conversations/{self.side}/messages", {"text": "And two?"})
        await self.call("POST", f"/messages/{message['id']}/undo")

    async def do_it_is_closed(self) -> None:
        await self.call("PATCH", f"/sides/{self.side}", {"closed": True})

    async def do_and_opened_again(self) -> None:
        await self.call("PATCH", f"/sides/{self.side}", {"closed": False})

    async def do_somebody_forwards_through_another_inbox(self) -> None:
        ticket = await self.ticket()
        words = {
            "to": {"scheme": "sandbox", "value": "courier"},
            "inbox_id": self.company.other_inbox.id,
            "text": "Where?",
        }
        started = await self.call("POST", f"/conversations/{ticket['conversation_id']}/sides", words, by=self.boss)
        self.asked = started["message"]["id"]

    async def do_the_courier_answers_there(self) -> None:
        await self.site.say(self.company.other_inbox, "Nearly there", who="courier", answers=[self.asked])

    async def do_the_customer_reads(self) -> None:
        ticket = await self.ticket()
        await self.write(mark_contact_read, ticket["conversation_id"], ticket["last_message_id"])

    async def do_a_draft_is_kept_and_dropped(self) -> None:
        ticket = await self.ticket()
        await self.call("PUT", f"/conversations/{ticket['conversation_id']}/draft", {"text": "Dear Ann"})
        await self.call("DELETE", f"/conversations/{ticket['conversation_id']}/draft")

    async def do_a_draft_stays(self) -> None:
        ticket = await self.ticket()
        await self.call("PUT", f"/conversations/{ticket['conversation_id']}/draft", {"text": "Dear Ann"})

    async def do_the_ticket_gets_an_owner(self) -> None:
        ticket = await self.ticket()
        await self.call("PATCH", f"/tickets/{ticket['id']}", {"owner_agent_id": self.company.administrator.id})

    async def do_many_get_an_owner_and_lose_them(self) -> None:
        change = {"list": "all", "owner_agent_id": self.company.agent.id, "read": True}
        run = await self.call("POST", "/tickets/bulk", change)
        await self.call("POST", f"/tickets/bulk/{run['run_id']}/undo")
        await self.call("POST", "/tickets/bulk", change)

    async def do_it_is_handed_over_and_back(self) -> None:
        ticket = await self.ticket()
        body = {"ids": [ticket["id"]], "owner_agent_id": self.boss.id, "note": "You know her"}
        run = await self.call("POST", "/tickets/bulk", body)
        await self.call("POST", f"/tickets/bulk/{run['run_id']}/undo")
        await self.call("POST", "/tickets/bulk", body)

    async def do_complaints_are_treated_otherwise(self) -> None:
        await self.call("PUT", "/complaints/settings", {"recurs_days": 30}, by=self.company.administrator)

    async def do_it_turns_out_to_be_a_complaint(self) -> None:
        ticket = await self.ticket()
        await self.call("PATCH", f"/tickets/{ticket['id']}", {"kind": "complaint"})

    async def do_it_is_snoozed(self) -> None:
        ticket = await self.ticket()
        body = {"status": "snoozed", "snoozed_until": self.clock.now + HOUR}
        await self.call("PATCH", f"/tickets/{ticket['id']}", body)

    async def do_it_wakes(self) -> None:
        self.clock.move(2 * HOUR)
        await self.write(wake_tickets)

    async def do_another_matter_gets_a_ticket_of_its_own(self) -> None:
        await self.site.say(self.company.inbox, "And the bill is wrong")
        ticket = await self.ticket()
        talk, last = ticket["conversation_id"], ticket["last_message_id"]
        body = {"kind": "complaint", "matter": "The bill", "message_ids": [last]}
        opened = await self.call("POST", f"/conversations/{talk}/tickets", body)
        self.first, self.second = ticket["id"], opened["ticket"]["id"]

    async def do_the_first_is_gone_on_with(self) -> None:
        ticket = await self.ticket()
        body = {"text": "About the parcel", "ticket_id": self.first}
        await self.call("POST", f"/conversations/{ticket['conversation_id']}/messages", body)

    async def do_the_customer_answers_into_the_second(self) -> None:
        body = {"text": "Which bill?", "ticket_id": self.second}
        ticket = await self.ticket()
        asked = await self.call("POST", f"/conversations/{ticket['conversation_id']}/messages", body)
        await self.call(
            "POST", f"/conversations/{ticket['conversation_id']}/messages", body | {"ticket_id": self.first}
        )
        await self.deliver(Accepted(asked["id"]))
        await self.site.say(self.company.inbox, "That of March", answers=[asked["id"]])

    async def do_a_note_is_left_in_the_second(self) -> None:
        ticket = await self.ticket()
        body = {"kind": "note", "text": "March was twice", "ticket_id": self.second}
        await self.call("POST", f"/conversations/{ticket['conversation_id']}/messages", body)

    async def do_it_is_called_otherwise(self) -> None:
        await self.call("PATCH", f"/tickets/{self.second}", {"matter": "The bill of March"})

    async def do_everything_is_moved_into_the_first(self) -> None:
        ticket = await self.ticket()
        page = await self.site.get(self.boss, f"/conversations/{ticket['conversation_id']}/messages?limit=8")
        body = {"message_ids": [one["id"] for one in page["items"]]}
        await self.call("POST", f"/tickets/{self.first}/messages", body, by=self.boss)

    async def do_those_without_words_are_dropped(self) -> None:
        ticket = await self.ticket()
        opened = await self.call("POST", f"/conversations/{ticket['conversation_id']}/tickets", {})
        for gone in (opened["ticket"]["id"], self.second):
            await self.call("DELETE", f"/tickets/{gone}")

    async def do_it_is_resolved(self) -> None:
        ticket = await self.ticket()
        await self.call("PATCH", f"/tickets/{ticket['id']}", {"status": "resolved"})

    async def do_the_customer_answers_soon(self) -> None:
        self.clock.move(HOUR)
        await self.site.say(self.company.inbox, "One more thing")

    async def do_it_is_resolved_with_an_answer(self) -> None:
        ticket = await self.ticket()
        body = {"text": "Done", "resolve": True}
        await self.call("POST", f"/conversations/{ticket['conversation_id']}/messages", body)

    async def do_the_customer_answers_late(self) -> None:
        self.clock.move(8 * DAY)
        await self.site.say(self.company.inbox, "Something else")

    async def do_a_contact_is_made_by_hand(self) -> None:
        await self.call("POST", "/contacts", {"name": "Cleo"})

    async def do_an_agent_writes_first(self) -> None:
        to = {"scheme": "sandbox", "value": "dora", "name": "Dora"}
        await self.call("POST", "/conversations", {"to": to, "inbox_id": self.company.inbox.id, "text": "Your order"})

    async def do_a_contact_is_renamed(self) -> None:
        ann = await self.contact("Ann")
        await self.call("PATCH", f"/contacts/{ann['id']}", {"name": "Ann Larsson", "about": "Prefers mornings"})

    async def do_and_back(self) -> None:
        ann = await self.contact("Ann Larsson")
        await self.call("PATCH", f"/contacts/{ann['id']}", {"name": "Ann"})

    async def do_their_language_is_known(self) -> None:
        ann = await self.contact("Ann")
        await self.call("PATCH", f"/contacts/{ann['id']}", {"language": "sv"})

    async def do_an_address_is_added_and_taken_away(self) -> None:
        ann = await self.contact("Ann")
        path = f"/contacts/{ann['id']}/identities"
        await self.call("POST", path, {"scheme": "email", "value": "ann@customer.example"})
        await self.call("DELETE", f"{path}?scheme=email&value=ann@customer.example")

    async def do_an_address_is_blocked_and_let_in(self) -> None:
        ann = await self.contact("Ann")
        path = f"/contacts/{ann['id']}/identities"
        own = {"scheme": "sandbox", "value": "ann"}
        await self.call("PATCH", path, {**own, "blocked": True})
        await self.site.say(self.company.inbox, "Buy now")
        await self.call("PATCH", path, {**own, "blocked": False})

    async def do_a_ticket_is_spam(self) -> None:
        await self.call("POST", f"/tickets/{(await self.ticket())['id']}/spam")

    async def do_or_not(self) -> None:
        await self.call("DELETE", f"/tickets/{(await self.ticket(name='resolved'))['id']}/spam")

    async def do_a_customer_joins_an_organization(self) -> None:
        made = await self.call("POST", "/organizations", {"name": "Acme", "domains": ["acme.example"]})
        ann = await self.contact("Ann")
        await self.call("PATCH", f"/contacts/{ann['id']}", {"organization_id": made["id"]})

    async def do_a_field_is_defined(self) -> None:
        field = {"subject": "contact", "name": "Tier", "kind": "choice", "choices": ["gold"]}
        await self.call("POST", "/attributes", field, by=self.company.administrator)
        ann = await self.contact("Ann")
        await self.call("PATCH", f"/contacts/{ann['id']}", {"attributes": {"Tier": "gold"}})

    async def do_an_address_is_split_off(self) -> None:
        ann = await self.contact("Ann")
        await self.call("POST", f"/contacts/{ann['id']}/identities", {"scheme": "sandbox", "value": "ann2"})
        await self.site.say(self.company.inbox, "My other phone", who="ann2")
        await self.call("POST", f"/contacts/{ann['id']}/split", {"scheme": "sandbox", "value": "ann2"})

    async def do_customers_are_tagged_together(self) -> None:
        ids = [(await self.contact(name))["id"] for name in ("Ann", "Dora")]
        await self.call("POST", "/contacts/tags", {"ids": ids, "add": ["vip"]})

    async def do_a_fact_is_noted_and_corrected(self) -> None:
        ann = await self.contact("Ann")
        made = await self.call("POST", f"/contacts/{ann['id']}/facts", {"text": "Has a dog"})
        await self.call("PATCH", f"/facts/{made['id']}", {"text": "Has two dogs"})

    async def do_a_consent_is_given(self) -> None:
        ann = await self.contact("Ann")
        answer = {"purpose": "offers", "channel": "email", "answer": "given", "source": "Phone"}
        await self.call("POST", f"/contacts/{ann['id']}/consents", answer)

    async def do_customers_are_imported(self) -> None:
        stored = await self.site.files.put(b"Ibo,ibo@customer.example\n")
        options = Options(header=False, fields=("name", "email"), tags=("fair",))
        made = await self.write(prepare_import, "a.csv", stored.sha256, options, 1)
        await self.call("POST", f"/contact-imports/{made.id}/start", msgspec.to_builtins(options), by=self.boss)
        work = {JOB: Work(make_import(self.site.files))}
        await JobRunner(self.site.database, self.site.catalogue, work).catch_up()
        assert (await self.contact("Ibo"))["tags"] == ["fair"]

    async def do_a_likeness_is_refused(self) -> None:
        ann, dora = await self.contact("Ann"), await self.contact("Dora")
        await self.call("POST", "/duplicates/refuse", {"one": ann["id"], "other": dora["id"]})

    async def do_two_contacts_are_merged(self) -> None:
        ann, dora = await self.contact("Ann"), await self.contact("Dora")
        await self.call("POST", f"/contacts/{dora['id']}/merge", {"into": ann["id"]})
        self.merged = dora["id"]

    async def do_the_merged_one_writes(self) -> None:
        await self.site.say(self.company.inbox, "It's me again", who="dora")

    async def do_and_separated(self) -> None:
        await self.call("POST", f"/contacts/{self.merged}/separate")

    async def do_the_agent_is_told(self) -> None:
        ticket = await self.ticket()
        await self.call("PATCH", f"/tickets/{ticket['id']}", {"owner_agent_id": self.company.agent.id}, by=self.boss)
        await self.site.tell(self.company.id)

    async def do_something_newer_is_told(self) -> None:
        await self.site.say(self.company.inbox, "Are you there?")
        await self.site.tell(self.company.id)

    async def do_all_that_was_told_is_read(self) -> None:
        newest = (await self.site.get(self.company.agent, "/notifications/summary"))["newest"]
        await self.call("POST", "/notifications/read", {"until": newest})

    async def do_the_agent_wants_quiet(self) -> None:
        await self.call("PATCH", "/notifications/preferences", {"paused_until": self.clock.now + HOUR})

    async def do_the_workspace_changes(self) -> None:
        admin = self.company.administrator
        await self.call("PATCH", "/workspace", {"name": "New name"}, by=admin)
        await self.call("PATCH", f"/inboxes/{self.company.inbox.id}", {"name": "Front desk"}, by=admin)
        await self.call("PATCH", "/me", {"name": "Me"})
        await self.call("POST", "/roles", {"name": "Guest", "powers": []}, by=admin)
        await self.call("POST", "/teams", {"name": "Others", "agent_ids": [], "inbox_ids": []}, by=admin)

    async def do_a_canned_reply_is_made(self) -> None:
        body = {"name": "Thanks", "texts": [{"language": "en", "text": "Thank you, {{contact.name|there}}"}]}
        await self.call("POST", "/canned-replies", body, by=self.company.administrator)

    async def do_an_inbox_and_an_agent_sign(self) -> None:
        await self.call("PUT", "/me/signature", {"text": "{{agent.name}}"})
        inbox = f"/inboxes/{self.company.inbox.id}/signature"
        await self.call("PUT", inbox, {"html": "<b>{{inbox.name}}</b>"}, by=self.company.administrator)

    async def do_templates_come(self) -> None:
        await self.write(keep_templates, self.company.inbox.id, TEMPLATES)

    async def do_a_ticket_is_tagged(self) -> None:
        ticket = await self.ticket()
        await self.call("PATCH", f"/tickets/{ticket['id']}", {"add_tags": ["urgent", "lamp"]})
        await self.call("PATCH", f"/tickets/{ticket['id']}", {"remove_tags": ["lamp"]})

    async def do_a_reply_is_scheduled_and_sent(self) -> None:
        ticket = await self.ticket()
        body = {"text": "Tomorrow", "due_at": self.clock.now + MINUTE}
        made = await self.call("POST", f"/conversations/{ticket['conversation_id']}/scheduled", body)
        await self.call("POST", f"/scheduled/{made['id']}/send")

    async def do_a_draft_is_shared_and_gone_on_with(self) -> None:
        ticket = await self.ticket()
        path = f"/conversations/{ticket['conversation_id']}/shared-drafts"
        made = await self.call("POST", path, {"text": "Dear Ann"})
        await self.call("POST", f"/shared-drafts/{made['id']}/take", by=self.company.administrator)

    async def do_a_rule_is_made_and_fails(self) -> None:
        step = {"kind": "tag", "add": ["ruled"]}
        body = {"name": "Later", "when": "customer_wrote", "steps": [step]}
        made = await self.call("POST", "/rules", body, by=self.company.administrator)
        await self.call("PUT", f"/rules/{made['id']}/switch", {"on": True}, by=self.company.administrator)
        ticket = await self.ticket()
        for _ in range(PATIENCE):
            await self.site.database.write(
                self.company.id,
                note_failure,
                made["id"],
                ticket["id"],
                ticket["conversation_id"],
                "problem.rule_failed",
            )

    async def do_a_colleague_is_asked_for_something(self) -> None:
        ticket = await self.ticket()
        wish = {"text": "Look for it", "owner_agent_id": self.boss.id, "due_at": self.clock.now + MINUTE}
        await self.call("POST", f"/tickets/{ticket['id']}/tasks", wish)

    async def do_it_is_due_and_done(self) -> None:
        self.clock.move(MINUTE)
        await self.write(remind_of_tasks)
        [row] = (await self.site.get(self.company.agent, "/tasks?of=asked"))["items"]
        await self.call("PATCH", f"/tasks/{row['task']['id']}", {"state": "done"})

    async def do_a_kind_gets_a_flow(self) -> None:
        stages = [{"name": "Reported", "status": "open"}, {"name": "Mended", "status": "resolved"}]
        await self.call("PATCH", "/kinds/fault", {"stages": stages}, by=self.boss)
        await self.call("POST", "/kinds", {"name": "Recall"}, by=self.boss)

    async def do_a_ticket_is_of_it_and_goes_on(self) -> None:
        ticket = await self.ticket()
        kinds = await self.call("GET", "/kinds")
        [reported, mended] = next(one["stages"] for one in kinds if one["id"] == "fault")
        await self.call("PATCH", f"/tickets/{ticket['id']}", {"kind": "fault", "attributes": {"product": "Lamp"}})
        await self.call("PATCH", f"/tickets/{ticket['id']}", {"stage": mended["id"]})
        await self.call("PATCH", f"/tickets/{ticket['id']}", {"stage": reported["id"]})

    async def do_a_macro_is_made_and_run(self) -> None:
        steps = [{"kind": "reply", "text": "Soon"}, {"kind": "status", "status": "snoozed", "snooze_seconds": 3600}]
        made = await self.call("POST", "/macros", {"name": "Later", "steps": steps}, by=self.company.administrator)
        ticket = await self.ticket()
        await self.call("POST", f"/conversations/{ticket['conversation_id']}/macros/{made['id']}")

    async def do_a_promise_is_made_and_broken(self) -> None:
        hours = {"name": "Early", "time_zone": "UTC"}
        await self.call("POST", "/schedules", hours, by=self.company.administrator)
        level = {"name": "All", "targets": [{"clock": "first_answer", "minutes": 60}]}
        await self.call("POST", "/levels", level, by=self.company.administrator)
        await self.site.say(self.company.inbox, "Hurry", who="dot")
        await FollowerRunner(self.site.database, Catalogue(EVENTS), [CLOCKS]).catch_up(self.company.id)
        for _ in range(2):
            self.clock.move(50 * MINUTE)
            await self.write(ring_clocks)

    async def do_a_route_is_made_and_a_customer_comes_by_it(self) -> None:
        team = (await self.call("GET", "/teams", by=self.company.administrator))[0]
        body = {"name": "Everybody", "team_id": team["id"]}
        route = await self.call("POST", "/routing/routes", body, by=self.company.administrator)
        await self.site.say(self.company.inbox, "Who has me?", who="routed")
        await self.site.database.write(self.company.id, look_round, frozenset())
        await self.call("DELETE", f"/routing/routes/{route['id']}", by=self.company.administrator)

    async def do_a_day_is_replayed(self) -> None:
        by = self.company.administrator
        await self.call("POST", "/routing/replays", {"day": "2026-02-28", "routes": []}, by=by)
        await JobRunner(self.site.database, Catalogue(EVENTS), make_replaying(frozenset())).catch_up()

    async def do_work_is_reviewed(self) -> None:
        by = self.company.administrator
        words = {"name": "Card", "criteria": [{"key": "warm", "name": "Warm"}]}
        card = await self.call("POST", "/score-cards", words, by=by)
        ticket = (await self.call("GET", "/tickets?list=all"))["items"][0]
        await self.call("PATCH", f"/tickets/{ticket['id']}", {"owner_agent_id": self.company.agent.id})
        review = {"card_id": card["id"], "ticket_id": ticket["id"], "scores": {"warm": 5}}
        await self.call("POST", "/reviews", review, by=by)

    async def do_an_agent_is_coached(self) -> None:
        ticket = (await self.call("GET", "/tickets?list=all"))["items"][0]
        words = {"agent_id": self.company.agent.id, "text": "Ask for the number first"}
        path = f"/conversations/{ticket['conversation_id']}/coaching-notes"
        note = await self.call("POST", path, words, by=self.company.administrator)
        await self.call("PUT", f"/coaching-notes/{note['id']}/read")
        await self.call("PUT", f"/coaching-notes/{note['id']}/answer", {"text": "I will"})

    async def do_a_surge_is_led(self) -> None:
        admin, me = self.company.administrator, self.company.agent.id
        team = (await self.call("GET", "/teams", by=admin))[0]
        words = {"name": "Outage", "team_id": team["id"]}
        path = "/surges/" + (await self.call("POST", "/surges", words, by=admin))["surge"]["id"]
        await self.site.say(self.company.inbox, "Is it down?", who="struck")
        ticket = await self.ticket("Struck")
        await self.call("PUT", f"{path}/members/{ticket['id']}")
        await self.call("POST", f"{path}/calls", {"agent_ids": [me]}, by=admin)
        await self.call("POST", f"{path}/calls/answer", {"comes": True})
        said = [{"language": "en", "text": "We know."}]
        await self.call("PUT", path, {**words, "texts": said}, by=admin)
        await self.call("POST", f"{path}/answers", {"texts": said, "after": "resolve"}, by=admin)
        await JobRunner(self.site.database, Catalogue(EVENTS), list_work(self.site.channels)).catch_up()
        await self.call("POST", f"{path}/end", by=admin)

    async def do_messages_are_heard(self) -> None:
        for text in ("Where is my parcel? It should have come on Monday.", "And when do I get the money back for it?"):
            await self.site.say(self.company.inbox, text, who="wonders")
        ears = Ears(Told(), conclude_messages)
        talk = (await self.ticket("Wonders"))["conversation_id"]
        said = (await self.call("GET", f"/conversations/{talk}/messages"))["items"]
        hear = partial(hear_messages, ears=ears)
        await self.site.database.write(self.company.id, hear, [one["id"] for one in said])

    async def do_several_write_about_what_no_reason_covers(self) -> None:
        members = []
        for at in range(LEAST):
            await self.site.say(self.company.inbox, "Is there a receipt with VAT?", who=f"taxed{at}")
            talk = (await self.ticket(f"Taxed{at}"))["conversation_id"]
            said = (await self.call("GET", f"/conversations/{talk}/messages"))["items"]
            members.append(Member(said[0]["id"], talk, WEEKS - 1))
        found = [Found(("vat", "receipt"), tuple(members))]
        await self.write(keep_themes, found, [*[0] * (WEEKS - 1), LEAST])

    async def do_a_language_model_writes_about_a_ticket(self) -> None:
        await self.write(connect_language_model, Model(address="http://127.0.0.1:1", model="m", uses=("cases",)), None)
        ticket = await self.ticket("Wonders")
        await self.call("POST", f"/tickets/{ticket['id']}/wording", {"use": "cases"})
        [row] = await self.site.database.read(self.company.id, rows_by_id, [ticket["id"]])
        order = Order("cases", row.id, "en", None)
        await self.write(keep_wording, order, row, "", None, "problem.language_model_away")
        await self.call("DELETE", "/language-model", by=self.boss)

    async def do_reasons_are_said_and_change(self) -> None:
        ticket = await self.ticket("Wonders")
        await self.call("PUT", f"/tickets/{ticket['id']}/reasons", {"reason_ids": ["payment", "order"]})
        by = self.company.administrator
        await self.call("PATCH", "/reasons/other", {"archived": True}, by=by)
        await self.call("POST", "/reasons/model/current", {"version": 0}, by=by)

    async def do_somebody_sounds_as_if_they_complain(self) -> None:
        for who, text in (("cross", "Third time I write. Your service is a disgrace!"), ("calm", "When do you open?")):
            await self.site.say(self.company.inbox, text, who=who)
            talk = (await self.ticket(who.title()))["conversation_id"]
            said = [one["id"] for one in (await self.call("GET", f"/conversations/{talk}/messages"))["items"]]
            await self.site.database.write(
                self.company.id, partial(hear_messages, ears=Ears(None, conclude_messages)), said
            )
            await self.site.database.write(self.company.id, hint_messages, said)
        path = f"/tickets/{(await self.ticket('Cross'))['id']}/felt"
        hint = (await self.call("GET", path))["hint"]
        await self.call("PUT", f"{path}/mood", {"message_id": hint["message_id"], "mood": "unhappy"})
        await self.call("PUT", f"{path}/complaint", {"is_complaint": True})

    async def do_the_workspace_names_its_products(self) -> None:
        await self.call("PUT", "/entities", {"products": ["Lamp 4"]}, by=self.boss)

    async def do_messages_are_looked_at(self) -> None:
        def ask(tx: Tx) -> None:
            enqueue(tx, LOOKS, {"since": week_before(tx.now) + WEEK})

        await self.site.database.write(self.company.id, ask)
        await JobRunner(self.site.database, Catalogue(EVENTS), {LOOKS: Work(draw_looks)}).catch_up()
        by = self.company.administrator
        one = (await self.call("GET", "/complaints/looks", by=by))["open"][0]
        await self.call("PUT", f"/complaints/looks/{one['message_id']}", {"missed": False}, by=by)

    async def do_a_board_is_to_come_by_mail(self) -> None:
        charts = [{"measure": "contacts", "by": "reason"}]
        to = [self.company.administrator.id]
        words = {"name": "Morning", "board": "why", "charts": charts, "agent_ids": to}
        await self.call("POST", "/insights/reports", words, by=self.company.administrator)

    async def do_everything_is_heard_anew(self) -> None:
        await self.site.database.write(self.company.id, lambda tx: tx.emit(AllHeard()))

    async def do_a_customer_is_asked_and_answers(self) -> None:
        words = {"name": "How was it", "kind": "csat", "delay_minutes": 0}
        await self.call("POST", "/surveys", words, by=self.boss)
        asked = FollowerRunner(self.site.database, Catalogue(EVENTS), [SURVEYS])
        jobs = JobRunner(self.site.database, Catalogue(EVENTS), work_of_surveys(self.site.channels, self.site.links))
        await asked.catch_up(self.company.id)
        await self.site.say(self.company.inbox, "My chair is broken", who="sitter")
        ticket = await self.ticket("Sitter")
        await self.call("PATCH", f"/tickets/{ticket['id']}", {"status": "resolved"})
        await asked.catch_up(self.company.id)
        await jobs.catch_up()
        await self.site.say(self.company.inbox, "2, slow", who="sitter")
        [row] = await self.call("GET", f"/conversations/{ticket['conversation_id']}/ratings")
        deed = {"texts": [{"language": "en", "text": "We are quicker now."}], "rating_ids": [row["rating"]["id"]]}
        await self.call("POST", "/feedback/told", deed, by=self.boss)
        await jobs.catch_up()

    async def do_a_customer_is_silent(self) -> None:
        ticket = await self.ticket("Sitter", "resolved")
        talk = ticket["conversation_id"]
        found = {talk: [Signal("unanswered", 2)]}
        await self.write(keep_look, Look(LOWEST_ID, [Customer(talk, ticket["contact_id"])], found, 0))
        await self.call("PUT", f"/silent/{talk}", {"settled": True})

    async def do_a_view_is_saved(self) -> None:
        await self.call("POST", "/saved-views", {"name": "Later", "filter": {}})

    async def do_somebody_is_erased(self) -> None:
        ann = await self.contact("Ann")
        await self.call("POST", f"/contacts/{ann['id']}/erase", by=self.company.administrator)

    def list_steps(self) -> list[tuple[str, Callable[[], Awaitable[None]]]]:
        """Everything that happens, in order."""
        names = [name for name in vars(type(self)) if name.startswith("do_")]
        return [(name.removeprefix("do_").replace("_", " "), getattr(self, name)) for name in names]


@pytest.mark.parametrize("restricted", [False, pytest.param(True, marks=AGAIN)])
async def test_whatever_happens_the_stream_tells_it(site: Site, clock: StoppedClock, restricted: bool) -> None:
    company = await site.add_company(restricted_reach=restricted)
    await site.database.write(company.id, create_team, "Crew", [company.agent.id], [company.inbox.id])
    for name, wanted in VIEWS.items():
        await site.call(company.agent, "POST", "/saved-views", {"name": name, "filter": wanted})
    story = Story(site, company, clock)
    wrong: list[str] = []
    kinds: set[str] = set()
    async with site.listen(company.agent) as stream:
        await stream.next()
        screens = await read_screens(site, company.agent)
        seq = (await site.get(company.agent, "/me"))["stream"]["seq"]
        for name, happen in story.list_steps():
            await happen()
            end = (await site.get(company.agent, "/me"))["stream"]["seq"]
            assert end > seq, f"{name}: nothing happened"
            frames = [sent async for sent in stream.until(end)]
            screens.apply(frames)
            await ask_doubts(site, company.agent, screens)
            kinds |= {sent.data["kind"] for sent in frames if sent.event == "change"}
            fresh = await read_screens(site, company.agent)
            wrong += [f"{name}: {one}" for one in differences(screens, fresh)]
            screens, seq = fresh, end
    assert not wrong, "\n".join(wrong)
    if not restricted:
        assert kinds == {kind_of(event) for event in EVENTS}


async def test_the_comparison_notices_what_the_stream_keeps_quiet(site: Site, company: Company) -> None:
    screens = await read_screens(site, company.agent)
    await site.say(company.inbox)
    found = differences(screens, await read_screens(site, company.agent))
    assert {one.partition(":")[0] for one in found} == {"tickets", "turns", "conversations", "messages", "contacts"}
