"""Names of people whom a channel calls by an id alone: a job asks the channel once their first words are stored."""

from collections.abc import Iterable

from msgspec import Struct

from lyhord.contacts.actions import find_or_make_contacts
from lyhord.conversations.exchange import Address
from lyhord.kit.database import Tx
from lyhord.kit.database.jobs_table import enqueue

JOB = "name"


class Nameless(Struct, frozen=True):
    """Who is to be asked about, and through which inbox."""

    inbox_id: str
    address: Address


def ask_for_names(tx: Tx, people: Iterable[Nameless]) -> None:
    """Have their channels asked, each about each once."""
    for one in dict.fromkeys((one.inbox_id, one.address.scheme, one.address.value) for one in people):
        inbox_id, scheme, value = one
        enqueue(tx, JOB, Nameless(inbox_id, Address(scheme, value)))


def keep_name(tx: Tx, address: Address) -> None:
    """A channel says what somebody is called. Who has a name of their own keeps it."""
    find_or_make_contacts(tx, [(address,)])
