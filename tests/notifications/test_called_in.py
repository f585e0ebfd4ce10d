"""A call to a surge stands in the list of whoever is called in until they answer or it is over, though it is of no conversation."""

from lyhord.notifications.actions import change_preferences
from lyhord.notifications.jobs import make_mail
from lyhord.notifications.model import Notification
from lyhord.notifications.views import get_summary, list_notifications
from lyhord.tickets.surges.actions import begin_surge, end_surge
from lyhord.tickets.surges.calling import answer_call, call_in
from lyhord.tickets.surges.model import SurgeWords
from lyhord.tickets.surges.reading import get_running
from lyhord.workspaces.reach import EVERYTHING, Reach
from tests.notifications.office import Office


async def call(office: Office, *agents: str) -> str:
    """The colleague leads a surge and calls these in; its id."""
    by = f"agent:{office.colleague}"
    surge_id = str(await office.write(begin_surge, SurgeWords(name="Ash cloud", team_id=office.team), actor=by))
    await office.write(lambda tx: call_in(tx, get_running(tx, surge_id), agents, ()), actor=by)
    return surge_id


async def answer(office: Office, surge_id: str, *, comes: bool) -> None:
    def come(tx: object) -> None:
        answer_call(tx, get_running(tx, surge_id), office.agent, comes=comes)  # type: ignore[arg-type]

    await office.write(come, actor=f"agent:{office.agent}")


async def test_who_is_called_in_finds_it_in_their_list_whatever_they_reach(office: Office) -> None:
    surge_id = await call(office, office.agent, office.colleague)
    nothing = Reach(frozenset())
    for reach in (EVERYTHING, nothing):
        [one] = await office.told(reach=reach)
        assert (one.kind, one.title, one.surge_id, one.agent_id) == (
            "called_in",
            "Ash cloud",
            surge_id,
            office.colleague,
        )
        assert (one.conversation_id, one.message_id, one.words, one.ticket_id) == (None, None, "", None)
    summary = await office.read(get_summary, nothing, office.agent)
    assert (summary.unread, summary.conversation_ids) == (1, [])
    assert await office.told(office.colleague) == [], "nobody is told of their own doing"


async def test_it_is_read_once_they_have_answered_either_way(office: Office) -> None:
    for comes in (True, False):
        surge_id = await call(office, office.agent)
        assert await office.kinds_told() == ["called_in"]
        await answer(office, surge_id, comes=comes)
        assert await office.told() == []


async def test_what_was_answered_before_it_could_be_told_is_told_to_nobody(office: Office) -> None:
    surge_id = await call(office, office.agent)
    await answer(office, surge_id, comes=True)
    await office.follow()
    assert await everything(office) == []


async def test_it_is_read_once_the_surge_is_over(office: Office) -> None:
    surge_id = await call(office, office.agent)
    assert await office.kinds_told() == ["called_in"]
    await office.write(end_surge, surge_id)
    assert await office.told() == []
    assert [one.kind for one in await everything(office)] == ["called_in"]


async def test_who_is_called_again_is_told_once(office: Office) -> None:
    surge_id = await call(office, office.agent)
    await office.follow()
    await office.write(lambda tx: call_in(tx, get_running(tx, surge_id), [office.agent], ()))
    assert await office.kinds_told() == ["called_in"]


async def test_who_does_not_want_to_be_told_is_not(office: Office) -> None:
    await office.write(change_preferences, office.agent, {"called_in": []})
    await call(office, office.agent)
    assert await office.told() == []


async def test_the_mail_leads_to_the_surge(office: Office) -> None:
    sent: list[str] = []

    async def send(_address: str, _subject: str, text: str) -> None:
        sent.append(text)

    surge_id = await call(office, office.agent)
    [one] = await office.told()
    body = {"agent_id": office.agent, "ids": [one.id]}
    await make_mail(send, "https://desk.example")(office.database, office.workspace_id, body)
    assert f"Ash cloud\nBo calls you in. Can you come?\nhttps://desk.example/app/surges/{surge_id}" in sent[0]


async def everything(office: Office) -> list[Notification]:
    """What the agent was told, read or not."""
    found: list[Notification] = await office.read(list_notifications, EVERYTHING, office.agent)
    return found
