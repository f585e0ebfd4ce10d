"""The rules of who answers: only who owns a conversation, where the workspace or the team that has it wants that; and nobody resolves a
ticket by an answer that lacks what its kind needs.
"""

from lyhord.conversations.actions.reply import agent_of
from lyhord.conversations.model import Reply
from lyhord.kit.database import ReadTx, Tx
from lyhord.kit.problems import Taken
from lyhord.tickets.about import find_meant
from lyhord.tickets.changing import check_ready
from lyhord.tickets.model import Ticket
from lyhord.tickets.views import current_of_conversations
from lyhord.workspaces.views import does_owner_answer, list_team_ids, powers_of_agent

POWER = "conversations.answer_any"
"""The power to answer what somebody else owns."""


class OwnersAnswer:
    """Implements `conversations.answering.Answering`; `app` offers it.

    Who owns it binds agents alone: a program does what it was made for.
    """

    def check(self, tx: Tx, words: Reply) -> None:
        """Raise `Taken` where it is somebody else's, and work is still to be done.

        Raises `Invalid` where it would be resolved, and lacks what is needed for that.
        """
        agent_id = agent_of(tx)
        if agent_id is None and not words.resolve:
            return
        ticket = find_meant(tx, words.conversation_id, words.ticket_id, words.answers)
        if ticket is None or ticket.status == "resolved":
            ticket = next(iter(current_of_conversations(tx, [words.conversation_id])), None)
        if ticket is None or ticket.status == "resolved":
            return
        if words.resolve:
            check_ready(tx, ticket)
        if agent_id is None or _owns(tx, ticket, agent_id):
            return
        if does_owner_answer(tx, _team_of(tx, ticket)) and POWER not in powers_of_agent(tx, agent_id):
            raise Taken(
                "Somebody else has this conversation, and only who has it answers. Take it over first.",
                key="problem.owner_answers",
            )


def _owns(tx: ReadTx, ticket: Ticket, agent_id: str) -> bool:
    """What nobody has is whoever's answers first; what a team has is that of each of its members."""
    if ticket.owner_agent_id is not None:
        return ticket.owner_agent_id == agent_id
    return ticket.owner_team_id is None or ticket.owner_team_id in list_team_ids(tx, agent_id)


def _team_of(tx: ReadTx, ticket: Ticket) -> str | None:
    """The team that has it, else the only one of the agent who does."""
    if ticket.owner_team_id is not None or ticket.owner_agent_id is None:
        return ticket.owner_team_id
    teams = list_team_ids(tx, ticket.owner_agent_id)
    return teams[0] if len(teams) == 1 else None
