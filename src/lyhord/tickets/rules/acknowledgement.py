"""A first answer that is said by itself: a rule, switched off, with words in every language. Both are then the company's to change."""

from lyhord.conversations.canned.actions import create_canned_reply
from lyhord.conversations.canned.model import CannedWords, Text
from lyhord.kit.database import Tx
from lyhord.kit.words import LOCALES, say
from lyhord.tickets.macros.model import ReplyStep
from lyhord.tickets.rules.actions import create_rule
from lyhord.tickets.rules.model import RuleWords
from lyhord.workspaces.views import settings_of


def prepare_acknowledgement(tx: Tx, secret: str) -> str:
    """Write the words and the rule; the rule's id. `secret` is sealed. Raises `Taken` where there are too many of either.

    It is said to who begins to wait, in their language as far as it is known, and says by when an answer comes.
    """
    own = settings_of(tx).locale
    locales = sorted(LOCALES, key=lambda one: (one != own, LOCALES.index(one)))
    texts = tuple(Text(one, say(one, "promise.acknowledgement")) for one in locales)
    name = say(own, "promise.acknowledgement_name")
    reply_id = create_canned_reply(tx, CannedWords(name=name, texts=texts), may_share=True)
    words = RuleWords(name=name, when="customer_waits", steps=(ReplyStep(canned_reply_id=reply_id),))
    return create_rule(tx, words, secret)
