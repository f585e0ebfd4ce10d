// Which conversations an agent keeps at hand, in the order in which they were put there.
import type { Id } from '../../../shared/types.ts'

/** As many as still have room for a name on a wide screen; the oldest goes first. */
export const MOST_TABS = 8

export const without = (tabs: readonly Id[], id: Id): Id[] => tabs.filter((one) => one !== id)

/** Put there, or taken away if it was there. */
export function toggled(tabs: readonly Id[], id: Id): Id[] {
  return tabs.includes(id) ? without(tabs, id) : [...tabs, id].slice(-MOST_TABS)
}

/** What takes the place of the one that was closed at `place`: the next one, else the last. */
export const beside = (left: readonly Id[], place: number): Id | null => left[place] ?? left.at(-1) ?? null
