"""What rests while a surge lasts. Nothing is copied away: rows say for which surge they rest, so that nothing is lost by a crash, and
what somebody changes meanwhile is what comes back.
"""

from lyhord.kit.database import Tx
from lyhord.tickets.levels.actions import let_levels_rest, wake_levels
from lyhord.tickets.rules.actions import let_rules_rest, wake_rules
from lyhord.tickets.surges.model import Surge


def ease(tx: Tx, surge: Surge) -> None:
    """Let rest what the surge says, and wake what it says no more."""
    wake_rules(tx, surge.id, keep=surge.rules_off)
    wake_levels(tx, surge.id, keep=surge.levels_off)
    let_rules_rest(tx, surge.rules_off, surge.id)
    let_levels_rest(tx, surge.levels_off, surge.id)


def give_back(tx: Tx, surge_id: str) -> None:
    """Wake all that rests for it."""
    wake_rules(tx, surge_id)
    wake_levels(tx, surge_id)
