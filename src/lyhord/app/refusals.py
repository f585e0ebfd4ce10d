"""What can go wrong at start that a person can put right."""

from lyhord.app.folder import FolderUnusable
from lyhord.app.schema import UnknownSchema
from lyhord.app.settings import SettingsRefused


class BackupRefused(Exception):
    """The backup can't be made or used; the message says why and what to do."""


class CommandRefused(Exception):
    """The command can't be carried out; the message says why and what to do."""


class PortUnusable(Exception):
    """The port can't be listened on; the message says why and what to do."""


REFUSALS = (BackupRefused, CommandRefused, FolderUnusable, PortUnusable, SettingsRefused, UnknownSchema)
"""Their messages are shown alone; everything else is a mistake of ours and keeps its traceback."""
