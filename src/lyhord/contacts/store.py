"""The statements of contacts and identities."""

from sqlalchemy import (
    BindParameter,
    Text,
    bindparam,
    case,
    delete,
    exists,
    false,
    func,
    insert,
    literal,
    select,
    tuple_,
    update,
)

from lyhord.contacts.tables import contact, identity, tag, trait
from lyhord.kit.database import Id, Millis, Statement, upsert, values_in

W: BindParameter[str] = bindparam("workspace_id")

_stronger = identity.alias("stronger")
# A claim is what came with or after a better identity. A contact's own first address is none, whatever was added later.
_only_a_claim = case(
    (
        identity.c.verification == literal("claimed"),
        exists(
            select(_stronger.c.value).where(
                _stronger.c.workspace_id == identity.c.workspace_id,
                _stronger.c.contact_id == identity.c.contact_id,
                _stronger.c.verification != literal("claimed"),
                _stronger.c.created_at <= identity.c.created_at,
            )
        ),
    ),
    else_=false(),
)

known_identities = Statement(
    select(
        identity.c.value,
        identity.c.contact_id,
        identity.c.verification,
        identity.c.shown,
        contact.c.name,
        contact.c.merged_into,
        contact.c.blocked_at,
        identity.c.blocked_at,
        _only_a_claim,
    )
    .join_from(
        identity, contact, (contact.c.workspace_id == identity.c.workspace_id) & (contact.c.id == identity.c.contact_id)
    )
    .where(
        identity.c.workspace_id == W, identity.c.scheme == bindparam("scheme"), values_in(identity.c.value, "values")
    )
)
insert_contact = Statement(insert(contact))
insert_identity = Statement(insert(identity))
fill_name = Statement(
    update(contact)
    .where(contact.c.workspace_id == W, contact.c.id == bindparam("key"))
    .values(name=bindparam("name"), changed_at=bindparam("changed_at"))
)
verify_identity = Statement(
    update(identity)
    .where(identity.c.workspace_id == W, identity.c.scheme == bindparam("key"), identity.c.value == bindparam("folded"))
    .values(verification=bindparam("verification"), verified_at=bindparam("verified_at"))
)
move_identity = Statement(
    update(identity)
    .where(identity.c.workspace_id == W, identity.c.scheme == bindparam("key"), identity.c.value == bindparam("folded"))
    .values(contact_id=bindparam("contact_id"))
)
delete_identity = Statement(
    delete(identity).where(
        identity.c.workspace_id == W,
        identity.c.scheme == bindparam("scheme"),
        identity.c.value == bindparam("value"),
        identity.c.contact_id == bindparam("contact_id"),
    )
)

contact_columns = (
    contact.c.id,
    contact.c.name,
    contact.c.language,
    contact.c.about,
    contact.c.attributes,
    contact.c.merged_into,
    contact.c.blocked_at,
    contact.c.created_at,
    contact.c.changed_at,
    contact.c.organization_id,
    contact.c.tags,
    contact.c.language_heard_in,
)
_contacts = select(*contact_columns).where(contact.c.workspace_id == W)
_living = _contacts.where(contact.c.merged_into.is_(None)).order_by(contact.c.name, contact.c.id)

contacts_by_ids = Statement(_contacts.where(values_in(contact.c.id, "ids")))
first_contacts = Statement(_living.limit(bindparam("most")))
next_contacts = Statement(
    _living.where(tuple_(contact.c.name, contact.c.id) > tuple_(bindparam("name"), bindparam("id"))).limit(
        bindparam("most")
    )
)
merged_targets = Statement(
    select(contact.c.id, contact.c.merged_into, contact.c.name, contact.c.blocked_at).where(
        contact.c.workspace_id == W, values_in(contact.c.id, "ids")
    )
)
merged_into = Statement(
    select(contact.c.id, contact.c.merged_into).where(
        contact.c.workspace_id == W, values_in(contact.c.merged_into, "ids")
    )
)
set_merged = Statement(
    update(contact)
    .where(contact.c.workspace_id == W, contact.c.id == bindparam("key"))
    .values(
        merged_into=bindparam("merged_into"),
        merged_at=bindparam("merged_at"),
        merged_by=bindparam("merged_by"),
        lent=bindparam("lent"),
        changed_at=bindparam("changed_at"),
    )
)
block_identity = Statement(
    update(identity)
    .where(identity.c.workspace_id == W, identity.c.scheme == bindparam("key"), identity.c.value == bindparam("folded"))
    .values(blocked_at=bindparam("blocked_at"))
)
_first_blocked = (
    select(func.min(identity.c.blocked_at))
    .where(identity.c.workspace_id == W, identity.c.contact_id == bindparam("key"))
    .scalar_subquery()
)
set_barred = Statement(
    update(contact)
    .where(contact.c.workspace_id == W, contact.c.id == bindparam("key"))
    .values(barred_at=func.coalesce(contact.c.blocked_at, _first_blocked))
)
_barred = (
    select(contact.c.id, contact.c.barred_at)
    .where(contact.c.workspace_id == W, contact.c.barred_at.isnot(None))
    .order_by(contact.c.barred_at, contact.c.id)
)
barred_contacts = Statement(
    _barred.where(
        tuple_(contact.c.barred_at, contact.c.id)
        > tuple_(bindparam("after_at", type_=Millis), bindparam("after_id", type_=Id))
    ).limit(bindparam("most"))
)
contacts_of_organization = Statement(
    select(*contact_columns)
    .where(
        contact.c.workspace_id == W,
        contact.c.organization_id == bindparam("organization_id"),
        contact.c.merged_into.is_(None),
        tuple_(contact.c.name, contact.c.id) > tuple_(bindparam("name", type_=Text), bindparam("id", type_=Id)),
    )
    .order_by(contact.c.name, contact.c.id)
    .limit(bindparam("most"))
)
lent_of = Statement(select(contact.c.lent).where(contact.c.workspace_id == W, contact.c.id == bindparam("id")))
merges_of = Statement(
    select(contact.c.id, contact.c.merged_into, contact.c.merged_at, contact.c.merged_by).where(
        contact.c.workspace_id == W, values_in(contact.c.id, "ids")
    )
)
change_contact = Statement(
    update(contact)
    .where(contact.c.workspace_id == W, contact.c.id == bindparam("key"))
    .values(
        name=bindparam("name"),
        language=bindparam("language"),
        language_heard_in=bindparam("language_heard_in"),
        about=bindparam("about"),
        attributes=bindparam("attributes"),
        blocked_at=bindparam("blocked_at"),
        organization_id=bindparam("organization_id"),
        tags=bindparam("tags"),
        changed_at=bindparam("changed_at"),
    )
)
languages_of = Statement(
    select(contact.c.id, contact.c.language, contact.c.language_heard_in).where(
        contact.c.workspace_id == W, values_in(contact.c.id, "ids")
    )
)
hear_language = Statement(
    update(contact)
    .where(contact.c.workspace_id == W, contact.c.id == bindparam("key"))
    .values(language=bindparam("spoken"), language_heard_in=bindparam("heard_in"), changed_at=bindparam("heard_at"))
)

identity_columns = (
    identity.c.scheme,
    identity.c.value,
    identity.c.shown,
    identity.c.name,
    identity.c.verification,
    identity.c.verified_at,
    identity.c.contact_id,
    identity.c.blocked_at,
)
_identities = select(*identity_columns).where(identity.c.workspace_id == W)
identities_of = Statement(
    _identities.where(values_in(identity.c.contact_id, "ids")).order_by(
        identity.c.created_at, identity.c.scheme, identity.c.value
    )
)
identity_by_key = Statement(
    _identities.where(identity.c.scheme == bindparam("scheme"), identity.c.value == bindparam("value"))
)

put_trait = upsert(trait, key=("workspace_id", "kind", "value", "contact_id"))
drop_traits = Statement(
    delete(trait).where(
        trait.c.workspace_id == W, trait.c.contact_id == bindparam("contact_id"), trait.c.kind != literal("import")
    )
)
"""By which import somebody came stays true whatever is edited."""
contacts_of_trait = Statement(
    select(*contact_columns)
    .join_from(trait, contact, (contact.c.workspace_id == trait.c.workspace_id) & (contact.c.id == trait.c.contact_id))
    .where(
        trait.c.workspace_id == W,
        trait.c.kind == bindparam("of_kind"),
        trait.c.value == bindparam("of_value"),
        trait.c.contact_id < bindparam("before", type_=Id),
        contact.c.merged_into.is_(None),
    )
    .order_by(trait.c.contact_id.desc())
    .limit(bindparam("most"))
)

know_tag = upsert(tag, key=("workspace_id", "name"))
tags_page = Statement(
    select(tag.c.name)
    .where(
        tag.c.workspace_id == W,
        tag.c.name > bindparam("after"),
        tag.c.name >= bindparam("first"),
        tag.c.name < bindparam("end"),
    )
    .order_by(tag.c.name)
    .limit(bindparam("most"))
)
