"""The journal of erasures: `erasures` in the data folder, outside every backup.

Whoever was erased must stay so when a backup from before comes back. A version of Lyhord that erases writes there whom, and a restore
does it again. This version erases nobody yet; should a newer one have left a journal, restoring with this one would bring people back
that were promised to be gone.
"""

from lyhord.app.folder import DataFolder
from lyhord.app.refusals import BackupRefused

JOURNAL = "erasures"


def check_journal(folder: DataFolder) -> None:
    """Raise `BackupRefused` where there is a journal: it can't be replayed by this version."""
    journal = folder.root / JOURNAL
    if journal.exists() and journal.stat().st_size:
        raise BackupRefused(
            f"{journal} names people who were erased, and this version of Lyhord can't erase them again after the restore. "
            "Restore with the version that wrote it."
        )
