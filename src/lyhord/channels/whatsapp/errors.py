"""What WhatsApp's error codes mean, for a send and in words (WhatsApp Business Platform, error codes, June 2026)."""

from collections.abc import Mapping, Sequence

from lyhord.channels.meta.graph import BUSY, NO_PERMISSION, TOO_FAST, GraphError
from lyhord.conversations.exchange import Failed, Outcome, Retry

NO_NUMBER = "channel.whatsapp.no_such_number"
PAIR_SECONDS = 6.0
"""One customer gets a message every six seconds, beyond what may come at once (throughput, pair rate limits)."""

_WORDS: Mapping[int, str] = {
    **dict.fromkeys((470, 131047), "channel.whatsapp.window_over"),
    131026: "channel.whatsapp.undeliverable",
    131049: "channel.whatsapp.held_back",
    131050: "channel.whatsapp.no_marketing",
    130472: "channel.whatsapp.held_back",
    131051: "channel.whatsapp.bad_kind",
    131053: "channel.whatsapp.bad_file",
    131021: "channel.whatsapp.to_ourselves",
    131030: "channel.whatsapp.test_number",
    130497: "channel.whatsapp.country",
    131048: "channel.whatsapp.spam_limit",
    131056: "channel.meta.too_fast",
    130429: "channel.meta.too_fast",
    131000: "channel.meta.busy",
    131016: "channel.meta.busy",
    131057: "channel.meta.busy",
    131042: "channel.whatsapp.unpaid",
    131031: "channel.whatsapp.locked",
    368: "channel.whatsapp.locked",
    131037: "channel.whatsapp.name_missing",
    **dict.fromkeys((131045, 133010), "channel.whatsapp.not_registered"),
    **dict.fromkeys((132000, 132012, 132018), "channel.whatsapp.template_values"),
    132001: "channel.whatsapp.template_missing",
    132005: "channel.whatsapp.template_long",
    **dict.fromkeys((132007, 132015, 132016, 132068, 132069), "channel.whatsapp.template_stopped"),
}
_LATER = {
    131056: Retry(TOO_FAST, PAIR_SECONDS),
    **dict.fromkeys((130429, 131048), Retry(TOO_FAST, limit="account")),
    **dict.fromkeys((131000, 131016, 131057), Retry(BUSY)),
    131005: Retry(NO_PERMISSION),
    33: Retry(NO_NUMBER),
    **{code: Retry(_WORDS[code]) for code in (131042, 131031, 368, 131037, 131045, 133010)},
}
"""What passes, or what somebody can put right, is tried again for as long as anything is."""

MEANINGS: Mapping[int, Outcome] = {**{code: Failed(key) for code, key in _WORDS.items()}, **_LATER}
"""For `Graph`."""


def say(errors: Sequence[GraphError]) -> str:
    """The first error as a message key, or in Meta's words with its code; "" where there is none."""
    if not errors:
        return ""
    known = _WORDS.get(errors[0].code)
    return known or f"{errors[0].words} ({errors[0].code})".strip()
