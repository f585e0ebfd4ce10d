"""What the routes add to working together: every way of answering asks who may, and a note needs the power to write."""

from typing import Any

from tests.web.site import Company, Site

MACRO = {"name": "Soon", "steps": [{"kind": "reply", "text": "Soon"}, {"kind": "assign", "me": True}]}


async def theirs(site: Site, company: Company) -> Any:
    """A ticket that the administrator has, in a company where only owners answer."""
    await site.call(company.administrator, "PATCH", "/workspace", {"settings": {"owner_answers": True}})
    await site.say(company.inbox)
    [ticket] = (await site.get(company.administrator, "/tickets?list=all"))["items"]
    mine = {"owner_agent_id": company.administrator.id}
    return (await site.call(company.administrator, "PATCH", f"/tickets/{ticket['id']}", mine)).json()


async def test_every_way_of_answering_asks_who_may(site: Site, company: Company) -> None:
    ticket = await theirs(site, company)
    talk = f"/conversations/{ticket['conversation_id']}"
    later = {"text": "Later", "due_at": site.database.clock() + 3_600_000}
    kept = (await site.call(company.administrator, "POST", f"{talk}/scheduled", later)).json()
    macro = (await site.call(company.administrator, "POST", "/macros", MACRO)).json()
    first = {"contact_id": ticket["contact_id"], "inbox_id": company.inbox.id, "text": "Hello"}
    for path, body in (
        (f"{talk}/messages", {"text": "Hello"}),
        (f"{talk}/scheduled", later),
        (f"/scheduled/{kept['id']}/send", None),
        (f"{talk}/macros/{macro['id']}", None),
        ("/conversations", first),
    ):
        answer = await site.call(company.agent, "POST", path, body)
        assert (answer.status_code, answer.json()["key"]) == (409, "problem.owner_answers"), path
    answer = await site.call(company.agent, "POST", f"{talk}/messages", {"kind": "note", "text": "Mine is quicker"})
    assert answer.is_success
    said = (await site.get(company.agent, f"{talk}/messages"))["items"]
    assert [one["direction"] for one in said] == ["in", "note"], "and a macro does all or nothing"


async def test_what_was_sent_before_another_took_over_is_answered_as_then(site: Site, company: Company) -> None:
    ticket = await theirs(site, company)
    path, words = f"/conversations/{ticket['conversation_id']}/messages", {"text": "Hello"}
    once = {"idempotency-key": "the same"}
    await site.call(company.agent, "PATCH", f"/tickets/{ticket['id']}", {"owner_agent_id": company.agent.id})
    sent = await site.call(company.agent, "POST", path, words, **once)
    back = {"owner_agent_id": company.administrator.id}
    await site.call(company.administrator, "PATCH", f"/tickets/{ticket['id']}", back)
    again = await site.call(company.agent, "POST", path, words, **once)
    assert (again.status_code, again.json()["id"]) == (201, sent.json()["id"])


async def test_a_note_on_many_needs_the_power_to_write(site: Site, company: Company) -> None:
    await site.say(company.inbox)
    program = await site.add_program(company.id, "conversations.read", "tickets.work")
    change = {"list": "all", "owner_agent_id": company.agent.id}
    assert (await site.call(program, "POST", "/tickets/bulk", {**change, "note": "Yours"})).status_code == 403
    assert (await site.call(program, "POST", "/tickets/bulk", change)).is_success


async def test_a_program_follows_nothing_and_nobody_what_is_out_of_reach(site: Site) -> None:
    company = await site.add_company(restricted_reach=True)
    await site.say(company.inbox)
    [ticket] = (await site.get(company.administrator, "/tickets?list=all"))["items"]
    path = f"/conversations/{ticket['conversation_id']}/watch"
    assert (await site.call(await site.add_program(company.id), "PUT", path)).status_code == 403
    assert (await site.call(company.agent, "PUT", path)).status_code == 404
    assert (await site.call(company.administrator, "PUT", path)).status_code == 204
    watchers = (await site.get(company.administrator, path.removesuffix("/watch")))["watcher_ids"]
    assert watchers == [company.administrator.id]
