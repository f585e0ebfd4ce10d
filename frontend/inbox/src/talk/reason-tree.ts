// The tree of reasons as people read it. Pure.
import type { Reason, TicketReasons } from '../../../shared/types-work.ts'
import { t } from '../../../shared/words.ts'

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

/** What somebody said of a ticket: null where only the model did. */
export function saidOf(told: TicketReasons | undefined): string[] | null {
  const own = told?.reasons.filter((one) => one.by.startsWith('agent:')) ?? []
  return own.length ? own.map((one) => one.reason_id) : null
}
