"""Templates as screens read them, and one of them with its places filled."""

import msgspec

from lyhord.conversations.exchange import FilledTemplate, Media, Template
from lyhord.conversations.model import Filling
from lyhord.conversations.templates import store
from lyhord.conversations.templates.model import TemplateList, clean_value
from lyhord.kit.database import ReadTx
from lyhord.kit.problems import Invalid

_template = msgspec.json.Decoder(Template)


def list_templates(tx: ReadTx, inbox_id: str) -> TemplateList:
    """Those of one inbox, as they came last."""
    row = tx.one(store.find_list, inbox=inbox_id)
    if row is None:
        return TemplateList(offered=False)
    found = [_template.decode(body) for (body,) in tx.all(store.of_inbox, inbox=inbox_id)]
    found.sort(key=lambda one: (one.name, one.language))
    return TemplateList(offered=True, items=tuple(found), asked_at=row[0], fetched_at=row[1], problem=row[2])


def fill_template(tx: ReadTx, inbox_id: str, filling: Filling, media: tuple[Media, ...]) -> FilledTemplate:
    """The template with what stands in its places, and the name of its file. Raises `Invalid` where the inbox hasn't got it."""
    body = tx.value(store.by_id, inbox=inbox_id, id=filling.id)
    if body is None:
        raise Invalid("This inbox hasn't got that template any more.", key="problem.template_gone")
    values = {name: clean_value(value) for name, value in filling.values.items()}
    if media:
        values["header"] = media[0].name
    return FilledTemplate(template=_template.decode(body), values=values)
