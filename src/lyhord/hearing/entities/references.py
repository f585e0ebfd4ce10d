"""Numbers of orders, invoices and the like: what stands behind the word for them, or has the shape of one."""

import re
from collections.abc import Iterator

from lyhord.hearing.entities.model import REFERENCE, Entity

_WORD = (
    r"(?:order|ordre|beställning|bestilling|tinging|tilaus|invoice|faktura|lasku|case|ticket|ärende|sak|booking|bokning|reservation|varaus|"
    r"reference|referens|referanse|viite|ref|tracking|spårning|sporing|seuranta|kolli|paket|pakke|paketti|parcel|shipment|purchase|po|"
    r"customer|kund|kunde|asiakas|contract|avtals?|sopimus|serial|serie|membership|medlems?|jäsen|policy|claim)"
)
_NUMBER_WORD = r"(?:s?\s?-?(?:number|numbers|nummer|numret|numero|numeron?i?|nro|nr|no|id|kod|code|tunnus|koodi))?"
_VALUE = r"(?P<value>(?-i:[A-Z]{1,4}) \d{3,14}|(?=[A-Za-z-]{0,8}\d)[A-Za-z0-9](?:[A-Za-z0-9]|[-/](?=[A-Za-z0-9])){3,24})(?![\w])"
_NAMED = re.compile(
    rf"(?<![^\W\d_]){_WORD}{_NUMBER_WORD}\.?\s?(?:(?:is|är|er|on|was|var)\s)?[:#]?\s?#?{_VALUE}",
    re.IGNORECASE,
)
_HAN = re.compile(
    r"(?:订单|訂單|单|單|快递|物流|运单|發票|发票|客户|客戶|会员|會員|合同|流水|取件|预约|編|编)(?:号|號|編號|编号|码)?(?:码|號碼)?\s?(?:是|为|:|:)?\s?"
    + _VALUE,
    re.ASCII,
)
_SHAPED = re.compile(r"(?<![\w#-])(?:#(?P<value>\d{4,16})|(?P<shaped>[A-Z]{2,5}-?\d{4,14}(?:-\d{1,6})?))(?![\w-])")


def find_references(text: str) -> Iterator[Entity]:
    """References without the word before them; those known by their shape alone are less sure."""
    if not any(sign.isdigit() for sign in text):
        return
    for pattern in (_NAMED, _HAN):
        for found in pattern.finditer(text):
            yield Entity(REFERENCE, found["value"].upper(), *found.span("value"), 0.9)
    for found in _SHAPED.finditer(text):
        group = "value" if found["value"] else "shaped"
        yield Entity(REFERENCE, found[group], *found.span(group), 0.7)
