"""What can go wrong with storing, in the database or in the file store, named for what the caller should do."""


class Busy(Exception):
    """The writer's queue is full or the database is stopping. Nothing was stored; try again in a second."""


class Elsewhere(Busy):
    """The workspace isn't in this database (any more). Whoever knows the directory asks it again; others can't serve it."""


class StorageFull(Exception):
    """The disk is full, or refuses to work. Nothing was stored; the same process goes on as soon as there is room."""


class Conflict(Exception):
    """A unique key is taken already. Nothing of this action was stored."""


class Outdated(Exception):
    """What was prepared before isn't true any more. Nothing was stored; prepare again."""
