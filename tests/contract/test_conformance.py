"""What every channel keeps to, whoever wrote it. A new channel adds one line to `CHANNELS` of tests/contract/accounts.py."""

import json
import logging
import re
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import lyhord
from lyhord.conversations.account import Health
from lyhord.conversations.besides import Approving
from lyhord.conversations.channel import Adapter, Descriptor, Rate, Window, Within
from lyhord.conversations.exchange import (
    Address,
    Amendment,
    Context,
    Cost,
    Deed,
    Failed,
    FilledTemplate,
    Inbound,
    InboundCall,
    InboundEdit,
    InboundMessage,
    InboundReaction,
    InboundRemoval,
    InboundStatus,
    InboundTimer,
    Media,
    Outbound,
    Plan,
    Raw,
    Refusal,
    Reply,
    Template,
    Unsupported,
)
from lyhord.conversations.plan import BUTTONS_AS_LIST, BUTTONS_AS_TEXT, measure
from lyhord.kit.words import LOCALES, catalogue
from tests.contract.accounts import CHANNELS, Subject

NOW = 1_772_355_600_000
PACKAGE = Path(lyhord.__file__).parent
SECTIONS = ("## Connect", "## Comes in", "## Goes out", "## Limits")
INGRESS = {"webhook", "poll", "socket", "smtp", "visitor"}

each_channel = pytest.mark.parametrize("subject", CHANNELS, ids=lambda subject: subject.name)
called_channels = pytest.mark.parametrize(
    "subject", [subject for subject in CHANNELS if subject.signed is not None], ids=lambda subject: subject.name
)


@dataclass
class Said:
    """A few words to the subject's customer, and when that customer wrote last."""

    subject: Subject
    text: str = "Hello"
    media: tuple[Media, ...] = ()

    def outbound(self) -> Outbound:
        to = Address(self.subject.adapter().descriptor.schemes[0], self.subject.customer)
        return Outbound(to=to, text=self.text, media=self.media)


@each_channel
def test_the_descriptor_agrees_with_itself(subject: Subject) -> None:
    descriptor = subject.adapter().descriptor
    assert descriptor.channel == subject.name
    assert descriptor.ingress in INGRESS
    assert descriptor.schemes
    assert "text" in descriptor.kinds_in & descriptor.kinds_out
    assert (descriptor.read == "no") == (descriptor.read_model == "none")
    assert descriptor.text_limit is None or descriptor.text_limit >= 4
    assert descriptor.media_limit > 0
    assert descriptor.ack_seconds > 0
    names = [field.name for field in descriptor.fields]
    assert len(names) == len(set(names))


@each_channel
def test_a_field_can_be_asked_and_answered(subject: Subject) -> None:
    for field in subject.adapter().descriptor.fields:
        assert (field.kind == "choice") == bool(field.choices), field.name
        assert field.default is None or not field.choices or field.default in field.choices, field.name
        assert field.kind != "secret" or field.default is None, field.name


@each_channel
@pytest.mark.parametrize("locale", LOCALES)
def test_every_question_has_its_words(subject: Subject, locale: str) -> None:
    own = json.loads((PACKAGE / "kit/catalogues" / f"{locale}.json").read_text(encoding="utf-8"))
    wanted = {f"channel.{subject.name}"}
    for field in subject.adapter().descriptor.fields:
        wanted.add(f"channel.{subject.name}.{field.name}")
        wanted |= {f"channel.{subject.name}.{field.name}.{choice}" for choice in field.choices}
    assert wanted <= set(own), f"{locale} lacks {sorted(wanted - set(own))}"


@called_channels
def test_altered_bytes_are_refused(subject: Subject) -> None:
    adapter, raw = subject.adapter(), subject.payload()
    assert adapter.verify(raw).ok
    for place in range(0, len(raw.body) if subject.sealed else 0, max(1, len(raw.body) // 20)):
        body = raw.body[:place] + bytes([raw.body[place] ^ 1]) + raw.body[place + 1 :]
        assert not adapter.verify(msgspec.structs.replace(raw, body=body)).ok
    assert not adapter.verify(msgspec.structs.replace(raw, headers={}, query=raw.query if raw.headers else "")).ok
    wrong = {name: _altered(value) for name, value in raw.headers.items()}
    query = raw.query if raw.headers else _altered(raw.query)
    assert not adapter.verify(msgspec.structs.replace(raw, headers=wrong, query=query)).ok


def _altered(text: str) -> str:
    return text[:-1] + chr(ord(text[-1]) ^ 1)


@each_channel
@given(body=st.binary(max_size=300) | st.text().map(lambda text: text.encode("utf-8", "replace")))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_nothing_makes_the_pure_half_raise(subject: Subject, body: bytes) -> None:
    adapter, raw = subject.adapter(), Raw(body, {"content-type": "application/json"})
    adapter.verify(raw)
    assert isinstance(adapter.handshake(raw), Reply | None)
    for inbound in adapter.parse(raw):
        assert isinstance(inbound, Inbound)
        assert not isinstance(inbound, InboundMessage | Unsupported) or inbound.external_id


@called_channels
@given(
    body=st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=8) | st.integers(),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(st.sampled_from(["events", "kind", "id", "text", "sender", "files"]), inner)
        ),
        max_leaves=12,
    )
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_nothing_well_formed_makes_it_raise_either(subject: Subject, body: object) -> None:
    raw = Raw(json.dumps(body).encode())
    subject.adapter().handshake(raw)
    assert isinstance(subject.adapter().parse(raw), list)


@each_channel
def test_what_isnt_understood_says_why(subject: Subject) -> None:
    for inbound in subject.adapter().parse(Raw(b"\x00\xff certainly nothing")):
        assert not isinstance(inbound, InboundStatus)
        assert not isinstance(inbound, Unsupported) or inbound.reason


@called_channels
def test_the_same_payload_names_the_same_messages(subject: Subject) -> None:
    first, second = (subject.adapter().parse(subject.payload()) for _ in range(2))
    assert first == second
    messages = [inbound for inbound in first if isinstance(inbound, InboundMessage)]
    assert messages
    assert all(message.sender for message in messages)
    assert {address.scheme for message in messages for address in message.sender} <= set(
        subject.adapter().descriptor.schemes
    )


@each_channel
def test_an_answer_to_the_caller_tells_success_from_our_own_trouble(subject: Subject) -> None:
    for raw in (subject.payload() if subject.signed else Raw(b"x"), Raw(b"\x00\xff")):
        assert 200 <= subject.adapter().ack(raw, ok=True).status < 300
        assert subject.adapter().ack(raw, ok=False).status >= 500


@each_channel
def test_what_is_planned_fits(subject: Subject) -> None:
    descriptor = subject.adapter().descriptor
    text = "Ett två tre. " * 4_000
    plan = subject.adapter().plan(Said(subject, text).outbound(), Context(NOW, NOW))
    if descriptor.overflow == "refuse":
        assert isinstance(plan, Refusal)
        return
    assert isinstance(plan, Plan)
    limit = descriptor.text_limit
    assert all(limit is None or measure(part.text, descriptor.limit_unit) <= limit for part in plan.parts)
    assert "".join(part.text for part in plan.parts).startswith(text.strip())


@each_channel
@pytest.mark.parametrize(
    "text", ["谢谢您的来信。我们明天发货，" * 900, "👩‍👩‍👧‍👦👍🏽🇸🇪 é" * 900], ids=["chinese", "emoji"]
)
def test_signs_of_every_script_leave_whole(subject: Subject, text: str) -> None:
    plan = subject.adapter().plan(Said(subject, text).outbound(), Context(NOW, NOW))
    if subject.adapter().descriptor.overflow == "refuse":
        assert isinstance(plan, Refusal)
        return
    assert isinstance(plan, Plan)
    assert "".join(part.text for part in plan.parts).startswith(text.strip())
    assert not any(part.text.startswith(("\u200d", "\U0001f3fd", "\u0301")) for part in plan.parts)


@each_channel
def test_a_file_over_the_limit_is_refused_by_name(subject: Subject) -> None:
    limit = subject.adapter().descriptor.media_limit
    file = Media("large.bin", "application/octet-stream", limit + 1, file="0" * 64)
    refusal = subject.adapter().plan(Said(subject, media=(file,)).outbound(), Context(NOW, NOW))
    assert isinstance(refusal, Refusal)
    assert refusal.rule


@each_channel
def test_nothing_and_opted_out_are_refused_with_words(subject: Subject) -> None:
    adapter = subject.adapter()
    refusals = [
        adapter.plan(Said(subject, text="").outbound(), Context(NOW, NOW)),
        adapter.plan(Said(subject).outbound(), Context(NOW, NOW, opted_out=True)),
    ]
    for refusal in refusals:
        assert isinstance(refusal, Refusal)
        assert refusal.rule in catalogue("en")


@each_channel
def test_a_window_refuses_once_it_is_closed(subject: Subject) -> None:
    adapter = subject.adapter()
    window = adapter.descriptor.window
    if window is None:
        assert isinstance(adapter.plan(Said(subject).outbound(), Context(NOW, 0)), Plan)
        return
    late = Context(NOW, NOW - window.seconds * 1000)
    assert isinstance(adapter.plan(Said(subject).outbound(), late), Refusal)


@each_channel
def test_buttons_are_shown_or_become_numbered_lines(subject: Subject) -> None:
    adapter = subject.adapter()
    can = adapter.descriptor
    assert can.list_limit == 0 or can.list_limit > can.button_limit
    for count in {1, can.button_limit, can.button_limit + 1, can.list_limit + 1} - {0}:
        labels = tuple(f"Answer {number}" for number in range(1, count + 1))
        plan = adapter.plan(msgspec.structs.replace(Said(subject).outbound(), buttons=labels), Context(NOW, NOW))
        assert isinstance(plan, Plan)
        shown = [label for part in plan.parts for label in part.buttons]
        written = "".join(part.text for part in plan.parts)
        if count <= max(can.button_limit, can.list_limit):
            assert (shown, BUTTONS_AS_TEXT in plan.changes) == (list(labels), False)
            assert (BUTTONS_AS_LIST in plan.changes) == (count > can.button_limit)
        else:
            assert (shown, BUTTONS_AS_TEXT in plan.changes) == ([], True)
            assert all(f"{number}. {label}" in written for number, label in enumerate(labels, 1))


@each_channel
def test_a_template_leaves_where_there_are_templates_and_nowhere_else(subject: Subject) -> None:
    adapter = subject.adapter()
    can = adapter.descriptor
    template = Template(id="1", name="greeting", language="en", text="Hello {{1}}", values=("1",))
    late = Context(NOW, NOW - (can.window.seconds * 1000 if can.window else 0))

    def plan(template: Template, values: dict[str, str]) -> Plan | Refusal:
        filled = FilledTemplate(template=template, values=values)
        return adapter.plan(msgspec.structs.replace(Said(subject).outbound(), template=filled), late)

    assert can.templates == hasattr(adapter, "list_templates") or subject.name == "sandbox"
    outcomes = [
        plan(template, {"1": "Ann"}),
        plan(template, {}),
        plan(msgspec.structs.replace(template, state="pending"), {"1": "Ann"}),
    ]
    for outcome in outcomes[0 if not can.templates else 1 :]:
        assert isinstance(outcome, Refusal)
        assert outcome.rule in catalogue("en")
    assert isinstance(outcomes[0], Plan) == can.templates


async def test_the_sandbox_can_play_a_channel_with_templates_buttons_and_lists() -> None:
    subject = next(subject for subject in CHANNELS if subject.name == "sandbox")
    adapter = subject.adapter(
        window_hours=24, after_window="template", templates=True, buttons=3, list_rows=10, button_length=20
    )
    can = adapter.descriptor
    assert (can.templates, can.window) == (True, Window("inbound", 86_400, "template"))
    assert (can.button_limit, can.button_length, can.list_limit) == (3, 20, 10)
    assert not subject.adapter().descriptor.templates
    templates = await cast("Approving", adapter).list_templates()
    assert {one.state for one in templates} == {"approved", "pending", "rejected"}
    assert len({one.id for one in templates}) == len(templates)
    for one in templates:
        named = set(re.findall(r"\{\{(\w+)\}\}", one.header + one.text))
        assert named == set(one.values), one.name


def test_what_is_pressed_in_the_sandbox_is_read() -> None:
    subject = next(subject for subject in CHANNELS if subject.name == "sandbox")
    event = {"kind": "message", "id": "2", "sender": {"id": "anna"}, "text": "No", "answers": ["1"], "chosen": "2"}
    (said,) = subject.adapter().parse(Raw(json.dumps({"events": [event]}).encode()))
    assert isinstance(said, InboundMessage)
    assert (said.text, said.answers, said.chosen) == ("No", ("1",), "2")


@each_channel
async def test_what_a_channel_cannot_change_it_refuses_with_words(subject: Subject) -> None:
    adapter = subject.adapter()
    can = adapter.descriptor
    to = Address(can.schemes[0], subject.customer)
    able: dict[Deed, object] = {"edit": can.edit, "remove": can.delete, "react": can.reactions}
    for deed in (one for one, possible in able.items() if not possible):
        amendment = Amendment(deed=deed, message="1", to=to, outbound=Said(subject).outbound(), emoji="👍")
        outcome = await adapter.amend(amendment, "key")
        assert isinstance(outcome, Failed)
        assert outcome.reason in catalogue("en")


@each_channel
def test_how_long_a_message_can_be_changed_makes_sense(subject: Subject) -> None:
    can = subject.adapter().descriptor
    for within in (can.edit, can.delete):
        assert within is None or within.seconds is None or within.seconds > 0


@each_channel
def test_what_a_channel_cannot_carry_is_told_before_it_leaves(subject: Subject) -> None:
    can = subject.adapter().descriptor
    said = msgspec.structs.replace(
        Said(subject).outbound(),
        html="<b>Hello</b>",
        subject="Your lamp",
        copies=(Address(can.schemes[0], subject.customer),),
        quote="When does it come?",
        buttons=tuple(f"Lamp {number}" for number in range(1, max(can.button_limit, can.list_limit) + 2)),
    )
    plan = subject.adapter().plan(said, Context(NOW, NOW))
    assert isinstance(plan, Plan)
    lost = {
        "plan.formatting_dropped": can.markup != "html",
        "plan.subject_dropped": not can.subject,
        "plan.copies_dropped": not can.copies,
        "plan.quote_as_text": not can.quotes,
        "plan.buttons_as_text": True,
    }
    assert {key for key, gone in lost.items() if gone} <= set(plan.changes)
    assert set(plan.changes).isdisjoint(key for key, gone in lost.items() if not gone)
    assert set(plan.changes) <= set(catalogue("en"))
    text = "".join(part.text for part in plan.parts)
    assert f"{can.button_limit + 1}. Lamp {can.button_limit + 1}" in text
    assert can.quotes or "> When does it come?" in text
    for part in plan.parts:
        assert not part.buttons
        assert can.markup == "html" or part.html is None
        assert can.subject or not part.subject
        assert can.copies or not part.copies


@each_channel
def test_a_rate_is_one_that_can_be_kept_to(subject: Subject) -> None:
    rates = subject.adapter().descriptor.rates
    assert all(rate.calls > 0 and rate.seconds > 0 for rate in rates)


@called_channels
def test_what_a_channel_never_tells_it_does_not_claim(subject: Subject) -> None:
    can = subject.adapter().descriptor
    for inbound in subject.adapter().parse(subject.payload()):
        if isinstance(inbound, InboundMessage):
            assert can.echoes or not inbound.ours
            assert can.expires or inbound.expires_at is None
        assert can.expires or not isinstance(inbound, InboundTimer)


@each_channel
def test_a_channel_with_lives_tells_of_a_chats_and_of_a_groups_timer(subject: Subject) -> None:
    adapter = subject.adapter()
    assert bool(subject.lives) == adapter.descriptor.expires
    heard = [adapter.parse(Raw(body, {"content-type": "application/json"})) for body in subject.lives]
    for (one,), seconds, grouped in zip(heard, (86_400, 86_400, 0), (False, True, False), strict=False):
        assert isinstance(one, InboundTimer)
        assert one.seconds == seconds
        assert one.group_id == (subject.group if grouped else None)
        assert [who.value for who in one.sender] == ([] if grouped else [subject.customer])


def test_what_the_company_does_elsewhere_is_read() -> None:
    subject = next(subject for subject in CHANNELS if subject.name == "sandbox")
    who = {"id": "anna", "name": "Anna"}
    events = [
        {"kind": "message", "id": "1", "sender": who, "text": "On its way", "ours": True},
        {"kind": "message", "id": "2", "sender": who, "text": "My code", "expires_at": NOW},
        {"kind": "call", "id": "3", "sender": who, "state": "ended", "seconds": 65, "ours": True},
        {"kind": "edit", "message": "1", "sender": who, "text": "It comes today", "ours": True},
        {"kind": "reaction", "message": "1", "sender": who, "emoji": "👍", "ours": True},
        {"kind": "removal", "message": "1", "sender": who, "ours": True},
        {"kind": "call", "id": "", "sender": who, "state": "ended"},
    ]
    *read, nameless = subject.adapter().parse(Raw(json.dumps({"events": events}).encode()))
    sender = (Address("sandbox", "anna", "Anna", verified=True),)
    assert read == [
        InboundMessage(external_id="1", sender=sender, text="On its way", ours=True),
        InboundMessage(external_id="2", sender=sender, text="My code", expires_at=NOW),
        InboundCall(external_id="3", sender=sender, state="ended", seconds=65, ours=True),
        InboundEdit(message="1", sender=sender, text="It comes today", ours=True),
        InboundReaction(message="1", sender=sender, emoji="👍", ours=True),
        InboundRemoval(message="1", sender=sender, ours=True),
    ]
    assert isinstance(nameless, Unsupported)


def test_the_sandbox_can_play_a_channel_that_bears_little_and_takes_money() -> None:
    subject = next(subject for subject in CHANNELS if subject.name == "sandbox")
    dear = subject.adapter(per_minute=6, price="0.075 EUR", text_limit=40)
    assert dear.descriptor.rates == (Rate("account", 6, 60),)
    plan = dear.plan(Said(subject, "Ett två tre. " * 5).outbound(), Context(NOW, NOW))
    assert isinstance(plan, Plan)
    assert plan.cost == Cost(75_000 * len(plan.parts), "EUR")
    for odd in ("", "free", "1 euro", "-1 EUR"):
        cheap = subject.adapter(price=odd).plan(Said(subject).outbound(), Context(NOW, NOW))
        assert isinstance(cheap, Plan)
        assert cheap.cost is None


def test_what_customers_do_with_their_words_is_read() -> None:
    subject = next(subject for subject in CHANNELS if subject.name == "sandbox")
    who = {"id": "anna", "name": "Anna"}
    events = [
        {"kind": "edit", "message": "1", "sender": who, "text": "Hello there"},
        {"kind": "reaction", "message": "1", "sender": who, "emoji": "👍"},
        {"kind": "removal", "message": "1", "sender": who},
        {"kind": "removal", "message": "", "sender": who},
    ]
    edit, reaction, removal, nameless = subject.adapter().parse(Raw(json.dumps({"events": events}).encode()))
    sender = (Address("sandbox", "anna", "Anna", verified=True),)
    assert edit == InboundEdit(message="1", sender=sender, text="Hello there")
    assert reaction == InboundReaction(message="1", sender=sender, emoji="👍")
    assert removal == InboundRemoval(message="1", sender=sender)
    assert isinstance(nameless, Unsupported)


def test_the_sandbox_can_play_a_channel_without_changes() -> None:
    subject = next(subject for subject in CHANNELS if subject.name == "sandbox")
    none = subject.adapter(change_minutes=0, reactions=False).descriptor
    assert (none.edit, none.delete, none.reactions) == (None, None, False)
    assert subject.adapter(change_minutes=15).descriptor.edit == Within(900)


@each_channel
def test_planning_twice_gives_the_same(subject: Subject) -> None:
    outbound = Said(subject, "Same. " * 50).outbound()
    assert subject.adapter().plan(outbound, Context(NOW, NOW)) == subject.adapter().plan(outbound, Context(NOW, NOW))


@each_channel
async def test_secrets_never_show(subject: Subject, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    adapter: Adapter = subject.adapter()
    secrets = [secret for secret in subject.account().secrets.values() if secret]
    shown = [repr(adapter), repr(adapter.descriptor), str(adapter.verify(Raw(b"x"))), repr(adapter.parse(Raw(b"x")))]
    health = await adapter.health() if subject.reachable else Health(ok=True)
    text = "\n".join([*shown, repr(health), caplog.text])
    assert not [secret for secret in secrets if secret in text]


@each_channel
def test_the_folder_explains_itself_and_stays_small(subject: Subject) -> None:
    folder = PACKAGE / "channels" / subject.name
    readme = (folder / "README.md").read_text(encoding="utf-8")
    assert [section for section in SECTIONS if section not in readme] == []
    lines = {path.name: len(path.read_text(encoding="utf-8").splitlines()) for path in folder.glob("*.py")}
    assert max(lines.values()) <= 500, lines


def test_the_sandbox_can_play_a_closed_window() -> None:
    subject = next(subject for subject in CHANNELS if subject.name == "sandbox")
    closed = subject.adapter(window_hours=1)
    assert closed.descriptor.window == Window("inbound", 3600)
    assert isinstance(closed.plan(Said(subject).outbound(), Context(NOW, None)), Refusal)


def test_a_descriptor_is_data() -> None:
    for subject in CHANNELS:
        descriptor = subject.adapter().descriptor
        assert isinstance(descriptor, Descriptor)
        assert msgspec.convert(msgspec.to_builtins(descriptor), Descriptor) == descriptor


channels_with_groups = pytest.mark.parametrize(
    "subject",
    [subject for subject in CHANNELS if subject.adapter().descriptor.groups],
    ids=lambda subject: subject.name,
)


@channels_with_groups
async def test_what_is_said_in_a_group_names_the_group_and_who_said_it(subject: Subject) -> None:
    (said,) = await subject.hear_in_group()
    assert isinstance(said, InboundMessage)
    assert (said.group_id, said.sender[0].value) == (subject.group, subject.customer)
    assert said.text


@channels_with_groups
async def test_an_answer_to_a_group_is_planned_into_it(subject: Subject) -> None:
    adapter = subject.adapter()
    (said,) = await subject.hear_in_group()
    assert isinstance(said, InboundMessage)
    scheme = adapter.descriptor.schemes[0]
    for to in (Address(scheme, ""), said.sender[0]):
        outbound = Outbound(
            to=to, text="Hello all", answers=said.external_id, group_id=said.group_id, topic=said.topic, quote=said.text
        )
        plan = adapter.plan(outbound, Context(NOW, NOW))
        assert isinstance(plan, Plan)
        assert {part.group_id for part in plan.parts} == {subject.group}
        refused = adapter.plan(outbound, Context(NOW, NOW, removed=True))
        assert refused == Refusal("plan.removed_from_group")


@each_channel
def test_a_channel_without_groups_refuses_words_for_one(subject: Subject) -> None:
    adapter = subject.adapter()
    outbound = msgspec.structs.replace(Said(subject).outbound(), group_id="street")
    planned = adapter.plan(outbound, Context(NOW, NOW))
    assert isinstance(planned, Plan) if adapter.descriptor.groups else planned == Refusal("plan.no_groups")
