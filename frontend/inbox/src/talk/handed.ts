// Whether somebody took a ticket over, and hasn't said anything about it themselves.
import type { Id, Message, TicketRow } from '../../../shared/types.ts'

/** Colleagues answered, and I, whose it is, haven't. */
export function tookOver(ticket: TicketRow, messages: Message[], me: Id | undefined): boolean {
  if (!me || ticket.owner_agent_id !== me) return false
  const answers = messages.filter(
    (one) => one.direction === 'out' && one.agent_id && one.id >= (ticket.begins_id ?? ''),
  )
  return answers.length > 0 && answers.every((one) => one.agent_id !== me)
}
