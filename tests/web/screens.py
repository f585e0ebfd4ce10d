"""What an agent's screens know, and how frames change it: the rule of `frontend/inbox/src/live.ts`, in Python.

Every row in a frame takes the place of the one with its id. A few kinds say only that something must be read afresh.
"""

from collections.abc import Iterable
from typing import Any

from tests.web.site import Person, Sent, Site

Rows = dict[Any, Any]
KINDS = (
    "tickets",
    "conversations",
    "messages",
    "contacts",
    "reads",
    "watchers",
    "views",
    "notifications",
    "people",
    "changes",
    "turns",
    "moved",
    "tasks",
)
LISTS = ("all", "snoozed", "resolved")
AFRESH = frozenset(
    {
        "agent.changed",
        "role.changed",
        "routing.changed",
        "routing.replayed",
        "score_card.changed",
        "review.changed",
        "coaching.written",
        "coaching.changed",
        "team.changed",
        "inbox.changed",
        "workspace.changed",
        "draft.changed",
        "draft.shared",
        "canned_reply.changed",
        "signature.changed",
        "templates.fetched",
        "macro.changed",
        "rule.changed",
        "rule.paused",
        "level.changed",
        "schedule.changed",
        "kind.changed",
        "scheduled.changed",
        "saved_view.changed",
        "notification.changed",
        "translator.changed",
        "task.asked",
        "task.changed",
        "task.due",
        "complaints.changed",
        "complaint.moved",
        "complaint.changed",
        "surge.begun",
        "surge.changed",
        "surge.ended",
        "surge.members_changed",
        "surge.said",
        "surge.called",
        "surveys.changed",
        "reports.changed",
        "hearing.all_heard",
        "survey.asked",
        "survey.told",
        "silent.changed",
        "themes.changed",
        "language_model.changed",
        "ticket.worded",
    }
)

_MOVED = frozenset({"timelines", "contacts"})
WHAT_ELSE = {
    "contact.merged": _MOVED,
    "contact.separated": _MOVED,
    "conversation.moved": _MOVED,
    "group.changed": frozenset({"group", "contacts"}),
    "timer.changed": frozenset({"group"}),
}
"""What else must be read afresh; whoever is in a group within reach is within reach."""


class Screens:
    """Everything that one agent's screens could show, by kind of thing and id. `afresh` names what must be read again."""

    def __init__(self) -> None:
        self.rows: dict[str, Rows] = {name: {} for name in KINDS}
        self.afresh: set[str] = set()
        self.doubts: set[str] = set()
        """Conversations of which only the server can say now in which saved views their tickets stand."""

    def apply(self, frames: Iterable[Sent]) -> None:
        """Take frames in, one after another."""
        for frame in frames:
            if frame.event == "change":
                self._take(frame.data)

    def _take(self, data: Any) -> None:
        for name in ("ticket", "conversation", "message", "contact"):
            if name in data:
                self.rows[f"{name}s"][data[name]["id"]] = data[name]
        self.rows["messages"].update({one["id"]: one for one in data.get("messages", ())})
        self._sort(data)
        if "contact" in data:
            self._take_contact(data["contact"])
        self.doubts |= {data["conversation_id"], data.get("contact", {}).get("conversation_id")} - {None}
        if data["kind"] == "conversation.seen":
            self.rows["reads"][data["conversation_id"]] = data["facts"]["message_id"]
        elif data["kind"] == "conversation.watched":
            self._watch(data["conversation_id"], data["facts"])
        elif data["kind"] in WHAT_ELSE:
            self.afresh |= WHAT_ELSE[data["kind"]]
        elif data["kind"] == "contact.erased":
            self._erase(data["facts"]["contact_id"], data["conversation_id"])
        elif data["kind"] in AFRESH:
            self.afresh.add(data["kind"].partition(".")[0])
        if data["kind"].startswith("contact.") or data["kind"] in ("message.removed", "message.changed"):
            self.afresh |= {"notification", "group"}  # whose names stand there

    def _watch(self, conversation_id: str, facts: Any) -> None:
        """Who follows a conversation stands beside it."""
        key = conversation_id, facts["agent_id"]
        self.rows["watchers"].pop(key, None)
        if facts["watching"]:
            self.rows["watchers"][key] = True

    def _sort(self, data: Any) -> None:
        """Whose turn it is, what is about a ticket besides, and which are no more."""
        facts, row = data["facts"], data.get("ticket")
        if row and row["begins_id"]:
            self.rows["turns"][row["conversation_id"], row["begins_id"]] = row["id"]
        if data["kind"] == "ticket.taken_up":
            self.rows["turns"][data["conversation_id"], facts["from_id"]] = facts["ticket_id"]
        elif data["kind"] == "ticket.messages_moved":
            self.rows["moved"].update(dict.fromkeys(facts["message_ids"], facts["ticket_id"]))
        elif data["kind"] == "ticket.dropped":
            self._drop(facts["ticket_id"])

    def _drop(self, ticket_id: str) -> None:
        """A ticket is gone, and with it its turns."""
        self.rows["tickets"].pop(ticket_id, None)
        self.rows["views"] = {key: True for key in self.rows["views"] if key[1] != ticket_id}
        self.rows["turns"] = {key: one for key, one in self.rows["turns"].items() if one != ticket_id}

    def _erase(self, contact_id: str, conversation_id: str | None) -> None:
        """Nothing is left of a contact, nor of the conversation with them and what was asked aside."""
        self.rows["contacts"].pop(contact_id, None)
        talks = self.rows["conversations"]
        gone = {key for key, row in talks.items() if conversation_id in (key, row["parent_id"])}
        lost = {key for key, row in self.rows["tickets"].items() if row["conversation_id"] in gone}
        self.rows["views"] = {key: True for key in self.rows["views"] if key[1] not in lost}
        for name in ("tickets", "messages", "tasks"):
            self.rows[name] = {key: row for key, row in self.rows[name].items() if row["conversation_id"] not in gone}
        self.rows["turns"] = {key: one for key, one in self.rows["turns"].items() if one not in lost}
        self.rows["moved"] = {key: one for key, one in self.rows["moved"].items() if one not in lost}
        self.rows["conversations"] = {key: row for key, row in talks.items() if key not in gone}
        self.rows["reads"] = {key: row for key, row in self.rows["reads"].items() if key not in gone}
        self.rows["watchers"] = {key: row for key, row in self.rows["watchers"].items() if key[0] not in gone}

    def _take_contact(self, contact: Any) -> None:
        """A ticket is headed by its contact's name; views ask what is known of who is one with others, in all their conversations."""
        for ticket in self.rows["tickets"].values():
            if ticket["contact_id"] == contact["id"]:
                ticket["title"] = contact["name"]
        if any(own["contact_id"] != contact["id"] for own in contact["identities"]):
            self.afresh.add("saved_view")


async def ask_doubts(site: Site, person: Person, screens: Screens) -> None:
    """Ask the server where the tickets in doubt stand, as the app does."""
    tickets, views = screens.rows["tickets"], screens.rows["views"]
    for view in await site.get(person, "/saved-views"):
        body = {"list": f"view:{view['id']}", "conversation_ids": sorted(screens.doubts)}
        answer = await site.call(person, "POST", "/tickets/within", body)
        for key in [key for key in views if key[0] == view["name"]]:
            if tickets[key[1]]["conversation_id"] in screens.doubts:
                del views[key]
        views.update({(view["name"], row["id"]): True for row in answer.json()})


async def read_screens(site: Site, person: Person) -> Screens:
    """The same, fetched now: every list and saved view, every timeline, every contact."""
    screens = Screens()
    for name in LISTS:
        for row in await _all(site, person, f"/tickets?list={name}"):
            read_id = row.pop("read_id")
            screens.rows["tickets"][row["id"]] = row
            if read_id:
                screens.rows["reads"][row["conversation_id"]] = read_id
    for view in await site.get(person, "/saved-views"):
        for row in await _all(site, person, f"/tickets?list=view:{view['id']}"):
            screens.rows["views"][view["name"], row["id"]] = True
    await _read_talks(site, person, screens.rows)
    for row in await _all(site, person, "/notifications?"):
        screens.rows["notifications"][row["id"]] = row
    screens.rows["notifications"]["summary"] = await site.get(person, "/notifications/summary")
    for row in await _all(site, person, "/contacts?"):
        screens.rows["contacts"][row["id"]] = row
    return screens


def _take_turns(rows: dict[str, Rows], tickets: list[Any]) -> None:
    for ticket in tickets:
        for turn in ticket["turns"]:
            rows["turns"][turn["conversation_id"], turn["from_id"]] = ticket["id"]
        rows["moved"].update(dict.fromkeys(ticket["moved"], ticket["id"]))


async def _read_talks(site: Site, person: Person, rows: dict[str, Rows]) -> None:
    for row in await _all(site, person, "/conversations?"):
        whole = await site.get(person, f"/conversations/{row['id']}")
        _take_turns(rows, await site.get(person, f"/conversations/{row['id']}/tickets"))
        rows["watchers"].update({(row["id"], agent_id): True for agent_id in whole["watcher_ids"]})
        for task in await site.get(person, f"/conversations/{row['id']}/tasks"):
            rows["tasks"][task["id"]] = task
        everybody = ((one["scheme"], one["value"], one) for one in whole["participants"])
        rows["people"].update({(row["id"], scheme, value): one for scheme, value, one in everybody})
        sides = await _all(site, person, f"/conversations/{row['id']}/sides?")
        rows["reads"].update({one["conversation"]["id"]: one["read_id"] for one in sides if one["read_id"]})
        for conversation in (row, *(one["conversation"] for one in sides)):
            rows["conversations"][conversation["id"]] = conversation
            timeline = await site.get(person, f"/conversations/{conversation['id']}/messages?limit=200")
            rows["changes"].update({change["id"]: change for change in whole["changes"]})
            rows["messages"].update({message["id"]: message for message in timeline["items"]})


async def _all(site: Site, person: Person, path: str) -> list[Any]:
    page = await site.get(person, f"{path}&limit=200")
    assert page["next"] is None
    items: list[Any] = page["items"]
    return items


def differences(heard: Screens, fresh: Screens, names: Iterable[str] = KINDS) -> list[str]:
    """What a reload would change among things of these kinds, those aside that the stream said to read afresh."""
    told = {"contacts"} & heard.afresh
    if "notification" in heard.afresh:
        told.add("notifications")
    if "group" in heard.afresh:
        told |= {"people", "changes"}
    if "timelines" in heard.afresh:
        told |= {"conversations", "messages", "views", "watchers", "turns", "moved", "tasks"}
    if "saved_view" in heard.afresh:
        told.add("views")
    if "task" in heard.afresh:
        told.add("tasks")
    found = []
    for name in set(names) - told:
        for key in heard.rows[name].keys() | fresh.rows[name].keys():
            one, other = heard.rows[name].get(key), fresh.rows[name].get(key)
            if one != other:
                found.append(f"{name}: {_what(one, other)}")
    return found


def _what(one: Any, other: Any) -> str:
    if not isinstance(one, dict) or not isinstance(other, dict):
        return f"heard {one}, fresh {other}"
    return str(
        {key: (one.get(key), other.get(key)) for key in one.keys() | other.keys() if one.get(key) != other.get(key)}
    )
