"""Rows of contacts and their identities."""

from sqlalchemy import Column, Index, Integer, String, Table, Text

from lyhord.kit.database import Id, Json, Millis, Sorted, metadata, partial_index

contact = Table(
    "contact",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("id", Id, primary_key=True),
    Column("name", Sorted, nullable=False),
    Column("language", String(16)),
    Column("language_heard_in", Id, comment="the message that told the language; null where it was set by hand"),
    Column("about", Text, nullable=False, server_default="", comment="what agents wrote down"),
    Column("attributes", Json, nullable=False, server_default="{}"),
    Column("tags", Text, nullable=False, server_default="", comment="words with a space between"),
    Column("merged_into", Id, comment="the surviving contact; rows stay where they are"),
    Column("merged_at", Millis),
    Column("merged_by", Text, comment="agent:<id>"),
    Column("lent", Json, comment="model.Lent: what the surviving contact lacked and has from this one"),
    Column("blocked_at", Millis),
    Column("barred_at", Millis, comment="since when it, or one of its identities, is blocked"),
    Column("organization_id", Id),
    Column("created_at", Millis, nullable=False),
    Column("changed_at", Millis, nullable=False),
    Column("demo", Integer, nullable=False, server_default="0"),
    sqlite_with_rowid=False,
)
Index("ix_contact_name", contact.c.workspace_id, contact.c.name, contact.c.id)
partial_index(
    "ix_contact_merged", contact.c.workspace_id, contact.c.merged_into, where=contact.c.merged_into.isnot(None)
)
partial_index(
    "ix_contact_barred",
    contact.c.workspace_id,
    contact.c.barred_at,
    contact.c.id,
    where=contact.c.barred_at.isnot(None),
)
partial_index(
    "ix_contact_organization",
    contact.c.workspace_id,
    contact.c.organization_id,
    contact.c.name,
    contact.c.id,
    where=contact.c.organization_id.isnot(None),
)

identity = Table(
    "identity",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("scheme", String(40), primary_key=True),
    Column("value", Text, primary_key=True, comment="folded as its scheme folds"),
    Column("contact_id", Id, nullable=False, comment="the contact that it was made for; merging doesn't change it"),
    Column("shown", Text, nullable=False, comment="as it was written"),
    Column("name", Text, nullable=False, comment="the name that came with it"),
    Column("verification", String(20), nullable=False, comment="claimed, channel, signed or confirmed"),
    Column("verified_at", Millis),
    Column("blocked_at", Millis, comment="what comes from it opens no ticket"),
    Column("created_at", Millis, nullable=False),
    sqlite_with_rowid=False,
)
Index("ix_identity_contact", identity.c.workspace_id, identity.c.contact_id)

organization = Table(
    "organization",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("id", Id, primary_key=True),
    Column("name", Text, nullable=False),
    Column("place", Sorted, nullable=False, comment="the name as search compares it: the order of the list"),
    Column("kind", String(10), nullable=False, comment="company or household"),
    Column("about", Text, nullable=False, server_default=""),
    Column("attributes", Json, nullable=False, server_default="{}"),
    Column("created_at", Millis, nullable=False),
    Column("changed_at", Millis, nullable=False),
    Column("removed_at", Millis),
    sqlite_with_rowid=False,
)
partial_index(
    "ix_organization_place",
    organization.c.workspace_id,
    organization.c.place,
    organization.c.id,
    where=organization.c.removed_at.is_(None),
)

organization_domain = Table(
    "organization_domain",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column(
        "domain", Text, primary_key=True, comment="of mail addresses; whoever writes from it is proposed as a member"
    ),
    Column("organization_id", Id, nullable=False),
    sqlite_with_rowid=False,
)
Index("ix_organization_domain", organization_domain.c.workspace_id, organization_domain.c.organization_id)

attribute = Table(
    "attribute",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("subject", String(20), primary_key=True, comment="contact, organization or ticket"),
    Column("key", Text, primary_key=True, comment="under which values are kept; never changes"),
    Column("name", Text, nullable=False, comment="empty for those built in"),
    Column("kind", String(10), nullable=False, comment="text, number, date, yes_no or choice"),
    Column("choices", Json, nullable=False),
    Column("created_at", Millis, nullable=False),
    sqlite_with_rowid=False,
)

tag = Table(
    "tag",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("name", Sorted, primary_key=True, comment="a word that somebody put on a ticket or contact"),
    sqlite_with_rowid=False,
)

trait = Table(
    "contact_trait",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("kind", Text, primary_key=True, comment="tag, attribute:<key> or import"),
    Column("value", Text, primary_key=True, comment="folded as search folds"),
    Column("contact_id", Id, primary_key=True),
    sqlite_with_rowid=False,
)
Index("ix_contact_trait_contact", trait.c.workspace_id, trait.c.contact_id)

clue = Table(
    "clue",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("kind", String(20), primary_key=True, comment="email, phone, order, name, domain or organization"),
    Column("value", Text, primary_key=True),
    Column("contact_id", Id, primary_key=True, comment="who has it, or wrote it"),
    Column(
        "theirs",
        Integer,
        nullable=False,
        comment="0: it stood in their words; 1: the contact is known by it; 2: it was signed for",
    ),
    sqlite_with_rowid=False,
)
Index("ix_clue_contact", clue.c.workspace_id, clue.c.contact_id)

duplicate = Table(
    "duplicate",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("one_id", Id, primary_key=True, comment="the lower id of the two"),
    Column("other_id", Id, primary_key=True),
    Column("reasons", Json, nullable=False, comment="likeness.reasons_of"),
    Column("found_at", Millis, nullable=False),
    Column("refused_at", Millis, comment="when an agent said that they aren't one; never suggested again"),
    sqlite_with_rowid=False,
)
Index("ix_duplicate_other", duplicate.c.workspace_id, duplicate.c.other_id)
partial_index(
    "ix_duplicate_open",
    duplicate.c.workspace_id,
    duplicate.c.found_at,
    duplicate.c.one_id,
    duplicate.c.other_id,
    where=duplicate.c.refused_at.is_(None),
)
