// Kinds of tickets to choose from.
import type { Kind } from '../../../shared/types-work.ts'
import { session } from '../session.svelte.ts'

/** Those that a ticket can become, and those of `kept` that it can't any more. */
export function kindsOffered(...kept: string[]): Kind[] {
  return session.kinds.filter((one) => !one.removed || kept.includes(one.id))
}
