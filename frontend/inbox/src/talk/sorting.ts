// What agents do so that each message is about the right ticket, each with its way back.
import { call } from '../../../shared/api.ts'
import type { Id, Message, TicketRow } from '../../../shared/types.ts'
import { t } from '../../../shared/words.ts'
import { withTicket, type State, type Thread } from '../live.ts'
import { tried } from '../pages/contacts/change.ts'
import { screens } from '../screens.svelte.ts'
import { toasts } from '../toasts.svelte.ts'
import { aboutOf } from './about.ts'
import { changeTicket } from './actions.ts'
import { ticketName } from './ticket-kinds.ts'

/** The ticket as it is now, and which messages were about which one before; "": about none. */
interface MovedTo {
  ticket: TicketRow
  before: Record<Id, Id[]>
}

/** So many are moved at once. */
const MOST = 200

/** A message, and what was said after it about the same, as far as it is here. */
export function fromHere(thread: Thread, message: Message): Message[] {
  const { of } = aboutOf(thread.view)
  const about = of(message)?.id
  return thread.messages.filter((one) => one.id >= message.id && of(one)?.id === about).slice(0, MOST)
}

/** Nothing was said about it, as far as its row tells. */
export function isEmpty(ticket: TicketRow): boolean {
  return !ticket.preview && !ticket.last_inbound_id
}

const withMoved = (state: State, { ticket }: MovedTo) => withTicket(state, ticket)
const idsOf = (messages: readonly Message[]) => messages.map((one) => one.id)
const move = (ticketId: Id, ids: readonly Id[]) =>
  screens.fetched(call<MovedTo>('POST', `/tickets/${ticketId}/messages`, { message_ids: ids }), withMoved)

async function moveBack(before: MovedTo['before']): Promise<void> {
  for (const [ticketId, ids] of Object.entries(before)) if (ticketId) await move(ticketId, ids)
}

/** A ticket of its own for what isn't about the one that it stood in. */
export async function openAnother(
  conversationId: Id,
  asked: { kind: string; matter: string },
  messages: readonly Message[],
  key: string,
): Promise<TicketRow | undefined> {
  let made: MovedTo | undefined
  await tried(async () => {
    const body = { ...asked, message_ids: idsOf(messages) }
    made = await screens.fetched(
      call<MovedTo>('POST', `/conversations/${conversationId}/tickets`, body, { key }),
      withMoved,
    )
  })
  if (!made) return undefined
  const { ticket, before } = made
  const undo = async () => {
    await moveBack(before)
    await call('DELETE', `/tickets/${ticket.id}`)
  }
  toasts.say(t('several.opened', { ticket: ticketName(ticket) }), {
    label: t('app.undo'),
    run: () => void tried(undo),
  })
  return ticket
}

export async function moveWords(ticket: TicketRow, messages: readonly Message[]): Promise<boolean> {
  return tried(async () => {
    const { before } = await move(ticket.id, idsOf(messages))
    toasts.say(t('several.moved', { ticket: ticketName(ticket) }), {
      label: t('app.undo'),
      run: () => void tried(() => moveBack(before)),
    })
  })
}

/** Put otherwise what a ticket is about. */
export async function putMatter(ticket: TicketRow, matter: string): Promise<void> {
  const before = ticket.matter ?? ''
  if (matter === before || !(await changeTicket(ticket, { matter }))) return
  toasts.say(t(matter ? 'several.named' : 'several.unnamed', { matter }), {
    label: t('app.undo'),
    run: () => void changeTicket(screens.state.tickets.get(ticket.id) ?? ticket, { matter: before }),
  })
}

/** Take an empty one away; the way back opens one like it. */
export async function dropTicket(ticket: TicketRow): Promise<boolean> {
  const { conversation_id, kind, owner_agent_id, owner_team_id, tags } = ticket
  const again = async () => {
    const body = { kind, matter: ticket.matter ?? '' }
    const made = await call<MovedTo>('POST', `/conversations/${conversation_id}/tickets`, body)
    const rest = { owner_agent_id, owner_team_id, add_tags: tags }
    await screens.takeTicket(call<TicketRow>('PATCH', `/tickets/${made.ticket.id}`, rest))
  }
  return tried(async () => {
    await call('DELETE', `/tickets/${ticket.id}`)
    toasts.say(t('several.dropped', { ticket: ticketName(ticket) }), {
      label: t('app.undo'),
      run: () => void tried(again),
    })
  })
}
