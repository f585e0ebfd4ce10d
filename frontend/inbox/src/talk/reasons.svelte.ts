// Why customers write: the workspace's tree of reasons, those of the ticket in front, and saying them.
import { call, newKey } from '../../../shared/api.ts'
import type { Id, TicketRow } from '../../../shared/types.ts'
import type { Reason, TicketReasons } from '../../../shared/types-work.ts'
import { has, t } from '../../../shared/words.ts'
import { withChange, withoutChange } from '../live.ts'
import { Reader } from '../reader.ts'
import { screens } from '../screens.svelte.ts'
import { toasts } from '../toasts.svelte.ts'

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

export function reasonName(one: Pick<Reason, 'name' | 'key'>): string {
  return one.name || t(`reason.${one.key}`)
}

/** Those in use in the order of the tree, with how deep each stands; archived ones only where they are `kept`. */
export function inTree(list: readonly Reason[], kept: readonly string[] = []): { one: Reason; depth: number }[] {
  const shown = list.filter((one) => !one.archived || kept.includes(one.id))
  const there = new Set(shown.map((one) => one.id))
  const below = (parent: string | null, depth: number): { one: Reason; depth: number }[] =>
    shown
      .filter((one) => (one.parent_id && there.has(one.parent_id) ? one.parent_id : null) === parent)
      .sort((one, other) => one.place - other.place)
      .flatMap((one) => [{ one, depth }, ...below(one.id, depth + 1)])
  return below(null, 0)
}

/** Those whose name, or that of what stands above them, has the words. */
export function findReasons(list: readonly Reason[], words: string): { one: Reason; depth: number }[] {
  const wanted = words.trim().toLocaleLowerCase()
  const found = inTree(list)
  if (!wanted) return found
  return found.filter(({ one }) => reasonName(one).toLocaleLowerCase().includes(wanted))
}

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

/** What somebody said of a ticket: null where only the model did. */
export function saidOf(told: TicketReasons | undefined): string[] | null {
  const own = told?.reasons.filter((one) => one.by.startsWith('agent:')) ?? []
  return own.length ? own.map((one) => one.reason_id) : null
}
