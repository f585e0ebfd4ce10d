"""The row of a workspace's translator. Translations stand in their message's row, so that erasing it empties them, too."""

from sqlalchemy import Column, Table, Text

from lyhord.kit.database import Id, Json, Millis, metadata

translator = Table(
    "translator",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("settings", Json, nullable=False, comment="model.Settings"),
    Column("secrets", Text, comment="sealed by kit.secrets; null where it asks for no key"),
    Column("changed_at", Millis, nullable=False),
)
