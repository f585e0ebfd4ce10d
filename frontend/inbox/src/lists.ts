// Which tickets stand in which list, and in what order: the same rules as the server's lists, in one place.
import type { Id, TicketRow } from '../../shared/types.ts'

export const PLACES = [
  'mine',
  'unassigned',
  'waiting',
  'late',
  'at_risk',
  'complaints',
  'all',
  'mentioned',
  'watched',
  'snoozed',
  'resolved',
] as const
export type ListName = (typeof PLACES)[number] | `team:${string}` | `view:${string}`

export function isListName(text: string): text is ListName {
  return (PLACES as readonly string[]).includes(text) || /^(team|view):./.test(text)
}

/** The list of a saved view: what stands there, the server says. */
export const isView = (list: ListName) => list.startsWith('view:')

const isOpen = (ticket: TicketRow) => ticket.status === 'open' || ticket.status === 'pending'

/** Whether a ticket stands in a list of this agent; null when the ticket's row alone can't tell. */
export function belongs(list: ListName, ticket: TicketRow, agentId: Id): boolean | null {
  if (list === 'snoozed' || list === 'resolved') return ticket.status === list
  const open = isOpen(ticket)
  if (list.startsWith('team:')) return open && ticket.owner_team_id === list.slice(5)
  switch (list) {
    case 'mine':
      return open && ticket.owner_agent_id === agentId
    case 'unassigned':
      return open && ticket.owner_agent_id === null
    case 'waiting':
      return open && ticket.waiting_since !== null
    case 'complaints':
      return open && ticket.kind === 'complaint'
    case 'all':
      return open
    default:
      return null // what is late, what somebody follows, and what stands in a view: the server knows
  }
}

const FAR = 8_000_000_000_000

/**
 * Where a ticket stands, small numbers first: who waits longest, then the latest activity. Snoozed ones stand by when they
 * wake, resolved ones by the latest end.
 */
export function rank(ticket: TicketRow): number {
  if (ticket.status === 'snoozed') return ticket.snoozed_until ?? FAR
  if (ticket.status === 'resolved') return FAR - (ticket.resolved_at ?? 0)
  return ticket.waiting_since ?? FAR - ticket.last_activity_at
}

const shelf = (ticket: TicketRow) => (isOpen(ticket) ? 'active' : ticket.status)
const order = <T>(one: T, other: T) => (one < other ? -1 : one > other ? 1 : 0)

/** Most lists hold one shelf; others what is open first. */
export function compare(one: TicketRow, other: TicketRow): number {
  return order(shelf(one), shelf(other)) || rank(one) - rank(other) || order(one.id, other.id)
}

/** Somebody wrote what I haven't read. */
export function isUnread(ticket: TicketRow, readId: Id | null | undefined): boolean {
  return ticket.last_inbound_id !== null && (!readId || ticket.last_inbound_id > readId)
}

/** The server counts up to this. */
export const MOST_COUNTED = 1000

/** A number beside a list's name; nothing for an empty list. Not `exact`: there may be more than were looked at. */
export function shownCount(count: number | undefined, exact = true): string {
  if (!count) return ''
  return count < MOST_COUNTED ? `${count}${exact ? '' : '+'}` : `${MOST_COUNTED - 1}+`
}
