// Not two at once: who alone may answer, and whose answer came while one wrote.
import type { Id, Message, TicketRow } from '../../../shared/types.ts'
import { session } from '../session.svelte.ts'

/** The name of who alone answers here, where that is somebody else; the same rule as the server's. */
export function lockedBy(ticket: TicketRow | undefined): string {
  const me = session.me
  if (!ticket || ticket.status === 'resolved' || !me || session.may('conversations.answer_any')) return ''
  const { owner_agent_id, owner_team_id } = ticket
  const teams = session.agent(owner_agent_id)?.team_ids
  const team = session.team(owner_team_id ?? (teams?.length === 1 ? teams[0] : null))
  if (!(team?.owner_answers ?? me.workspace.settings.owner_answers)) return ''
  if (owner_agent_id) return owner_agent_id === me.agent.id ? '' : (session.agent(owner_agent_id)?.name ?? '…')
  return !owner_team_id || me.team_ids.includes(owner_team_id) ? '' : (session.team(owner_team_id)?.name ?? '…')
}

/** The last answer of a colleague after a message, if there is one. */
export function crossing(messages: readonly Message[], after: Id): Message | undefined {
  const me = session.me?.agent.id
  return messages.findLast(
    (one) => one.id > after && one.direction === 'out' && one.agent_id && one.agent_id !== me && !one.removed_at,
  )
}
