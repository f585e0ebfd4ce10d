// Kinds of tickets in words.
import type { TicketRow } from '../../../shared/types.ts'
import { has, reason, t } from '../../../shared/words.ts'
import { session } from '../session.svelte.ts'

/** What a ticket is until somebody says otherwise: nothing is shown of it. */
export const USUAL = 'question'

export function kindName(kind: string): string {
  return has(`kind.${kind}`) ? t(`kind.${kind}`) : (session.kinds.find((one) => one.id === kind)?.name ?? kind)
}

/** What a ticket is about: as somebody put it, as its words say it, or its last words. */
export function matterOf(ticket: TicketRow): string {
  return ticket.matter || ticket.subject || reason(ticket.preview) || t('list.no_words')
}

/** The same with what it is. */
export function ticketName(ticket: TicketRow): string {
  return `${kindName(ticket.kind)} · ${matterOf(ticket)}`
}
