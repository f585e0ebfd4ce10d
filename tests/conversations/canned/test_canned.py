"""Canned replies: what they become, who sees them, who may edit them, and how they are counted."""

import json
from pathlib import Path
from typing import Any

import pytest

from lyhord.channels.mail.compose import write_html
from lyhord.conversations.actions.attach import attach_file
from lyhord.conversations.actions.reply import reply
from lyhord.conversations.canned import actions, views
from lyhord.conversations.canned.model import CannedReply, CannedWords, Text, Whose, checked, fill, text_for
from lyhord.conversations.model import Attachment, Reply
from lyhord.conversations.retention import referenced_files
from lyhord.conversations.timeline import get_conversation
from lyhord.kit.database import ReadTx, Tx
from lyhord.kit.problems import Forbidden, Invalid, NotFound, Problem, Taken
from lyhord.workspaces.actions.teams import create_team
from lyhord.workspaces.views import list_audit
from tests.conversations.desk import Desk

FILLS = json.loads((Path(__file__).parent / "fills.json").read_text("utf-8"))
ALL = Whose(None, None)


def words(text: str = "Thank you, {{contact.name|there}}", **more: Any) -> CannedWords:
    return CannedWords(**{"name": "Thanks", "texts": (Text("en", text),), **more})


async def make(desk: Desk, given: CannedWords | None = None, *, by: str = "", may_share: bool = True) -> str:
    def create(tx: Tx) -> str:
        return actions.create_canned_reply(tx, given or words(), may_share=may_share)

    return str(await desk.write(create, actor=f"agent:{by or desk.agent}"))


async def act(desk: Desk, action: Any, whose: Whose, *args: Any, may_share: bool = True, by: str = "") -> Any:
    def run(tx: Tx) -> Any:
        return action(tx, whose, *args, may_share=may_share)

    return await desk.write(run, actor=f"agent:{by or desk.agent}")


async def names(desk: Desk, whose: Whose) -> list[str]:
    """All pages, read one row at a time."""
    found: list[str] = []
    place = views.FIRST
    while True:
        page, following = await desk.read(views.list_canned_replies, whose, before=place, most=1)
        found += [one.name for one in page]
        if following is None:
            return found
        place = following


@pytest.mark.parametrize(("text", "filled"), FILLS["cases"])
def test_a_variable_becomes_its_value_or_its_fall_back(text: str, filled: str) -> None:
    assert fill(text, FILLS["values"]) == filled


def test_a_value_can_put_no_markup_into_a_mail() -> None:
    filled = fill("Hi {{contact.name}}", {"contact.name": '<img src=x onerror="alert(1)">'})
    assert write_html(filled) == "<div>Hi &lt;img src=x onerror=&quot;alert(1)&quot;&gt;</div>"


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("{{contact.nmea}}", "{{contact.name}}"),
        ("{{agent.firstname|x}}", "{{agent.first_name}}"),
        ("{{zzz}}", "There are: contact.name"),
        ("{{}}", "There are:"),
        ("Hi {{contact.name", "{{contact.name}}"),
        ("Hi {{contact.{name}}}", "{{contact.name}}"),
    ],
)
def test_a_variable_that_nobody_knows_is_refused_with_the_nearest(text: str, hint: str) -> None:
    with pytest.raises(Invalid) as refused:
        checked(words(text))
    assert hint in refused.value.detail
    assert "texts" in refused.value.fields


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "  "},
        {"texts": ()},
        {"texts": (Text("en", "  "),)},
        {"texts": (Text("en", "a"), Text("en", "b"))},
        {"texts": (Text("English", "a"),)},
        {"texts": tuple(Text(f"a{chr(97 + n // 26)}{chr(97 + n % 26)}", "x") for n in range(31))},
        {"mine": True, "team_id": "t"},
    ],
)
def test_what_cannot_be_one_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        checked(words(**wrong))


def test_a_shortcut_is_one_small_word() -> None:
    assert checked(words(shortcut=" /Thank You ")).shortcut == "thankyou"


def test_the_contacts_language_goes_before_the_agents() -> None:
    texts = (Text("en", "Hello"), Text("sv", "Hej"), Text("zh-CN", "你好"))
    assert text_for(texts, "sv-FI", "en").text == "Hej"
    assert text_for(texts, "fi", "zh").text == "你好"
    assert text_for(texts, None, "nb").text == "Hello"


async def test_an_agent_sees_everybodys_their_teams_and_their_own(desk: Desk) -> None:
    team = await desk.write(create_team, "Crew", [desk.agent], [])
    await make(desk, words(name="all"))
    await make(desk, words(name="crew", team_id=team))
    await make(desk, words(name="anna", mine=True))
    await make(desk, words(name="bo", mine=True), by=desk.colleague)

    async def whose(agent: str | None, *, may_share: bool = False) -> Whose:
        found: Whose = await desk.read(views.whose_are_seen, agent, may_share=may_share)
        return found

    assert await names(desk, await whose(desk.agent)) == ["anna", "crew", "all"]
    assert await names(desk, await whose(desk.colleague)) == ["bo", "all"]
    assert await names(desk, await whose(desk.colleague, may_share=True)) == ["bo", "crew", "all"]
    assert await names(desk, await whose(None)) == ["all"]


async def test_the_most_used_stand_first(desk: Desk) -> None:
    for name in ("a", "b", "c"):
        reply_id = await make(desk, words(name=name))
        for _ in range({"a": 2, "b": 5, "c": 0}[name]):
            await desk.write(actions.use_canned_reply, ALL, reply_id)
    assert await names(desk, ALL) == ["b", "a", "c"]


async def test_shared_ones_are_edited_by_those_who_may_and_stand_in_the_audit(desk: Desk) -> None:
    whose = Whose(desk.agent, ())
    shared, own = await make(desk), await make(desk, words(mine=True), may_share=False)
    for wrong in (
        make(desk, may_share=False),
        act(desk, actions.change_canned_reply, whose, shared, words(), may_share=False),
        act(desk, actions.change_canned_reply, whose, own, words(), may_share=False),
        act(desk, actions.remove_canned_reply, whose, shared, may_share=False),
        act(desk, actions.restore_canned_reply, whose, shared, may_share=False),
    ):
        with pytest.raises(Forbidden):
            await wrong
    await act(desk, actions.change_canned_reply, whose, own, words(name="Own", mine=True), may_share=False)
    assert await names(desk, whose) == ["Own", "Thanks"]
    await act(desk, actions.change_canned_reply, whose, shared, words(name="Shared"))
    audited = [entry.action for entry in await desk.read(list_audit, None, 10)]
    assert audited[:2] == ["canned_reply.changed", "canned_reply.created"]
    assert audited.count("canned_reply.created") == 1


async def test_nobody_reaches_a_colleagues_own(desk: Desk) -> None:
    own = await make(desk, words(mine=True), by=desk.colleague)
    whose = Whose(desk.agent, None)
    for action, more in (
        (actions.change_canned_reply, (words(),)),
        (actions.remove_canned_reply, ()),
        (actions.restore_canned_reply, ()),
    ):
        with pytest.raises(NotFound):
            await act(desk, action, whose, own, *more)
    with pytest.raises(NotFound):
        await desk.write(actions.use_canned_reply, whose, own)
    with pytest.raises(NotFound):
        await desk.read(views.get_canned_reply, whose, own)


async def test_what_is_removed_can_be_put_back(desk: Desk) -> None:
    reply_id = await make(desk)
    desk.kinds()
    await act(desk, actions.remove_canned_reply, ALL, reply_id)
    assert await names(desk, ALL) == []
    await act(desk, actions.restore_canned_reply, ALL, reply_id)
    assert await names(desk, ALL) == ["Thanks"]
    assert desk.kinds() == ["canned_reply.changed"] * 2


async def attach(desk: Desk, name: str) -> str:
    def run(tx: Tx) -> Attachment:
        return attach_file(tx, "h" * 64, name=name, content_type="text/plain", size=3)

    return str((await desk.write(run, actor=f"agent:{desk.agent}")).id)


async def test_its_files_go_with_every_use(desk: Desk) -> None:
    reply_id = await make(desk, words(attachment_ids=(await attach(desk, "price list.txt"),)))
    asked = await desk.say()
    for _ in range(2):
        [copy] = await desk.write(actions.use_canned_reply, ALL, reply_id, actor=f"agent:{desk.agent}")
        sent = await desk.write(
            reply,
            Reply(conversation_id=asked.conversation_id, text="Here", attachment_ids=(copy.id,)),
            actor=f"agent:{desk.agent}",
        )
        assert [file.name for file in (await desk.message(sent)).attachments] == ["price list.txt"]
    kept: CannedReply = await desk.read(views.get_canned_reply, ALL, reply_id)
    assert (kept.uses, [file.name for file in kept.attachments]) == (2, ["price list.txt"])


async def test_files_are_kept_while_a_canned_reply_names_them(desk: Desk) -> None:
    one, other = await attach(desk, "one"), await attach(desk, "other")
    reply_id = await make(desk, words(attachment_ids=(one,)))
    await act(desk, actions.change_canned_reply, ALL, reply_id, words(attachment_ids=(other, one)))
    kept = await desk.read(views.get_canned_reply, ALL, reply_id)
    assert [file.name for file in kept.attachments] == ["other", "one"]
    await act(desk, actions.change_canned_reply, ALL, reply_id, words())
    assert await desk.read(referenced_files, ["h" * 64]) == set()
    with pytest.raises(Invalid):
        await make(desk, words(attachment_ids=(one,)))


async def test_there_is_an_end_to_how_many(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "MOST_REPLIES", 1)
    await make(desk)
    with pytest.raises(Taken):
        await make(desk)


async def test_a_team_that_is_not_there_is_refused(desk: Desk) -> None:
    with pytest.raises(Problem):
        await make(desk, words(team_id=desk.agent))


async def test_what_is_known_of_a_conversation(desk: Desk) -> None:
    asked = await desk.say(who="ann")

    def look(tx: ReadTx) -> dict[str, str]:
        return views.values_for(tx, get_conversation(tx, asked.conversation_id), desk.agent)[0]

    values = await desk.read(look)
    assert values["contact.name"] == values["contact.first_name"] == "Ann"
    assert (values["agent.name"], values["workspace.name"], values["inbox.name"]) == ("Anna", "Firm", "first")
    assert values["contact.email"] == ""
