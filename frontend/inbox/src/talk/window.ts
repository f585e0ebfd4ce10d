// Until when a customer can be answered freely, on channels that have such a time.
import type { Abilities, Message } from '../../../shared/types.ts'

/** When it ends or ended; null where they never wrote there. Messages may have come since the view was read. */
export function closesAt({ inbox_id, window, heard_at }: Abilities, messages: readonly Message[]): number | null {
  const said = messages.findLast((one) => one.direction === 'in' && one.inbox_id === inbox_id && !one.place)?.at ?? 0
  const heard = Math.max(heard_at ?? 0, said)
  return heard ? heard + window!.seconds * 1000 : null
}

/** The key of what there is to say once it is over, or before it began. */
export function windowKey({ window, templates }: Abilities, closes: number | null): string {
  const template = window?.after === 'template' && templates
  if (closes === null) return template ? 'composer.window_first' : 'composer.window_wait'
  return template ? 'composer.window_template' : 'composer.window_over'
}
