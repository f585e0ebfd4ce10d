// Kinds of tickets in words, and on which of its kind's stages a ticket stands.
import type { TicketRow } from '../../../shared/types.ts'
import type { Kind, Stage } from '../../../shared/types-work.ts'
import { has, reason, t } from '../../../shared/words.ts'
import { session } from '../session.svelte.ts'

/** What a ticket is until somebody says otherwise: nothing is shown of it. */
export const USUAL = 'question'

export function kindName(id: string): string {
  return kindOf(id)?.name || (has(`kind.${id}`) ? t(`kind.${id}`) : id)
}

export function kindOf(id: string): Kind | undefined {
  return session.kinds.find((one) => one.id === id)
}

/** The stage chosen last where it stands for the status, else the first that does; where none does, as far as it was. */
export function stageOf(ticket: Pick<TicketRow, 'kind' | 'stage' | 'status'>): Stage | undefined {
  const stages = kindOf(ticket.kind)?.stages ?? []
  const last = stages.find((one) => one.id === ticket.stage)
  const here = stages.filter((one) => one.status === ticket.status)
  return !here.length || (last && here.includes(last)) ? last : here[0]
}

/** What it is and how far: nothing for the usual kind without stages. */
export function kindLabel(ticket: TicketRow): string {
  const stage = stageOf(ticket)?.name
  if (ticket.kind === USUAL) return stage ?? ''
  return stage ? `${kindName(ticket.kind)} · ${stage}` : kindName(ticket.kind)
}

/** What a ticket is about: as somebody put it, as its words say it, or its last words. */
export function matterOf(ticket: TicketRow): string {
  return ticket.matter || ticket.subject || reason(ticket.preview) || t('list.no_words')
}

/** The same with what it is. */
export function ticketName(ticket: TicketRow): string {
  return `${kindName(ticket.kind)} · ${matterOf(ticket)}`
}
