"""The statements of consents: there is none that changes one."""

from typing import Any

from sqlalchemy import BindParameter, bindparam, insert, select

from lyhord.contacts.consents.tables import consent
from lyhord.kit.database import Statement, values_in

W: BindParameter[Any] = bindparam("workspace_id")

of_contacts = Statement(
    select(
        consent.c.id,
        consent.c.contact_id,
        consent.c.purpose,
        consent.c.channel,
        consent.c.answer,
        consent.c.at,
        consent.c.source,
        consent.c.evidence,
        consent.c.recorded_by,
        consent.c.recorded_at,
    ).where(consent.c.workspace_id == W, values_in(consent.c.contact_id, "contact_ids"))
)
insert_consent = Statement(insert(consent))
