// Which ticket a message is about, and which of several stands before the agent.
import type { ConversationView, Id, Message, TicketRow } from '../../../shared/types.ts'

type Talk = Pick<ConversationView, 'conversation' | 'tickets' | 'turns' | 'moved'>

/** Which messages are about which of a conversation's tickets. */
export interface About {
  of: (message: Message) => TicketRow | undefined
  /** The first message about each. */
  first: ReadonlyMap<Id, Id>
}

/** A message is about the ticket whose turn it was, unless it was moved. */
export function aboutOf({ tickets, turns, moved }: Talk): About {
  const known = new Map(tickets.map((one) => [one.id, one]))
  const inOrder = [...turns].sort((one, other) => (one.from_id < other.from_id ? -1 : 1))
  const first = new Map<Id, Id>()
  const begins = [...inOrder.map((one) => [one.from_id, one.ticket_id] as const), ...Object.entries(moved)]
  for (const [messageId, ticketId] of begins)
    if (messageId < (first.get(ticketId) ?? '~'))
      if (!isElsewhere(messageId, ticketId, moved)) first.set(ticketId, messageId)
  const of = (message: Message) => {
    const turn = inOrder.findLast((one) => one.conversation_id === message.conversation_id && one.from_id <= message.id)
    return known.get(moved[message.id] ?? turn?.ticket_id ?? '')
  }
  return { of, first }
}

const isElsewhere = (messageId: Id, ticketId: Id, moved: Record<Id, Id>) => (moved[messageId] ?? ticketId) !== ticketId

export const goesOn = (ticket: TicketRow) => ticket.status !== 'resolved'

/** Whether messages have to say what they are about: several tickets go on, or words went from one to another once. */
export function isSeveral({ tickets, turns, moved }: Talk): boolean {
  if (tickets.length < 2) return false
  if (tickets.filter(goesOn).length > 1) return true
  const began = new Set(turns.map((one) => one.ticket_id))
  return turns.length > began.size || Object.keys(moved).length > 0
}

/** The ticket that the next words are about: whose turn it was last. */
export function currentOf({ conversation, tickets, turns }: Talk): TicketRow | undefined {
  const own = new Map(tickets.filter((one) => one.conversation_id === conversation.id).map((one) => [one.id, one]))
  const last = turns
    .filter((one) => own.has(one.ticket_id))
    .sort((one, other) => (one.from_id < other.from_id ? 1 : -1))[0]
  return last && own.get(last.ticket_id)
}

/** The ticket before the agent: the one that they want, else the current one, else one that isn't resolved. */
export function frontOf(talk: Talk, wanted: Id | null | undefined): TicketRow | undefined {
  const { tickets } = talk
  const current = currentOf(talk)
  return (
    tickets.find((one) => one.id === wanted) ??
    (current && goesOn(current) ? current : undefined) ??
    tickets.find(goesOn) ??
    tickets[0]
  )
}

/** Which ticket words are about, where the server wouldn't know: there are several, or it isn't the current one. */
export function toldOf(talk: Talk | undefined, ticket: TicketRow | undefined): { ticket_id?: Id } {
  if (!talk || !ticket) return {}
  const plain = talk.tickets.filter(goesOn).length < 2 && currentOf(talk)?.id === ticket.id
  return plain || talk.tickets.length < 2 ? {} : { ticket_id: ticket.id }
}
