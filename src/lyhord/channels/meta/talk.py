"""From what Meta tells about a private conversation to what happened in it. Never raises: what isn't understood is `Unsupported`."""

from collections.abc import Callable

import msgspec
from msgspec import Struct

from lyhord.channels.meta.attachments import Shown, show
from lyhord.channels.meta.events import (
    Event,
    Happening,
    Message,
    Person,
    Referral,
    fields_of,
    known,
    read_happening,
)
from lyhord.conversations.exchange import (
    Address,
    Inbound,
    InboundEdit,
    InboundMessage,
    InboundReaction,
    InboundRemoval,
    InboundStatus,
    Media,
    Unsupported,
)

STANDBY = "standby"
"""Flag of words that another app of the company answers at the moment."""
ARRIVAL = "arrival"
"""Flag of what tells only how somebody came."""
MARK = "lyhord:"
"""What stands before the key of a sending in the metadata that comes back with its echo."""
_ENVELOPE = frozenset({"sender", "recipient", "timestamp", "is_self", "prior_message"})
_UNTOLD = frozenset({"take_thread_control", "request_thread_control", "app_roles", "account_linking", "typing"})
"""What is between the apps of a company, or says nothing that isn't seen otherwise."""


class Listener(Struct, frozen=True):
    """One account as its calls are read: the scheme of its customers, whose words tell what isn't shown, and our app."""

    scheme: str
    channel: str
    app_id: str

    def key(self, name: str) -> str:
        """A message key of the channel."""
        return f"channel.{self.channel}.{name}"

    def address(self, person: Person | None) -> tuple[Address, ...]:
        """Who it was; nobody where Meta tells no id that could be answered."""
        value = known(person.id) if person else ""
        return (Address(self.scheme, value, verified=True),) if value else ()


def read_talk(listener: Listener, event: Event) -> list[Inbound]:
    """What one event of `messaging` or `standby` says."""
    try:
        one = read_happening(event)
        fields = fields_of(event) - _ENVELOPE
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return [Unsupported(external_id=event.name, reason=listener.key("unshown"))]
    for name, read in _READERS.items():
        if getattr(one, name) is not None:
            return read(listener, event, one)
    if fields and fields <= _UNTOLD:
        return []
    return [Unsupported(external_id=event.name, reason=listener.key("unshown"), sender=listener.address(one.sender))]


def _read_message(listener: Listener, event: Event, one: Happening) -> list[Inbound]:
    said = one.message
    assert said is not None
    who = listener.address(_customer(event, one) if said.is_echo else one.sender)
    if said.is_deleted:
        return [InboundRemoval(message=said.mid, sender=who, ours=said.is_echo)]
    if said.is_echo and _is_own(listener, said):
        return _settled(said, one.timestamp)
    name = said.mid or event.name
    answered = said.reply_to.mid if said.reply_to and said.reply_to.mid else ""
    shown = _shown(said)
    empty = said.is_unsupported or not (shown.text or shown.media)
    if empty and said.is_echo:
        return []  # ours, and nothing of it can be shown: nobody asked anything
    if empty or not who:
        reason = listener.key("unshown")
        return [Unsupported(external_id=name, reason=reason, sender=who, answers=(answered,) if answered else ())]
    pressed = said.quick_reply.payload if said.quick_reply else ""
    return [
        InboundMessage(
            external_id=name,
            sender=who,
            text=shown.text,
            quoted=said.referral.words if said.referral else "",
            at=one.timestamp or None,
            media=shown.media,
            answers=(answered,) if answered else (),
            ours=said.is_echo,
            chosen=pressed or None,
            flags=_flags(event),
        )
    ]


def _customer(event: Event, one: Happening) -> Person | None:
    """To whom the company said it: of the two who aren't the page itself."""
    return one.sender if one.recipient and known(one.recipient.id) == event.owner else one.recipient


def _is_own(listener: Listener, said: Message) -> bool:
    """Whether it left from here: by our app, or with a key of ours."""
    return bool(listener.app_id and known(said.app_id) == listener.app_id) or (said.metadata or "").startswith(MARK)


def _settled(said: Message, at: int) -> list[Inbound]:
    """An echo of ours proves that what was sent under its key has left, also where no answer had come."""
    key = (said.metadata or "").removeprefix(MARK) if (said.metadata or "").startswith(MARK) else ""
    return [InboundStatus(reference=key, state="sent", external_id=said.mid, at=at or None)] if key else []


def _shown(said: Message) -> Shown:
    found = show(said.attachments or (), said.text or "")
    story = said.reply_to.story if said.reply_to else None
    if story is None or not story.url:
        return found
    return Shown(found.text, (Media("story", "application/octet-stream", 0, url=story.url), *found.media))


def _read_edit(listener: Listener, _event: Event, one: Happening) -> list[Inbound]:
    assert one.message_edit is not None
    sender = listener.address(one.sender)
    return [InboundEdit(message=one.message_edit.mid, sender=sender, text=one.message_edit.text or "")]


def _read_postback(listener: Listener, event: Event, one: Happening) -> list[Inbound]:
    pressed = one.postback
    assert pressed is not None
    sender = listener.address(one.sender)
    text = pressed.title or pressed.payload or (pressed.referral.words if pressed.referral else "")
    name = pressed.mid or event.name
    if not (sender and text):
        return [Unsupported(external_id=name, reason=listener.key("unshown"), sender=sender)]
    return [
        InboundMessage(
            external_id=name,
            sender=sender,
            text=text,
            quoted=pressed.referral.words if pressed.referral else "",
            at=one.timestamp or None,
            flags=_flags(event),
        )
    ]


def _read_reaction(listener: Listener, _event: Event, one: Happening) -> list[Inbound]:
    assert one.reaction is not None
    sender = listener.address(one.sender)
    if not sender:
        return []
    gone = one.reaction.action == "unreact"
    emoji = "" if gone else one.reaction.emoji or NAMED.get(one.reaction.reaction or "", "👍")
    return [InboundReaction(message=one.reaction.mid, sender=sender, emoji=emoji, removed=gone)]


NAMED = {
    "like": "👍", "love": "❤️", "haha": "😆", "laugh": "😆", "smile": "😆", "wow": "😮", "sad": "😢", "angry": "😠", "care": "🤗",
    "dislike": "👎",
}  # fmt: skip
"""Reactions by the names that Meta gives them."""


def _read_seen(listener: Listener, _event: Event, one: Happening) -> list[Inbound]:
    assert one.read is not None
    until = one.read.watermark or one.timestamp
    return _until(listener, one, InboundStatus(reference=one.read.mid or "", state="read", at=until or None))


def _read_delivery(listener: Listener, _event: Event, one: Happening) -> list[Inbound]:
    assert one.delivery is not None
    until = one.delivery.watermark or None
    named: list[Inbound] = [
        InboundStatus(reference=mid, state="delivered", at=until) for mid in one.delivery.mids or ()
    ]
    return named + _until(listener, one, InboundStatus(reference="", state="delivered", at=until))


def _until(listener: Listener, one: Happening, status: InboundStatus) -> list[Inbound]:
    """A status of all that somebody got until a time. Where Meta names nobody it is of what it names."""
    sender = listener.address(one.sender)
    if sender and status.at:
        return [msgspec.structs.replace(status, peer=sender[0])]
    return [status] if status.reference else []


def _read_referral(listener: Listener, event: Event, one: Happening) -> list[Inbound]:
    return _arrival(listener, event, one, one.referral or Referral())


def _read_optin(listener: Listener, event: Event, one: Happening) -> list[Inbound]:
    assert one.optin is not None
    return _arrival(listener, event, one, Referral(ref=one.optin.title or one.optin.ref))


def _arrival(listener: Listener, event: Event, one: Happening, referral: Referral) -> list[Inbound]:
    """Nobody said anything and nobody waits, but agents see how the customer came. Of somebody without an id nothing can be kept."""
    sender = listener.address(one.sender)
    if not sender:
        return []
    said = InboundMessage(
        external_id=event.name,
        sender=sender,
        text=f"↪ {referral.words}".strip(),
        at=one.timestamp or None,
        flags=frozenset({ARRIVAL}),
    )
    return [said]


def _read_passed(listener: Listener, event: Event, one: Happening) -> list[Inbound]:
    """Somebody waits for us now, where another app or a bot had answered."""
    assert one.pass_thread_control is not None
    owner = known(one.pass_thread_control.new_owner_app_id)
    if listener.app_id and owner != listener.app_id:
        return []
    return [
        Unsupported(external_id=event.name, reason=listener.key("handed_over"), sender=listener.address(one.sender))
    ]


def _read_policy(listener: Listener, event: Event, one: Happening) -> list[Inbound]:
    blocked = (one.policy or {}).get("action") == "block"
    return [Unsupported(external_id=event.name, reason=listener.key("policy_block" if blocked else "policy_unblock"))]


def _flags(event: Event) -> frozenset[str]:
    return frozenset({STANDBY}) if event.kind == "standby" else frozenset()


_READERS: dict[str, Callable[[Listener, Event, Happening], list[Inbound]]] = {
    "message": _read_message,
    "message_edit": _read_edit,
    "postback": _read_postback,
    "reaction": _read_reaction,
    "read": _read_seen,
    "delivery": _read_delivery,
    "optin": _read_optin,
    "referral": _read_referral,
    "pass_thread_control": _read_passed,
    "policy": _read_policy,
}
"""By field of an event, in the order in which they are looked for."""
