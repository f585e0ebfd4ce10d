"""Templates: kept per inbox as the channel's owner knows them, filled, and the only words that leave when a window is closed."""

from collections.abc import Sequence
from typing import Any

import msgspec
import pytest

from lyhord.conversations.actions.reply import reply, undo_reply
from lyhord.conversations.channel import Window
from lyhord.conversations.exchange import Context, FilledTemplate, Media, Outbound, Plan, Refusal, Template
from lyhord.conversations.model import Filling, Reply
from lyhord.conversations.plan import places_of, plan_by_descriptor
from lyhord.conversations.scheduled.actions import schedule_reply, take_back
from lyhord.conversations.templates import store
from lyhord.conversations.templates.actions import (
    JOB,
    ask_daily,
    ask_for_templates,
    forget_templates,
    keep_templates,
    note_trouble,
)
from lyhord.conversations.templates.jobs import PATIENCE, TROUBLE, make_fetch_templates
from lyhord.conversations.templates.model import TemplateList, pressable, read_as
from lyhord.conversations.templates.views import fill_template, list_templates
from lyhord.conversations.views import find_draft, outbound_of
from lyhord.kit.clock import DAY, HOUR
from lyhord.kit.database import ReadTx
from lyhord.kit.jobs import Context as JobContext
from lyhord.kit.leases import Job, claim_jobs
from lyhord.kit.problems import Invalid, NotFound
from lyhord.workspaces.actions.inboxes import InboxChange, change_inbox, remove_inbox
from tests.conversations.desk import Desk
from tests.conversations.test_plan import NOW, TO, with_

SENT = Template(
    id="1",
    name="order_sent",
    language="en",
    header_kind="text",
    header="Order {{1}}",
    text="Hello {{1}}, order {{2}} comes on {{ 3 }}. {{4}}",
    footer="Answer here",
    buttons=("Thanks", "Follow"),
    links={2: "https://parcels.example/{{1}}"},
    values=("header 1", "1", "2", "3"),
)
VALUES = {"header 1": "A7", "1": "Ann", "2": "A7", "3": "Friday", "button 2": "a7"}
FILLED = FilledTemplate(template=SENT, values=VALUES)
CLOSED = with_(window=Window("inbound", 3600, "template"), templates=True, text_limit=20, kinds_out=frozenset({"file"}))
LATE = Context(NOW, NOW - HOUR)


def outbound(filled: FilledTemplate | None = FILLED, **more: Any) -> Outbound:
    return Outbound(to=TO, text="As it reads, which is longer than the channel takes", template=filled, **more)


def test_it_reads_with_its_values_in_their_places() -> None:
    assert read_as(SENT, VALUES) == "Order A7\n\nHello Ann, order A7 comes on Friday. {{4}}\n\nAnswer here"
    assert read_as(SENT, {}).startswith("Order {{1}}")
    assert pressable(SENT) == ("Thanks",)


def test_a_closed_window_lets_only_a_template_through_and_that_whole() -> None:
    assert plan_by_descriptor(CLOSED, Outbound(to=TO, text="Hi"), LATE) == Refusal("plan.window_closed", ("template",))
    for context in (LATE, Context(NOW, NOW), Context(NOW, None)):
        plan = plan_by_descriptor(CLOSED, outbound(subject="Re", answers="x"), context)
        assert plan == Plan((outbound(),))


def test_a_window_that_lets_nothing_through_lets_no_template_through() -> None:
    strict = msgspec.structs.replace(CLOSED, window=Window("inbound", 3600))
    assert plan_by_descriptor(strict, outbound(), LATE) == Refusal("plan.window_closed")


PICTURE = Media("lamp.png", "image/png", 10, file="f")
PAPER = Media("receipt.pdf", "application/pdf", 10, file="f")


@pytest.mark.parametrize(
    ("changes", "values", "media", "rule"),
    [
        ({"state": "paused"}, VALUES, (), "plan.template_not_approved"),
        ({}, {**VALUES, "3": " "}, (), "plan.template_values"),
        ({}, {key: VALUES[key] for key in VALUES if key != "button 2"}, (), "plan.template_values"),
        ({}, VALUES, (PICTURE,), "plan.template_no_file"),
        ({"header_kind": "image"}, VALUES, (), "plan.template_image"),
        ({"header_kind": "image"}, VALUES, (PAPER,), "plan.template_image"),
        ({"header_kind": "document"}, VALUES, (), "plan.template_document"),
        ({"header_kind": "location"}, VALUES, (), "plan.template_values"),
    ],
)
def test_a_template_that_lacks_something_is_refused_by_name(
    changes: dict[str, Any], values: dict[str, str], media: tuple[Media, ...], rule: str
) -> None:
    filled = FilledTemplate(template=msgspec.structs.replace(SENT, **changes), values=values)
    assert plan_by_descriptor(CLOSED, outbound(filled, media=media), LATE) == Refusal(rule)


def test_a_file_on_top_goes_along() -> None:
    filled = FilledTemplate(template=msgspec.structs.replace(SENT, header_kind="document"), values=VALUES)
    plan = plan_by_descriptor(CLOSED, outbound(filled, media=(PAPER,)), LATE)
    assert isinstance(plan, Plan)
    assert plan.parts[0].media == (PAPER,)


def test_a_channel_without_templates_says_so() -> None:
    assert plan_by_descriptor(with_(), outbound(), Context(NOW, NOW)) == Refusal("plan.no_templates")
    assert places_of(msgspec.structs.replace(SENT, header_kind="location"))[0] == "header"


async def known(desk: Desk, inbox: str = "") -> TemplateList:
    found: TemplateList = await desk.read(list_templates, inbox or desk.inbox)
    return found


async def fetch(desk: Desk, owner: "Owner") -> None:
    """Somebody asks for the templates of the first inbox, and its job is done."""
    await desk.write(ask_for_templates, desk.inbox)
    desk.kinds()
    claimed: list[Job] = await desk.write(claim_jobs, {JOB: PATIENCE}, 50)
    mine = next(job for job in claimed if job.read(str) == desk.inbox)
    await make_fetch_templates(owner)(JobContext(desk.database, desk.workspace_id), mine)


class Owner:
    """The channel's owner, and where adapters come from."""

    def __init__(self, answer: Sequence[Template] | Exception, *, templates: bool = True) -> None:
        self.descriptor = with_(templates=templates)
        self._answer = answer

    async def adapter(self, workspace_id: str, inbox_id: str) -> Any:
        return self

    async def list_templates(self) -> Sequence[Template]:
        if isinstance(self._answer, Exception):
            raise self._answer
        return self._answer


async def test_what_was_fetched_is_known_until_the_next_time(desk: Desk) -> None:
    assert await known(desk) == TemplateList(offered=False)
    swedish = msgspec.structs.replace(SENT, id="2", language="sv", state="rejected")
    await fetch(desk, Owner([swedish, SENT]))
    found = await known(desk)
    assert found.items == (SENT, swedish)
    assert (found.offered, found.fetched_at, found.problem) == (True, desk.clock.now, "")
    assert desk.kinds() == ["templates.fetched"]
    assert (await known(desk, desk.other_inbox)).items == ()
    await fetch(desk, Owner([swedish]))
    assert (await known(desk)).items == (swedish,)


async def test_what_goes_wrong_is_said_and_loses_nothing(desk: Desk) -> None:
    await fetch(desk, Owner([SENT]))
    with pytest.raises(ConnectionError):
        await fetch(desk, Owner(ConnectionError("away")))
    assert ((await known(desk)).items, (await known(desk)).problem) == ((SENT,), TROUBLE)
    await fetch(desk, Owner(NotFound("no", key="channel.pigeon.no_account")))
    assert (await known(desk)).problem == "channel.pigeon.no_account"
    await fetch(desk, Owner([SENT]))
    assert (await known(desk)).problem == ""


async def test_the_first_trouble_is_said_too(desk: Desk) -> None:
    await desk.write(note_trouble, desk.inbox, TROUBLE)
    found = await known(desk)
    assert (found.offered, found.fetched_at, found.problem) == (True, None, TROUBLE)


async def test_a_channel_that_has_none_any_more_loses_them(desk: Desk) -> None:
    await fetch(desk, Owner([SENT]))
    await fetch(desk, Owner([SENT], templates=False))
    assert await known(desk) == TemplateList(offered=False)
    desk.kinds()
    await desk.write(forget_templates, desk.inbox)
    assert desk.kinds() == []


async def jobs(desk: Desk) -> int:
    from sqlalchemy import bindparam, func, select

    from lyhord.kit.database import Statement
    from lyhord.kit.database.jobs_table import job

    mine = (job.c.workspace_id == bindparam("workspace_id"), job.c.kind == JOB)
    counted = Statement(select(func.count()).select_from(job).where(*mine))

    def count(tx: ReadTx) -> Any:
        return tx.value(counted)

    return int(await desk.read(count))


async def test_they_are_asked_for_when_an_inbox_is_connected_or_changed_and_daily(desk: Desk) -> None:
    before = await jobs(desk)
    assert before == 2, "each inbox once, when it was connected"
    await desk.write(change_inbox, desk.inbox, InboxChange(settings={"window_hours": 1}))
    assert await jobs(desk) == before + 1
    await desk.write(keep_templates, desk.inbox, [SENT])
    assert await desk.write(ask_daily) == 0
    desk.clock.now += DAY + 1
    assert await desk.write(ask_daily) == 1
    assert await desk.write(ask_daily) == 0
    assert await jobs(desk) == before + 2
    await desk.write(ask_for_templates, desk.inbox)
    assert (await known(desk)).asked_at == desk.clock.now


async def test_a_removed_inbox_has_none(desk: Desk) -> None:
    await fetch(desk, Owner([SENT]))
    await desk.write(remove_inbox, desk.inbox)
    assert await desk.read(lambda tx: tx.all(store.of_inbox, inbox=desk.inbox)) == []


async def test_values_are_cleaned_and_the_file_has_its_name(desk: Desk) -> None:
    await desk.write(keep_templates, desk.inbox, [SENT])
    filled = await desk.read(fill_template, desk.inbox, Filling("1", {"1": " Ann\n Ek "}), (PAPER,))
    assert filled.values == {"1": "Ann Ek", "header": "receipt.pdf"}
    with pytest.raises(Invalid):
        await desk.read(fill_template, desk.other_inbox, Filling("1"), ())


async def test_a_template_stands_in_the_timeline_and_leaves_as_itself(desk: Desk) -> None:
    asked = await desk.say()
    words = Reply(
        conversation_id=asked.conversation_id, text=read_as(SENT, VALUES), template=FILLED, buttons=pressable(SENT)
    )
    said = await desk.message(await desk.write(reply, words, actor=f"agent:{desk.agent}"))
    assert (said.template, said.buttons) == ("order_sent", ("Thanks",))
    leaves, _ = await desk.read(outbound_of, said.id)
    assert (leaves.template, leaves.buttons, leaves.text) == (FILLED, (), said.text)
    pressed = await desk.say("Thanks", answers=(said.id,), chosen="Thanks")
    assert (pressed.answers, pressed.chosen) == (said.id, 1)


@pytest.mark.parametrize("waited", [True, False])
async def test_a_template_that_is_taken_back_is_that_template_again(desk: Desk, waited: bool) -> None:
    asked, agent = await desk.say(), f"agent:{desk.agent}"
    words = Reply(
        conversation_id=asked.conversation_id,
        text=read_as(SENT, VALUES),
        template=FILLED,
        undo_seconds=9,
        buttons=("Thanks",),
    )
    if waited:
        later = await desk.write(schedule_reply, words, desk.clock.now + HOUR, "hold", actor=agent)
        draft = await desk.write(take_back, later, actor=agent)
    else:
        draft = await desk.write(undo_reply, await desk.write(reply, words, actor=agent), actor=agent)
    assert (draft.template, draft.text, draft.buttons) == (Filling("1", VALUES), "", ())
    assert (draft.inbox_id, draft.value) == (desk.inbox, "ann")
    assert await desk.read(find_draft, desk.agent, asked.conversation_id) == draft
