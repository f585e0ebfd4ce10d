"""Signatures as values, and what may stand in one."""

from msgspec import Struct

from lyhord.conversations.canned.model import check_variables
from lyhord.conversations.formatting import as_written, check_pictures, pictures_in
from lyhord.conversations.model import Attachment
from lyhord.kit.problems import Invalid
from lyhord.kit.text import clean

VARIABLES = ("agent.name", "agent.first_name", "agent.email", "workspace.name", "inbox.name")
"""What a signature can name: who writes and from where, nothing of who reads it."""
MOST_TEXT = 4_000
MOST_HTML = 20_000
MOST_PICTURES = 10

_KEPT = "signature:"


class Signature(Struct, frozen=True, kw_only=True):
    """What stands below the mails of an agent, or with `inbox_id` below those through an inbox whose writer has none.

    `html` is the same formatted. Variables as in canned replies.
    """

    agent_id: str | None
    inbox_id: str | None
    text: str
    html: str | None
    attachments: tuple[Attachment, ...]


class SignatureWords(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a signature says; nothing: there is none. A picture in `html` is `cid:` and the id of its attachment."""

    text: str = ""
    html: str | None = None
    attachment_ids: tuple[str, ...] = ()


def checked(words: SignatureWords) -> SignatureWords:
    """The same, cleaned, with the pictures that are shown and no other files. Raises `Invalid` naming what doesn't fit."""
    text, html = as_written(clean(words.text, MOST_HTML).strip(), words.html)
    if len(text) > MOST_TEXT or len(html or "") > MOST_HTML:
        raise Invalid("That is too long for a signature.", fields={"text": "problem.signature_too_long"})
    for form in (text, html or ""):
        check_variables(form, "text", VARIABLES)
    check_pictures(html, words.attachment_ids)
    pictures = tuple(one for one in words.attachment_ids if one in pictures_in(html))
    if len(pictures) > MOST_PICTURES:
        raise Invalid("At most 10 pictures.", fields={"text": "problem.signature_too_long"})
    return SignatureWords(text=text, html=html, attachment_ids=pictures)


def kept_by(owner: str) -> str:
    """As whose the pictures of a signature are kept. `owner` is "agent:<id>" or "inbox:<id>"."""
    return _KEPT + owner


def is_kept_below(uploaded_by: str) -> bool:
    """Whether a file stands in a signature: whoever gets a mail sees it, so all agents may."""
    return uploaded_by.startswith(_KEPT)
