"""What WhatsApp tells, as far as it is read here (WhatsApp Business Platform, webhooks reference, 2026).

Each thing of a call is decoded by itself, so that one that is odd takes no other with it.
"""

from msgspec import Raw, Struct

from lyhord.channels.meta.graph import GraphError

Id = str | int
"""Ids, numbers and times come as text, in some examples as numbers."""


class Change(Struct, frozen=True):
    """A change: `field` says what of."""

    field: str = ""
    value: Raw = Raw(b"{}")


class Entry(Struct, frozen=True):
    """What happened at one WhatsApp Business Account."""

    changes: list[Change] = []


class Envelope(Struct, frozen=True):
    """One call."""

    object: str = ""
    entry: list[Entry] = []


class Metadata(Struct, frozen=True):
    """Whose number it is about."""

    display_phone_number: Id = ""
    phone_number_id: Id = ""


class Profile(Struct, frozen=True):
    """How a customer is called; `username` where they have one."""

    name: str = ""
    username: str = ""


class Contact(Struct, frozen=True):
    """A customer: by number, by business-scoped user id, or by both."""

    profile: Profile = Profile()
    wa_id: Id = ""
    user_id: Id = ""
    parent_user_id: Id = ""


class Value(Struct, frozen=True):
    """What a change brings."""

    metadata: Metadata = Metadata()
    contacts: list[Contact] = []
    messages: list[Raw] = []
    message_echoes: list[Raw] = []
    statuses: list[Raw] = []
    calls: list[Raw] = []
    groups: list[Raw] = []
    user_preferences: list[Raw] = []
    errors: list[GraphError] = []


class Product(Struct, frozen=True):
    """A product of a catalogue."""

    catalog_id: Id = ""
    product_retailer_id: Id = ""


class About(Struct, frozen=True):
    """What a message answers, or that it was passed on."""

    id: str = ""
    forwarded: bool = False
    frequently_forwarded: bool = False
    referred_product: Product | None = None


class Referral(Struct, frozen=True):
    """The advertisement or post that led here."""

    source_url: str = ""
    headline: str = ""
    body: str = ""


class Text(Struct, frozen=True):
    """Words."""

    body: str = ""


class File(Struct, frozen=True):
    """A file, by Meta's id of it; `sha256` is base64."""

    id: Id = ""
    mime_type: str = ""
    sha256: str = ""
    caption: str = ""
    filename: str = ""
    voice: bool = False


class Location(Struct, frozen=True):
    """A place."""

    latitude: float = 0
    longitude: float = 0
    name: str = ""
    address: str = ""
    url: str = ""


class CardName(Struct, frozen=True):
    """A name on a card."""

    formatted_name: str = ""


class CardOrg(Struct, frozen=True):
    """A firm on a card."""

    company: str = ""


class CardLine(Struct, frozen=True):
    """A number, an address or a link on a card."""

    phone: str = ""
    email: str = ""
    url: str = ""


class Card(Struct, frozen=True):
    """Somebody's card."""

    name: CardName = CardName()
    org: CardOrg = CardOrg()
    phones: list[CardLine] = []
    emails: list[CardLine] = []
    urls: list[CardLine] = []


class Reaction(Struct, frozen=True):
    """An emoji to a message; without one it is taken back."""

    message_id: str = ""
    emoji: str = ""


class Chosen(Struct, frozen=True):
    """A button or a row that was pressed."""

    id: Id = ""
    title: str = ""
    description: str = ""


class Form(Struct, frozen=True):
    """A form (a "flow") that was filled in: its answers as JSON in text."""

    name: str = ""
    body: str = ""
    response_json: str = ""


class Interactive(Struct, frozen=True):
    """What was done with something that we sent."""

    type: str = ""
    button_reply: Chosen | None = None
    list_reply: Chosen | None = None
    nfm_reply: Form | None = None


class Button(Struct, frozen=True):
    """A quick reply below a template that was pressed."""

    payload: str = ""
    text: str = ""


class Item(Struct, frozen=True):
    """A line of an order."""

    product_retailer_id: Id = ""
    quantity: float | str = 0
    item_price: float | str = 0
    currency: str = ""


class Order(Struct, frozen=True):
    """An order from a catalogue."""

    catalog_id: Id = ""
    text: str = ""
    product_items: list[Item] = []


class System(Struct, frozen=True):
    """A customer has another number or id now; `body` says so in English."""

    body: str = ""
    type: str = ""
    wa_id: Id = ""
    user_id: Id = ""
    previous_user_id: Id = ""


class Kind(Struct, frozen=True):
    """What an unsupported message is."""

    type: str = ""
    raw_type: str = ""


class Edited(Struct, frozen=True):
    """The message that was edited, and how it reads now."""

    original_message_id: str = ""
    message: Raw = Raw(b"{}")


class Revoked(Struct, frozen=True):
    """The message that was taken back."""

    original_message_id: str = ""


class Message(Struct, frozen=True, rename={"sender": "from"}):
    """Something said. `to…` stands in what the company said in WhatsApp's own app."""

    id: str = ""
    sender: Id = ""
    from_user_id: Id = ""
    from_parent_user_id: Id = ""
    to: Id = ""
    to_user_id: Id = ""
    to_parent_user_id: Id = ""
    group_id: str = ""
    timestamp: Id = ""
    type: str = ""
    context: About | None = None
    referral: Referral | None = None
    text: Text | None = None
    image: File | None = None
    audio: File | None = None
    video: File | None = None
    document: File | None = None
    sticker: File | None = None
    location: Location | None = None
    contacts: list[Card] = []
    reaction: Reaction | None = None
    interactive: Interactive | None = None
    button: Button | None = None
    order: Order | None = None
    system: System | None = None
    unsupported: Kind | None = None
    edit: Edited | None = None
    revoke: Revoked | None = None
    errors: list[GraphError] = []


class Status(Struct, frozen=True):
    """What became of something that we sent; with `type` "call" of a call that we made."""

    id: str = ""
    status: str = ""
    type: str = ""
    timestamp: Id = ""
    recipient_id: Id = ""
    recipient_user_id: Id = ""
    biz_opaque_callback_data: str = ""
    errors: list[GraphError] = []


class Calling(Struct, frozen=True, rename={"sender": "from"}):
    """A call, as it begins (`connect`) or ends (`terminate`)."""

    id: str = ""
    sender: Id = ""
    from_user_id: Id = ""
    to: Id = ""
    to_user_id: Id = ""
    event: str = ""
    direction: str = ""
    timestamp: Id = ""
    status: str | list[str] = ""
    duration: float | None = None


class Participant(Struct, frozen=True):
    """Somebody who came to a group or left it."""

    input: Id = ""
    wa_id: Id = ""
    user_id: Id = ""


class Subject(Struct, frozen=True):
    """What a group is called now."""

    text: str = ""
    update_successful: bool = True


class Group(Struct, frozen=True):
    """A group that changed."""

    group_id: str = ""
    type: str = ""
    timestamp: Id = ""
    subject: str = ""
    group_subject: Subject | None = None
    added_participants: list[Participant] = []
    removed_participants: list[Participant] = []
    errors: list[GraphError] = []


class Preference(Struct, frozen=True):
    """A customer's wish about marketing messages."""

    wa_id: Id = ""
    user_id: Id = ""
    detail: str = ""
    value: str = ""
    timestamp: Id = ""
