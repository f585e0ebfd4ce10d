"""What becomes of a ticket by a change, as its kind has it: its stage, its attributes, and what is needed to resolve it."""

from collections.abc import Mapping
from functools import cached_property

from msgspec import UNSET
from msgspec.structs import replace

from lyhord.contacts.actions.attributes import check_attributes, list_attributes, merge_attributes
from lyhord.contacts.model import Attribute, trait
from lyhord.kit.database import ReadTx
from lyhord.kit.problems import Invalid
from lyhord.tickets.complaints import guard
from lyhord.tickets.kinds.model import Kind, stage_of
from lyhord.tickets.kinds.reading import list_kinds
from lyhord.tickets.model import Change, Ticket, changed
from lyhord.tickets.surges.reading import eased_needs

NEEDED = "problem.needed"


class Changing:
    """One change, for many tickets. Kinds are read once, and only where the change has to do with them."""

    def __init__(self, tx: ReadTx, change: Change) -> None:
        self._tx = tx
        self._change = change
        self._values = None if change.attributes is UNSET else _trimmed(change.attributes)
        self._staged = any(one is not UNSET for one in (change.status, change.kind, change.stage))

    @cached_property
    def _kinds(self) -> dict[str, Kind]:
        return {one.id: one for one in list_kinds(self._tx)}

    @cached_property
    def _defined(self) -> set[str]:
        return {one.key for one in list_attributes(self._tx) if one.subject == "ticket"}

    def after(self, before: Ticket) -> Ticket:
        """The ticket after the change. One without the stage that is wanted stays where it is: see `refusal`."""
        change = self._change
        kind = before.kind if change.kind is UNSET else change.kind
        stages = self._kinds[kind].stages if self._staged and kind in self._kinds else ()
        wanted = next((one for one in stages if one.id == change.stage), None)
        if wanted is not None:
            change = replace(change, status=wanted.status)
        after = changed(before, change, self._tx.now)
        if self._staged:
            last = wanted.id if wanted else before.stage if kind == before.kind else None
            stage = stage_of(stages, last, after.status)
            after = replace(after, stage=stage.id if stage else None)
        if self._values is not None:
            after = replace(after, attributes=merge_attributes(before.attributes, self._values))
        return guard.keep_owned(self._tx, before, after)

    def refusal(self, before: Ticket, after: Ticket) -> Invalid | None:
        """Why the ticket can't be changed so, if it can't."""
        if self._change.stage is not UNSET and after.stage != self._change.stage:
            return Invalid("Its kind has no such stage.", fields={"stage": "problem.no_such_stage"})
        if after.status == "snoozed" and after.snoozed_until is None:
            return Invalid("Choose a moment in the next three years.", fields={"snoozed_until": "problem.moment"})
        if after.status != "resolved" or before.status == "resolved":
            return guard.refusal(self._tx, before, after)
        return self._unready(after) or guard.refusal(self._tx, before, after)

    def check(self, before: Ticket, after: Ticket) -> None:
        """Raise why the ticket can't be changed so, if it can't."""
        refusal = self.refusal(before, after)
        if refusal is not None:
            raise refusal

    def _unready(self, ticket: Ticket) -> Invalid | None:
        kind = self._kinds.get(ticket.kind)
        needed = [one.key for one in kind.attributes if one.required] if kind else []
        missing = [key for key in needed if key not in ticket.attributes and key in self._defined]
        if missing:
            eased = eased_needs(self._tx, ticket.conversation_id)
            missing = [key for key in missing if key not in eased]
        if not missing:
            return None
        fields = {f"attributes.{key}": NEEDED for key in missing}
        return Invalid("Fill in what is needed before it is resolved.", key=NEEDED, fields=fields)


def _trimmed(values: Mapping[str, Attribute | None]) -> dict[str, Attribute | None]:
    """Spaces alone say nothing."""
    return {key: (value.strip() or None) if isinstance(value, str) else value for key, value in values.items()}


def check_ready(tx: ReadTx, ticket: Ticket) -> None:
    """Raise `Invalid`, naming each as `attributes.<key>`, where attributes are missing that a ticket needs to be resolved."""
    changing = Changing(tx, Change(status="resolved"))
    changing.check(ticket, changing.after(ticket))


def settled(tx: ReadTx, ticket: Ticket) -> Ticket:
    """A ticket of which words changed the status, on the stage on which it stands now."""
    stages = next((one.stages for one in list_kinds(tx) if one.id == ticket.kind), ())
    stage = stage_of(stages, ticket.stage, ticket.status)
    return replace(ticket, stage=stage.id if stage else None)


def check_values(tx: ReadTx, values: Mapping[str, Attribute | None]) -> None:
    """Raise `Invalid`, naming each, for attributes that tickets haven't, and values that don't fit. What is taken away may be any."""
    given = {key: value for key, value in values.items() if value is not None}
    known = {one.key for one in list_attributes(tx) if one.subject == "ticket"} if given else set()
    unknown = {f"attributes.{key}": "problem.no_such_attribute" for key in given if key not in known}
    if unknown:
        raise Invalid("There is no such attribute of tickets.", fields=unknown)
    check_attributes(tx, "ticket", {}, given)


def folded(value: Attribute) -> str:
    """A value as filters compare it."""
    return trait("attribute", value)[1]
