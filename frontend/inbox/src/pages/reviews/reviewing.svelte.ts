// Whose review is being written beside a conversation; null: none.
import type { TicketRow } from '../../../../shared/types.ts'
import type { Card } from './reviews.ts'

export const reviewing = $state<{ now: { card: Card; ticket: TicketRow } | null }>({ now: null })
