"""What every route of the product demands of its caller: the table that the route matrix holds against the routes that there are."""

from typing import Any, NamedTuple

from tests.counterparts.pushservice import Browser


class Row(NamedTuple):
    """`needs` is a power, or "signed in", "nobody" (public), or "visitor". `body` gets a caller who has it past the form's checks.

    `instead`: powers each of which opens it as well.
    `more`: further powers that the call gives away or touches, and so takes.
    `people_only`: a program's token is refused whatever its powers. Words in angle brackets in bodies and queries stand for ids of
    the company whose things are asked for.
    """

    needs: str
    body: Any = None
    query: str = ""
    people_only: bool = False
    more: tuple[str, ...] = ()
    instead: tuple[str, ...] = ()


READ, REPLY, WORK = "conversations.read", "conversations.reply", "tickets.work"
CONTACTS, REPLIES, IMPORT = "contacts.edit", "replies.manage", "contacts.import"
INBOXES, AGENTS, TEAMS, TOKENS = "inboxes.manage", "agents.manage", "teams.manage", "tokens.manage"
ROLES = "roles.manage"
ERASE = "workspace.erase"
ROLES, ROUTING, LEAD = "roles.manage", "routing.manage", "surges.lead"
WORKSPACE, AUDIT = "workspace.manage", "audit.read"
DESK = (READ, REPLY, WORK, CONTACTS)
"""What agents of the role built in may do."""
SIGNED_IN, NOBODY, VISITOR = "signed in", "nobody", "visitor"

CONSENT = {"purpose": "offers", "answer": "given", "source": "Taken over"}
CANNED = {"name": "Taken over", "texts": [{"language": "en", "text": "Taken over"}]}
RULE = {
    "name": "Taken over",
    "when": "customer_wrote",
    "steps": [{"kind": "status", "status": "open"}],
}
MACRO = {"name": "Taken over", "steps": [{"kind": "status", "status": "open"}]}
LEVEL = {"name": "Taken over", "targets": [{"clock": "first_answer", "minutes": 60}]}
SCHEDULE = {"name": "Taken over", "time_zone": "UTC"}
ROUTE = {"name": "Taken over", "team_id": "<team_id>"}
COACH = "agents.coach"
CARD = {"name": "Taken over", "criteria": [{"key": "warm", "name": "Taken over"}]}
SURGE = {"name": "Taken over"}
ANSWER = {"texts": [{"language": "en", "text": "Taken over"}]}
LATER = 1_772_355_600_000 + 3_600_000
"""An hour after the stopped clock's start."""
YESTERDAY = "2026-02-28"
"""The day before it."""

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
    "POST /api/v1/sign-in/passkey": Row(NOBODY, {"credential": {}}),
    "POST /api/v1/passkey": Row(NOBODY),
    "POST /api/v1/confirm": Row(SIGNED_IN, {"password": "not the right one"}),
    "GET /api/v1/factors": Row(SIGNED_IN),
    "POST /api/v1/factors/offer": Row(SIGNED_IN, {"kind": "app"}),
    "POST /api/v1/factors": Row(SIGNED_IN, {"name": "Phone", "offer": "nothing", "code": "000000"}),
    "DELETE /api/v1/factors/{factor_id}": Row(SIGNED_IN),
    "POST /api/v1/recovery-codes": Row(SIGNED_IN),
    "POST /api/v1/sign-out": Row(SIGNED_IN),
    "GET /api/v1/links/{purpose}": Row(NOBODY),
    "POST /api/v1/links/{purpose}": Row(NOBODY, {"token": "nothing", "password": "correct horse battery"}),
    "POST /api/v1/password-reset": Row(NOBODY, {"email": "nobody@firm.example"}),
    "GET /api/v1/me": Row(SIGNED_IN),
    "PATCH /api/v1/me": Row(SIGNED_IN, {"name": "New"}),
    "PUT /api/v1/me/away": Row(SIGNED_IN, {"until": None}),
    "PUT /api/v1/me/photo": Row(SIGNED_IN),
    "DELETE /api/v1/me/photo": Row(SIGNED_IN),
    "GET /api/v1/agents/{agent_id}/photo": Row(READ),
    "GET /file/{called}": Row(NOBODY),
    "GET /api/v1/sessions": Row(SIGNED_IN),
    "DELETE /api/v1/sessions": Row(SIGNED_IN),
    "DELETE /api/v1/sessions/{session_id}": Row(SIGNED_IN),
    "GET /api/v1/agents": Row(READ),
    "POST /api/v1/agents": Row(AGENTS, {"email": "new@firm.example"}, more=DESK),
    "PATCH /api/v1/agents/{agent_id}": Row(AGENTS, {"name": "Taken over"}, more=DESK),
    "POST /api/v1/agents/{agent_id}/invitation": Row(AGENTS),
    "DELETE /api/v1/agents/{agent_id}/factors": Row(AGENTS, people_only=True),
    "GET /api/v1/roles": Row(READ),
    "POST /api/v1/roles": Row(ROLES, {"name": "Own", "powers": [ROLES]}),
    "PATCH /api/v1/roles/{role_id}": Row(ROLES, {"name": "Taken over"}),
    "DELETE /api/v1/roles/{role_id}": Row(ROLES),
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
    "GET /api/v1/inboxes/{inbox_id}/handout": Row(INBOXES),
    "PATCH /api/v1/inboxes/{inbox_id}": Row(INBOXES, {"name": "Taken over"}),
    "DELETE /api/v1/inboxes/{inbox_id}": Row(INBOXES),
    "GET /api/v1/inboxes/{inbox_id}/templates": Row(READ),
    "POST /api/v1/inboxes/{inbox_id}/templates/fetch": Row(INBOXES),
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
    "PUT /api/v1/conversations/{conversation_id}/watch": Row(READ, people_only=True),
    "DELETE /api/v1/conversations/{conversation_id}/watch": Row(READ, people_only=True),
    "GET /api/v1/conversations/{conversation_id}/sides": Row(READ),
    "POST /api/v1/conversations/{conversation_id}/sides": Row(
        REPLY, {"to": {"scheme": "sandbox", "value": "mill"}, "inbox_id": "<inbox_id>", "text": "Taken over"}
    ),
    "PATCH /api/v1/sides/{side_id}": Row(REPLY, {"closed": True}),
    "POST /api/v1/conversations/{conversation_id}/signals": Row(READ, {"name": "typing"}),
    "GET /api/v1/conversations/{conversation_id}/tickets": Row(READ),
    "POST /api/v1/conversations/{conversation_id}/shared-drafts": Row(REPLY, {"text": "Taken over"}),
    "PUT /api/v1/conversations/{conversation_id}/shared-drafts/{draft_id}": Row(
        REPLY, {"text": "Taken over"}, query="?since=1"
    ),
    "GET /api/v1/shared-drafts/{draft_id}": Row(READ),
    "DELETE /api/v1/shared-drafts/{draft_id}": Row(REPLY),
    "POST /api/v1/shared-drafts/{draft_id}/take": Row(REPLY),
    "POST /api/v1/shared-drafts/{draft_id}/give-back": Row(REPLY),
    "POST /api/v1/shared-drafts/{draft_id}/unshare": Row(REPLY),
    "POST /api/v1/conversations/{conversation_id}/scheduled": Row(REPLY, {"text": "Taken over", "due_at": LATER}),
    "PATCH /api/v1/scheduled/{scheduled_id}": Row(REPLY, {"due_at": LATER}),
    "POST /api/v1/scheduled/{scheduled_id}/send": Row(REPLY),
    "POST /api/v1/scheduled/{scheduled_id}/cancel": Row(REPLY),
    "POST /api/v1/conversations/{conversation_id}/translation": Row(
        REPLY, {"text": "Hi", "source": "en", "into": "sv"}
    ),
    "POST /api/v1/messages/{message_id}/translation": Row(READ, {"into": "sv"}),
    "GET /api/v1/translator": Row(READ),
    "PUT /api/v1/translator": Row(WORKSPACE, {"kind": "libretranslate", "address": "http://127.0.0.1:1"}),
    "DELETE /api/v1/translator": Row(WORKSPACE),
    "PUT /api/v1/translator/words": Row(WORKSPACE, {"terms": [{"word": "Taken over"}]}),
    "POST /api/v1/messages/{message_id}/undo": Row(REPLY),
    "PATCH /api/v1/messages/{message_id}": Row(REPLY, {"text": "Taken over"}),
    "DELETE /api/v1/messages/{message_id}": Row(REPLY),
    "POST /api/v1/messages/{message_id}/restore": Row(REPLY),
    "PUT /api/v1/messages/{message_id}/hidden": Row(REPLY, {"hidden": True}),
    "PUT /api/v1/messages/{message_id}/reaction": Row(REPLY, {"emoji": "👍"}, people_only=True),
    "GET /api/v1/messages/{message_id}/earlier": Row(AUDIT),
    "POST /api/v1/messages/{message_id}/retry": Row(REPLY),
    "GET /api/v1/messages/{message_id}/html": Row(READ),
    "GET /api/v1/messages/{message_id}/raw": Row(READ),
    "POST /api/v1/files": Row(REPLY, query="?name=a.txt", instead=(REPLIES, INBOXES)),
    "GET /api/v1/attachments/{attachment_id}": Row(READ),
    "POST /api/v1/attachments/{attachment_id}/copy": Row(REPLY),
    # tickets
    "GET /api/v1/complaints": Row("complaints.read"),
    "GET /api/v1/complaints/export": Row("complaints.read"),
    "GET /api/v1/complaints/report": Row("complaints.read"),
    "GET /api/v1/complaints/settings": Row(READ, instead=("complaints.read",)),
    "PUT /api/v1/complaints/settings": Row(WORKSPACE, {"recurs_days": 30}),
    "GET /api/v1/tickets/{ticket_id}/complaint": Row(READ),
    "GET /api/v1/numbers": Row("numbers.read"),
    "GET /api/v1/numbers/levels": Row("numbers.read"),
    "GET /api/v1/numbers/promises": Row("numbers.read"),
    "GET /api/v1/insights/chart": Row("numbers.read", query="?measure=contacts&by=kind"),
    "GET /api/v1/insights/behind": Row("numbers.read", query="?measure=contacts&by=kind&only=kind:question"),
    "GET /api/v1/insights/columns": Row("insights.ask"),
    "POST /api/v1/insights/sql": Row("insights.ask", {"sql": "SELECT 1"}),
    "GET /api/v1/insights/export": Row("insights.ask", query="?table=tickets&format=csv"),
    "GET /api/v1/reply-promises": Row(READ),
    "GET /api/v1/wallboard": Row("wallboard.read"),
    "GET /api/v1/day-ahead": Row("wallboard.read"),
    "GET /api/v1/tickets": Row(READ, query="?list=all"),
    "GET /api/v1/tickets/counts": Row(READ),
    "GET /api/v1/tickets/export": Row("tickets.export", query="?list=all"),
    "POST /api/v1/tickets/find": Row(READ, {"filter": {}}),
    "POST /api/v1/tickets/within": Row(READ, {"list": "all", "conversation_ids": ["<conversation_id>"]}),
    "POST /api/v1/tickets/bulk": Row(WORK, {"list": "all", "ids": ["<ticket_id>"], "status": "pending"}),
    "POST /api/v1/tickets/bulk/{run_id}/undo": Row(WORK),
    "PATCH /api/v1/tickets/{ticket_id}": Row(WORK, {"status": "resolved"}),
    "POST /api/v1/conversations/{conversation_id}/tickets": Row(WORK, {"matter": "Another one"}),
    "DELETE /api/v1/tickets/{ticket_id}": Row(WORK),
    "POST /api/v1/tickets/{ticket_id}/messages": Row(WORK, {"message_ids": ["<message_id>"]}),
    "GET /api/v1/tags": Row(READ),
    "GET /api/v1/tags/uses": Row(READ),
    "GET /api/v1/kinds": Row(READ),
    "POST /api/v1/kinds": Row(WORKSPACE, {"name": "Taken over"}),
    "PATCH /api/v1/kinds/{kind_id}": Row(WORKSPACE, {"name": "Taken over"}),
    "GET /api/v1/owners": Row(WORK, query="?conversation_id=<conversation_id>"),
    "GET /api/v1/levels": Row(READ),
    "POST /api/v1/levels": Row(WORKSPACE, LEVEL),
    "PUT /api/v1/levels/{level_id}": Row(WORKSPACE, LEVEL),
    "DELETE /api/v1/levels/{level_id}": Row(WORKSPACE),
    "PUT /api/v1/level-order": Row(WORKSPACE, {"level_ids": ["<level_id>"]}),
    "GET /api/v1/tickets/{ticket_id}/clocks": Row(READ),
    "GET /api/v1/schedules": Row(SIGNED_IN),
    "POST /api/v1/schedules": Row(WORKSPACE, SCHEDULE),
    "PUT /api/v1/schedules/{schedule_id}": Row(WORKSPACE, SCHEDULE),
    "DELETE /api/v1/schedules/{schedule_id}": Row(WORKSPACE),
    "GET /api/v1/public-holidays": Row(SIGNED_IN),
    "GET /api/v1/public-holidays/countries": Row(WORKSPACE),
    "GET /api/v1/macros": Row(READ),
    "POST /api/v1/macros": Row(REPLIES, MACRO),
    "PUT /api/v1/macros/{macro_id}": Row(REPLIES, MACRO),
    "DELETE /api/v1/macros/{macro_id}": Row(REPLIES),
    "POST /api/v1/macros/{macro_id}/restore": Row(REPLIES),
    "POST /api/v1/conversations/{conversation_id}/macros/{macro_id}": Row(WORK),
    "POST /api/v1/tickets/{ticket_id}/macros/{macro_id}": Row(WORK),
    "GET /api/v1/rules": Row(WORKSPACE),
    "POST /api/v1/rules": Row(WORKSPACE, RULE),
    "POST /api/v1/rules/acknowledgement": Row(WORKSPACE, more=(REPLIES,)),
    "PUT /api/v1/rules/order": Row(WORKSPACE, {"ids": ["<rule_id>"]}),
    "POST /api/v1/rules/try": Row(WORKSPACE, {"rule": RULE}),
    "PUT /api/v1/rules/{rule_id}": Row(WORKSPACE, RULE),
    "PUT /api/v1/rules/{rule_id}/switch": Row(WORKSPACE, {"on": False}),
    "DELETE /api/v1/rules/{rule_id}": Row(WORKSPACE),
    "POST /api/v1/rules/{rule_id}/restore": Row(WORKSPACE),
    "GET /api/v1/rules/{rule_id}/secret": Row(WORKSPACE),
    "GET /api/v1/rules/{rule_id}/firings": Row(WORKSPACE),
    "GET /api/v1/conversations/{conversation_id}/firings": Row(READ),
    "GET /api/v1/routing": Row(ROUTING),
    "POST /api/v1/routing/routes": Row(ROUTING, ROUTE),
    "PUT /api/v1/routing/routes/{route_id}": Row(ROUTING, ROUTE),
    "DELETE /api/v1/routing/routes/{route_id}": Row(ROUTING),
    "PUT /api/v1/routing/order": Row(ROUTING, {"route_ids": ["<route_id>"]}),
    "PUT /api/v1/routing/agents/{agent_id}": Row(ROUTING, {"skills": ["taken over"]}),
    "PUT /api/v1/routing/inboxes/{inbox_id}": Row(ROUTING, {"weight": 9}),
    "GET /api/v1/conversations/{conversation_id}/coaching-notes": Row(READ),
    "POST /api/v1/conversations/{conversation_id}/coaching-notes": Row(
        COACH, {"agent_id": "<agent_id>", "text": "Taken over"}, people_only=True
    ),
    "GET /api/v1/coaching-notes": Row(READ),
    "PUT /api/v1/coaching-notes/{note_id}/read": Row(READ),
    "PUT /api/v1/coaching-notes/{note_id}/answer": Row(READ, {"text": "Taken over"}),
    "DELETE /api/v1/coaching-notes/{note_id}": Row(COACH, people_only=True),
    "GET /api/v1/score-cards": Row(READ),
    "POST /api/v1/score-cards": Row(COACH, CARD),
    "PUT /api/v1/score-cards/{card_id}": Row(COACH, CARD),
    "DELETE /api/v1/score-cards/{card_id}": Row(COACH),
    "GET /api/v1/reviews/sample": Row(COACH, query="?card_id=<card_id>&week=2026-02-16"),
    "GET /api/v1/reviews/figures": Row(COACH, query="?card_id=<card_id>"),
    "GET /api/v1/reviews": Row(READ),
    "GET /api/v1/tickets/{ticket_id}/reviews": Row(READ),
    "POST /api/v1/reviews": Row(
        COACH, {"card_id": "<card_id>", "ticket_id": "<ticket_id>", "scores": {"warm": 1}}, people_only=True
    ),
    "PUT /api/v1/reviews/{review_id}": Row(COACH, {"scores": {"warm": 1}}, people_only=True),
    "DELETE /api/v1/reviews/{review_id}": Row(COACH, people_only=True),
    "PUT /api/v1/reviews/{review_id}/answer": Row(READ, {"text": "Taken over"}),
    "GET /api/v1/routing/queues": Row("wallboard.read"),
    "POST /api/v1/routing/replays": Row(ROUTING, {"day": YESTERDAY, "routes": []}),
    "GET /api/v1/routing/replays": Row(ROUTING),
    "GET /api/v1/routing/replays/{replay_id}": Row(ROUTING),
    "GET /api/v1/tickets/{ticket_id}/routing": Row(READ),
    "GET /api/v1/tickets/{ticket_id}/routing/trial": Row(ROUTING),
    "GET /api/v1/signatures": Row(READ),
    "PUT /api/v1/me/signature": Row(REPLY, {"text": "Taken over"}),
    "PUT /api/v1/inboxes/{inbox_id}/signature": Row(INBOXES, {"text": "Taken over"}),
    # canned replies
    "GET /api/v1/canned-replies": Row(READ),
    "POST /api/v1/canned-replies": Row(REPLIES, CANNED),
    "PUT /api/v1/canned-replies/{canned_reply_id}": Row(REPLIES, CANNED),
    "DELETE /api/v1/canned-replies/{canned_reply_id}": Row(REPLIES),
    "POST /api/v1/canned-replies/{canned_reply_id}/restore": Row(REPLIES),
    "POST /api/v1/canned-replies/{canned_reply_id}/use": Row(REPLY),
    "POST /api/v1/tickets/{ticket_id}/spam": Row(WORK),
    "DELETE /api/v1/tickets/{ticket_id}/spam": Row(WORK),
    "GET /api/v1/saved-views": Row(READ),
    "GET /api/v1/saved-views/counts": Row(READ),
    "POST /api/v1/saved-views": Row(READ, {"name": "New", "filter": {}}, people_only=True),
    "PATCH /api/v1/saved-views/{view_id}": Row(READ, {"name": "Taken over"}, people_only=True),
    "DELETE /api/v1/saved-views/{view_id}": Row(READ, people_only=True),
    # contacts
    "GET /api/v1/contacts": Row(READ),
    "GET /api/v1/contacts/export": Row("contacts.export"),
    "POST /api/v1/contacts/{contact_id}/erase": Row("contacts.erase"),
    "GET /api/v1/keeping": Row(ERASE),
    "POST /api/v1/keeping/count": Row(ERASE, {"rules": []}),
    "PUT /api/v1/keeping": Row(ERASE, {"rules": []}, people_only=True),
    "POST /api/v1/workspace/end": Row(ERASE, {"name": "Taken over"}, people_only=True),
    "DELETE /api/v1/workspace/end": Row(ERASE),
    "POST /api/v1/contacts/tags": Row(CONTACTS, {"ids": ["<contact_id>"], "add": ["taken-over"]}),
    "GET /api/v1/tasks": Row(READ),
    "GET /api/v1/conversations/{conversation_id}/tasks": Row(READ),
    "POST /api/v1/tickets/{ticket_id}/tasks": Row(WORK, {"text": "Taken over", "owner_agent_id": "<agent_id>"}),
    "PATCH /api/v1/tasks/{task_id}": Row(WORK, {"text": "Taken over"}),
    "POST /api/v1/tasks/{task_id}/answer": Row(READ, {"approved": True}),
    "GET /api/v1/contacts/{contact_id}/facts": Row(READ),
    "POST /api/v1/contacts/{contact_id}/facts": Row(CONTACTS, {"text": "Taken over"}),
    "PATCH /api/v1/facts/{fact_id}": Row(CONTACTS, {"text": "Taken over"}),
    "GET /api/v1/contacts/{contact_id}/consents": Row(READ),
    "POST /api/v1/contacts/{contact_id}/consents": Row(CONTACTS, CONSENT),
    "POST /api/v1/contact-imports": Row(IMPORT, query="?name=a.csv"),
    "GET /api/v1/contact-imports": Row(IMPORT),
    "GET /api/v1/contact-imports/{import_id}": Row(IMPORT),
    "GET /api/v1/contact-imports/{import_id}/report": Row(IMPORT),
    "POST /api/v1/contact-imports/{import_id}/preview": Row(IMPORT, {"fields": ["email"]}),
    "POST /api/v1/contact-imports/{import_id}/start": Row(IMPORT, {"fields": ["email"]}),
    "POST /api/v1/contact-imports/{import_id}/cancel": Row(IMPORT),
    "GET /api/v1/contacts/blocked": Row(READ),
    "POST /api/v1/contacts": Row(CONTACTS, {"name": "New"}),
    "GET /api/v1/contacts/{contact_id}": Row(READ),
    "PATCH /api/v1/contacts/{contact_id}": Row(CONTACTS, {"name": "Taken over"}),
    "GET /api/v1/contacts/{contact_id}/conversation": Row(READ),
    "POST /api/v1/contacts/{contact_id}/merge": Row(CONTACTS, {"into": "<contact_id>"}),
    "POST /api/v1/contacts/{contact_id}/separate": Row(CONTACTS),
    "GET /api/v1/contacts/{contact_id}/merges": Row(READ),
    "POST /api/v1/contacts/{contact_id}/split": Row(CONTACTS, {"scheme": "sandbox", "value": "ann"}),
    "POST /api/v1/contacts/{contact_id}/identities": Row(
        CONTACTS, {"scheme": "email", "value": "new@customer.example"}
    ),
    "PATCH /api/v1/contacts/{contact_id}/identities": Row(
        CONTACTS, {"scheme": "sandbox", "value": "ann", "blocked": True}
    ),
    "GET /api/v1/contacts/{contact_id}/proposed-organizations": Row(READ),
    "GET /api/v1/contacts/{contact_id}/duplicates": Row(READ),
    "GET /api/v1/duplicates": Row(READ),
    "POST /api/v1/duplicates/refuse": Row(CONTACTS, {"one": "<contact_id>", "other": "<contact_id>"}),
    "POST /api/v1/duplicates/allow": Row(CONTACTS, {"one": "<contact_id>", "other": "<contact_id>"}),
    "GET /api/v1/organizations": Row(READ),
    "POST /api/v1/organizations": Row(CONTACTS, {"name": "New"}),
    "GET /api/v1/organizations/{organization_id}": Row(READ),
    "PATCH /api/v1/organizations/{organization_id}": Row(CONTACTS, {"name": "Taken over"}),
    "GET /api/v1/organizations/{organization_id}/contacts": Row(READ),
    "GET /api/v1/organizations/{organization_id}/tickets": Row(READ),
    "GET /api/v1/attributes": Row(READ),
    "POST /api/v1/attributes": Row(WORKSPACE, {"subject": "contact", "name": "New", "kind": "text"}),
    "PATCH /api/v1/attributes/{subject}": Row(WORKSPACE, {"name": "Taken over"}, query="?key=<attribute>"),
    "DELETE /api/v1/attributes/{subject}": Row(WORKSPACE, query="?key=<attribute>"),
    "DELETE /api/v1/contacts/{contact_id}/identities": Row(CONTACTS, query="?scheme=sandbox&value=ann"),
    "GET /api/v1/search": Row(READ, query="?q=canary"),
    # surges
    "GET /api/v1/surges": Row(READ),
    "GET /api/v1/surges/lasting": Row(READ),
    "POST /api/v1/surges": Row(LEAD, SURGE),
    "POST /api/v1/surges/look": Row(LEAD, SURGE),
    "GET /api/v1/surges/{surge_id}": Row(READ),
    "PUT /api/v1/surges/{surge_id}": Row(LEAD, SURGE),
    "POST /api/v1/surges/{surge_id}/end": Row(LEAD),
    "GET /api/v1/surges/{surge_id}/members": Row(READ),
    "GET /api/v1/surges/{surge_id}/suggestions": Row(READ),
    "PUT /api/v1/surges/{surge_id}/members/{ticket_id}": Row(WORK),
    "DELETE /api/v1/surges/{surge_id}/members/{ticket_id}": Row(WORK),
    "POST /api/v1/surges/{surge_id}/answers": Row(LEAD, ANSWER),
    "POST /api/v1/surges/{surge_id}/answers/preview": Row(LEAD, ANSWER),
    "PUT /api/v1/surges/{surge_id}/texts/{text_id}": Row(LEAD, {"on": False}),
    "POST /api/v1/surges/{surge_id}/calls": Row(LEAD, {}),
    "POST /api/v1/surges/{surge_id}/calls/answer": Row(READ, {"comes": False}),
    "GET /api/v1/surges/{surge_id}/measures": Row(LEAD),
    # visitors
    "GET /visitor/v1/updates": Row(NOBODY, query="?inbox=nobody"),
    "POST /visitor/v1/sessions": Row(NOBODY, {"inbox": "nobody"}),
    "DELETE /visitor/v1/sessions": Row(VISITOR),
    "GET /visitor/v1/messages": Row(VISITOR),
    "POST /visitor/v1/messages": Row(VISITOR, {"text": "Hi", "key": "1"}),
    "PUT /visitor/v1/messages/{message_id}/reaction": Row(VISITOR, {"emoji": "👍"}),
    "POST /visitor/v1/files": Row(VISITOR, query="?name=a.txt"),
    "GET /visitor/v1/attachments/{attachment_id}": Row(VISITOR),
    "POST /visitor/v1/read": Row(VISITOR, {"message_id": "<message_id>"}),
    "POST /visitor/v1/typing": Row(VISITOR),
    "POST /visitor/v1/complaint": Row(VISITOR),
    "GET /visitor/v1/stream": Row(VISITOR),
    "GET /visitor/v1/promise": Row(NOBODY, query="?inbox=nobody"),
    "POST /visitor/v1/promise": Row(VISITOR),
    "GET /visitor/v1/push": Row(VISITOR),
    "POST /visitor/v1/push": Row(VISITOR, {"endpoint": "x", "p256dh": "x", "auth": "x", "page": "x"}),
    "DELETE /visitor/v1/push": Row(VISITOR),
}
