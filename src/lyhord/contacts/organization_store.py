"""The statements of organizations and their domains."""

from typing import Any

from sqlalchemy import BindParameter, Text, bindparam, delete, insert, select, tuple_, type_coerce, update

from lyhord.contacts.tables import organization, organization_domain
from lyhord.kit.database import Id, Statement, upsert, values_in

W: BindParameter[Any] = bindparam("workspace_id")

columns = (
    organization.c.id,
    organization.c.name,
    organization.c.kind,
    organization.c.about,
    organization.c.attributes,
    organization.c.created_at,
    organization.c.changed_at,
    organization.c.removed_at,
)
_organizations = select(*columns, organization.c.place).where(organization.c.workspace_id == W)

by_ids = Statement(_organizations.where(values_in(organization.c.id, "ids")))
by_name = Statement(
    _organizations.where(
        organization.c.removed_at.is_(None),
        organization.c.place >= bindparam("begins"),
        organization.c.place < bindparam("ends"),
        tuple_(organization.c.place, organization.c.id)
        > tuple_(bindparam("after_place", type_=Text), bindparam("after_id", type_=Id)),
    )
    .order_by(organization.c.place, organization.c.id)
    .limit(bindparam("most"))
)
_place = type_coerce(organization.c.place, Text)  # a list of values has no collation
by_places = Statement(
    select(organization.c.id, organization.c.place).where(
        organization.c.workspace_id == W, organization.c.removed_at.is_(None), values_in(_place, "places")
    )
)
insert_organization = Statement(insert(organization))
CHANGING = ("name", "place", "kind", "about", "attributes", "changed_at", "removed_at")
change_organization = Statement(
    update(organization)
    .where(organization.c.workspace_id == W, organization.c.id == bindparam("key"))
    .values({name: bindparam(name) for name in CHANGING})
)

domains_of = Statement(
    select(organization_domain.c.organization_id, organization_domain.c.domain)
    .where(organization_domain.c.workspace_id == W, values_in(organization_domain.c.organization_id, "ids"))
    .order_by(organization_domain.c.domain)
)
owners_of = Statement(
    select(organization_domain.c.domain, organization_domain.c.organization_id).where(
        organization_domain.c.workspace_id == W, values_in(organization_domain.c.domain, "domains")
    )
)
free_domain = Statement(
    delete(organization_domain).where(
        organization_domain.c.workspace_id == W, organization_domain.c.domain == bindparam("domain")
    )
)
"""Before it is added: one that was put away may have it."""
add_domain = upsert(organization_domain, key=("workspace_id", "domain"))
drop_domains = Statement(
    delete(organization_domain).where(
        organization_domain.c.workspace_id == W, organization_domain.c.organization_id == bindparam("of")
    )
)
