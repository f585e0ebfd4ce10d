// What a ticket needs before it is resolved is asked for when somebody resolves it; then what they did goes on.
import { mount, unmount } from 'svelte'
import type { Problem } from '../../../shared/api.ts'
import type { Change, TicketRow } from '../../../shared/types.ts'
import type { Pending } from '../outbox/entries.ts'
import { screens } from '../screens.svelte.ts'
import { sending } from '../sending.svelte.ts'
import { session } from '../session.svelte.ts'
import { toasts } from '../toasts.svelte.ts'
import { changeTicket } from './actions.ts'

const FIELD = 'attributes.'

export function isNeeded(problem: unknown): boolean {
  return (problem as Partial<Problem> | null)?.key === 'problem.needed'
}

/** Ask for what the server said is missing; whether it is there now. */
export async function complete(ticket: TicketRow, problem: unknown): Promise<boolean> {
  const keys = Object.keys((problem as Problem).fields ?? {})
    .filter((key) => key.startsWith(FIELD))
    .map((key) => key.slice(FIELD.length))
  const { default: Needed } = await session.later(() => import('./Needed.svelte'))
  return new Promise((done) => {
    const dialog = mount(Needed, {
      target: document.body,
      props: {
        ticket,
        keys,
        onend: (filled: boolean) => {
          void unmount(dialog)
          done(filled)
        },
      },
    })
  })
}

/** A change was refused: done once what it needs is there; whether it was. Another refusal is told. */
export async function goOn(ticket: TicketRow, change: Change, refused: unknown): Promise<boolean> {
  if (isNeeded(refused)) return (await complete(ticket, refused)) && changeTicket(ticket, change)
  toasts.fail(refused)
  return false
}

/** An answer that resolves was refused: it leaves once what the ticket needs is there. */
export async function askFor({ key, conversationId, body }: Pending, problem: unknown): Promise<void> {
  if (!isNeeded(problem)) return
  const tickets = [...screens.state.tickets.values()].filter((one) => one.conversation_id === conversationId)
  const ticket = tickets.find((one) => one.id === body.ticket_id) ?? tickets[0]
  if (ticket && (await complete(ticket, problem))) await sending.retry(key)
}
