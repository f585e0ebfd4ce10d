// Kinds of tickets in words.
import { has, t } from '../../../shared/words.ts'
import { session } from '../session.svelte.ts'

/** What a ticket is until somebody says otherwise: nothing is shown of it. */
export const USUAL = 'question'

export function kindName(kind: string): string {
  return has(`kind.${kind}`) ? t(`kind.${kind}`) : (session.kinds.find((one) => one.id === kind)?.name ?? kind)
}
