"""What every route of the product demands of its caller: the table that the route matrix holds against the routes that there are."""

from typing import Any, NamedTuple

from tests.counterparts.pushservice import Browser


class Row(NamedTuple):
    """`needs` is a power, or "signed in", "nobody" (public), or "visitor". `body` gets a caller who has it past the form's checks.

    `people_only`: a program's token is refused whatever its powers. Words in angle brackets in bodies and queries stand for ids of
    the company whose things are asked for.
    """

    needs: str
    body: Any = None
    query: str = ""
    people_only: bool = False


READ, REPLY, WORK = "conversations.read", "conversations.reply", "tickets.work"
CONTACTS = "contacts.edit"
INBOXES, AGENTS, TEAMS, TOKENS = "inboxes.manage", "agents.manage", "teams.manage", "tokens.manage"
WORKSPACE, AUDIT = "workspace.manage", "audit.read"
SIGNED_IN, NOBODY, VISITOR = "signed in", "nobody", "visitor"

ROWS: dict[str, Row] = {
    "GET /health": Row(NOBODY),
    "GET /api/v1/health": Row(NOBODY),
    "GET /ready": Row(NOBODY),
    "GET /api/v1/ready": Row(NOBODY),
    "GET /api/v1/openapi.json": Row(NOBODY),
    "GET /metrics": Row(NOBODY),
    "GET /api/v1/health-report": Row(WORKSPACE),
    # people
    "POST /api/v1/sign-in": Row(NOBODY, {"email": "nobody@firm.example", "password": "not the right one"}),
    "POST /api/v1/sign-out": Row(SIGNED_IN),
    "GET /api/v1/links/{purpose}": Row(NOBODY),
    "POST /api/v1/links/{purpose}": Row(NOBODY, {"token": "nothing", "password": "correct horse battery"}),
    "POST /api/v1/password-reset": Row(NOBODY, {"email": "nobody@firm.example"}),
    "GET /api/v1/me": Row(SIGNED_IN),
    "PATCH /api/v1/me": Row(SIGNED_IN, {"name": "New"}),
    "GET /api/v1/sessions": Row(SIGNED_IN),
    "DELETE /api/v1/sessions": Row(SIGNED_IN),
    "DELETE /api/v1/sessions/{session_id}": Row(SIGNED_IN),
    "GET /api/v1/agents": Row(READ),
    "POST /api/v1/agents": Row(AGENTS, {"email": "new@firm.example"}),
    "PATCH /api/v1/agents/{agent_id}": Row(AGENTS, {"name": "Taken over"}),
    "POST /api/v1/agents/{agent_id}/invitation": Row(AGENTS),
    "GET /api/v1/teams": Row(READ),
    "POST /api/v1/teams": Row(TEAMS, {"name": "Crew", "agent_ids": [], "inbox_ids": []}),
    "PATCH /api/v1/teams/{team_id}": Row(TEAMS, {"name": "Taken over"}),
    "DELETE /api/v1/teams/{team_id}": Row(TEAMS),
    # settings
    "GET /api/v1/workspace": Row(SIGNED_IN),
    "PATCH /api/v1/workspace": Row(WORKSPACE, {"name": "New"}),
    "POST /api/v1/workspace/ready": Row(WORKSPACE),
    "GET /api/v1/channels": Row(READ),
    "GET /api/v1/inboxes": Row(READ),
    "POST /api/v1/inboxes": Row(INBOXES, {"channel": "sandbox", "name": "New"}),
    "POST /api/v1/inboxes/check": Row(INBOXES, {"channel": "sandbox", "name": "New"}),
    "POST /api/v1/inboxes/{inbox_id}/check": Row(INBOXES),
    "PATCH /api/v1/inboxes/{inbox_id}": Row(INBOXES, {"name": "Taken over"}),
    "DELETE /api/v1/inboxes/{inbox_id}": Row(INBOXES),
    "GET /api/v1/tokens": Row(TOKENS),
    "POST /api/v1/tokens": Row(TOKENS, {"name": "program", "powers": [TOKENS]}, people_only=True),
    "DELETE /api/v1/tokens/{token_id}": Row(TOKENS),
    "GET /api/v1/audit": Row(AUDIT),
    "POST /api/v1/demo": Row(WORKSPACE),
    "DELETE /api/v1/demo": Row(WORKSPACE),
    # notifications
    "GET /api/v1/notifications": Row(READ, people_only=True),
    "GET /api/v1/notifications/summary": Row(READ, people_only=True),
    "POST /api/v1/notifications/read": Row(READ, {"conversation_id": "<conversation_id>"}, people_only=True),
    "PATCH /api/v1/notifications/preferences": Row(READ, {"sound": False}, people_only=True),
    "GET /api/v1/push/key": Row(READ, people_only=True),
    "GET /api/v1/push/devices": Row(READ, people_only=True),
    "POST /api/v1/push/devices": Row(READ, Browser().subscription("http://127.0.0.1/push"), people_only=True),
    "DELETE /api/v1/push/devices/{device_id}": Row(READ, people_only=True),
    "POST /api/v1/push/devices/{device_id}/trial": Row(READ, people_only=True),
    # conversations
    "GET /api/v1/conversations": Row(READ),
    "POST /api/v1/conversations": Row(
        REPLY, {"contact_id": "<contact_id>", "inbox_id": "<inbox_id>", "text": "Taken over"}
    ),
    "GET /api/v1/conversations/{conversation_id}": Row(READ),
    "GET /api/v1/conversations/{conversation_id}/messages": Row(READ),
    "POST /api/v1/conversations/{conversation_id}/messages": Row(REPLY, {"kind": "note", "text": "Taken over"}),
    "POST /api/v1/conversations/{conversation_id}/plan": Row(REPLY, {"text": "Taken over"}),
    "PUT /api/v1/conversations/{conversation_id}/draft": Row(REPLY, {"text": "Taken over"}),
    "DELETE /api/v1/conversations/{conversation_id}/draft": Row(REPLY),
    "POST /api/v1/conversations/{conversation_id}/read": Row(READ, {"message_id": "<message_id>"}),
    "POST /api/v1/conversations/{conversation_id}/signals": Row(READ, {"name": "typing"}),
    "GET /api/v1/conversations/{conversation_id}/tickets": Row(READ),
    "POST /api/v1/messages/{message_id}/undo": Row(REPLY),
    "POST /api/v1/messages/{message_id}/retry": Row(REPLY),
    "GET /api/v1/messages/{message_id}/html": Row(READ),
    "GET /api/v1/messages/{message_id}/raw": Row(READ),
    "POST /api/v1/files": Row(REPLY, query="?name=a.txt"),
    "GET /api/v1/attachments/{attachment_id}": Row(READ),
    # tickets
    "GET /api/v1/tickets": Row(READ, query="?list=all"),
    "GET /api/v1/tickets/counts": Row(READ),
    "PATCH /api/v1/tickets/{ticket_id}": Row(WORK, {"status": "resolved"}),
    # contacts
    "GET /api/v1/contacts": Row(READ),
    "GET /api/v1/contacts/export": Row(READ),
    "POST /api/v1/contacts": Row(CONTACTS, {"name": "New"}),
    "GET /api/v1/contacts/{contact_id}": Row(READ),
    "PATCH /api/v1/contacts/{contact_id}": Row(CONTACTS, {"name": "Taken over"}),
    "GET /api/v1/contacts/{contact_id}/conversation": Row(READ),
    "POST /api/v1/contacts/{contact_id}/merge": Row(CONTACTS, {"into": "<contact_id>"}),
    "POST /api/v1/contacts/{contact_id}/separate": Row(CONTACTS),
    "POST /api/v1/contacts/{contact_id}/identities": Row(
        CONTACTS, {"scheme": "email", "value": "new@customer.example"}
    ),
    "DELETE /api/v1/contacts/{contact_id}/identities": Row(CONTACTS, query="?scheme=sandbox&value=ann"),
    "GET /api/v1/search": Row(READ, query="?q=canary"),
    # visitors
    "POST /visitor/v1/sessions": Row(NOBODY, {"inbox": "nobody"}),
    "DELETE /visitor/v1/sessions": Row(VISITOR),
    "GET /visitor/v1/messages": Row(VISITOR),
    "POST /visitor/v1/messages": Row(VISITOR, {"text": "Hi", "key": "1"}),
    "POST /visitor/v1/files": Row(VISITOR, query="?name=a.txt"),
    "GET /visitor/v1/attachments/{attachment_id}": Row(VISITOR),
    "POST /visitor/v1/read": Row(VISITOR, {"message_id": "<message_id>"}),
    "POST /visitor/v1/typing": Row(VISITOR),
    "GET /visitor/v1/stream": Row(VISITOR),
}
