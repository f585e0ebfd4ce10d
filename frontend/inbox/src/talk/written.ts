// What a language model writes about tickets: asked for once for the same words, and read again when it is there.
import { call } from '../../../shared/api.ts'
import type { Frame, Id } from '../../../shared/types.ts'

export type TicketUse = 'summaries' | 'cases'

/** Whether it is being written now. Where it can't be, what was said stands there already. */
export async function askToWrite(ticketId: Id, use: TicketUse): Promise<boolean> {
  try {
    await call('POST', `/tickets/${ticketId}/wording`, { use })
    return true
  } catch {
    return false
  }
}

/** Whether an event says that it was written about one of these tickets, or couldn't be; or that there is another language model. */
export function wasWritten(frame: Frame, use: TicketUse, ticketIds: readonly Id[]): boolean {
  if (frame.kind === 'language_model.changed') return ticketIds.length > 0
  return frame.kind === 'ticket.worded' && frame.facts.use === use && ticketIds.includes(frame.facts.ticket_id as Id)
}
