// Why customers write: the workspace's tree of reasons, those of the ticket in front, and saying them.
import { call, newKey } from '../../../shared/api.ts'
import type { Id, TicketRow } from '../../../shared/types.ts'
import type { Reason, TicketReasons } from '../../../shared/types-work.ts'
import { has, t } from '../../../shared/words.ts'
import { withChange, withoutChange } from '../live.ts'
import { Reader } from '../reader.ts'
import { screens } from '../screens.svelte.ts'
import { toasts } from '../toasts.svelte.ts'
import { reasonName } from './reason-tree.ts'

class Reasons {
  list = $state.raw<Reason[]>([])
  /** Of the ticket in front. */
  front = $state.raw<{ ticketId: Id; told: TicketReasons } | null>(null)
  private follows = false
  private readonly reader = new Reader(
    () => call<Reason[]>('GET', '/reasons').then((list) => (this.list = list), toasts.fail.bind(toasts)),
    (frame) => frame.kind === 'reason.changed',
  )

  /** Read them when they are first wanted, and from then on as often as they change. */
  start(): void {
    if (this.follows) return
    this.follows = true
    this.reader.follow()
  }
  again(): Promise<void> {
    return this.reader.again()
  }
  get(id: string | null | undefined): Reason | undefined {
    return this.list.find((one) => one.id === id)
  }
  name(id: string): string {
    const found = this.get(id)
    return found ? reasonName(found) : has(`reason.${id}`) ? t(`reason.${id}`) : ''
  }
}
export const reasons = new Reasons()

/** Show it at once, say it to the server, and offer to take it back. Null: what the model says. */
export async function sayReasons(ticket: TicketRow, ids: string[] | null, back?: string[] | null): Promise<void> {
  const made = {
    key: newKey(),
    ticketId: ticket.id,
    change: { reason_id: ids?.[0] ?? null },
    at: Date.now(),
    until: null,
  }
  screens.state = withChange(screens.state, made)
  try {
    const told = await call<TicketReasons>('PUT', `/tickets/${ticket.id}/reasons`, { reason_ids: ids })
    if (reasons.front?.ticketId === ticket.id) reasons.front = { ticketId: ticket.id, told }
    const undo = back === undefined ? undefined : { label: t('app.undo'), run: () => void sayReasons(ticket, back) }
    toasts.say(said(ids), undo)
  } catch (problem) {
    toasts.fail(problem)
  } finally {
    screens.state = withoutChange(screens.state, made.key)
  }
}

function said(ids: string[] | null): string {
  if (!ids) return t('done.reason_back')
  return ids.length ? t('done.reason', { reason: ids.map((one) => reasons.name(one)).join(', ') }) : t('done.no_reason')
}
