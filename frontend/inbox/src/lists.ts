// Which tickets stand in which list, and in what order: the same rules as the server's lists, in one place.
import type { Id, TicketRow } from '../../shared/types.ts'

export const PLACES = ['mine', 'unassigned', 'waiting', 'all', 'mentioned', 'snoozed', 'resolved'] as const
export type ListName = (typeof PLACES)[number] | `team:${string}`

export function isListName(text: string): text is ListName {
  return (PLACES as readonly string[]).includes(text) || text.startsWith('team:')
}

const isOpen = (ticket: TicketRow) => ticket.status === 'open' || ticket.status === 'pending'

/** Whether a ticket stands in a list of this agent; null when the ticket's row alone can't tell. */
export function belongs(list: ListName, ticket: TicketRow, agentId: Id): boolean | null {
  if (list.startsWith('team:')) return isOpen(ticket) && ticket.owner_team_id === list.slice(5)
  switch (list) {
    case 'mine':
      return isOpen(ticket) && ticket.owner_agent_id === agentId
    case 'unassigned':
      return isOpen(ticket) && ticket.owner_agent_id === null && ticket.owner_team_id === null
    case 'waiting':
      return isOpen(ticket) && ticket.waiting_since !== null
    case 'snoozed':
      return ticket.status === 'snoozed'
    case 'resolved':
      return ticket.status === 'resolved'
    case 'mentioned':
      return null
    default:
      return isOpen(ticket)
  }
}

const FAR = 8_000_000_000_000

/** Where a ticket stands: small numbers first. Waiting longest first, then what happened last. */
export function rank(list: ListName, ticket: TicketRow): number {
  if (list === 'resolved' || list === 'mentioned') return -ticket.last_activity_at
  if (list === 'snoozed') return ticket.snoozed_until ?? FAR
  return ticket.waiting_since ?? FAR - ticket.last_activity_at
}

export function compare(list: ListName, one: TicketRow, other: TicketRow): number {
  return rank(list, one) - rank(list, other) || (one.id < other.id ? -1 : one.id > other.id ? 1 : 0)
}

/** Somebody wrote what I haven't read. */
export function isUnread(ticket: TicketRow, readId: Id | null | undefined): boolean {
  return ticket.last_inbound_id !== null && (!readId || ticket.last_inbound_id > readId)
}
