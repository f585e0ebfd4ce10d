// Score cards and reviews as the server tells them, and what the form makes of keys.
import type { Id, TicketRow } from '../../../../shared/types.ts'
import { wall } from '../../../../shared/zone.ts'

export interface Criterion {
  key: string
  name: string
  how: string
  weight: number
}
export interface CardWords {
  name: string
  criteria: Criterion[]
  steps: number
}
export interface Card extends CardWords {
  id: Id
  removed: boolean
}
export type Scores = Record<string, number | null>
export interface Review {
  id: Id
  card_id: Id
  ticket_id: Id
  conversation_id: Id
  agent_id: Id
  reviewer_id: Id
  scores: Scores
  words: string
  share: number | null
  answer: string
  answered_at: number | null
  created_at: number
  changed_at: number
}
export interface Sample {
  agent_id: Id
  finished: number
  drawn: { ticket: TicketRow; reviewer_ids: Id[] }[]
}
export interface Spread {
  key: string
  counts: number[]
  not_applied: number
  n: number
}
export interface Figures {
  reviews: number
  all: Spread[]
  agents: Record<Id, Spread[]>
  counts: Record<Id, number>
  agreement: { n: number; same: number; near: number; kappa: number | null }
}

const DAY = 86_400_000

/** The Mondays of the last weeks that are over, the latest first: 2026-03-02. */
export function mondays(now: number, count = 12): string[] {
  const today = wall(now)
  const midnight = Date.UTC(today.getUTCFullYear(), today.getUTCMonth(), today.getUTCDate())
  const monday = midnight - ((today.getUTCDay() + 6) % 7) * DAY
  return Array.from({ length: count }, (_, back) => new Date(monday - (back + 1) * 7 * DAY).toISOString().slice(0, 10))
}

/** The score that a digit means on a scale of so many steps: 0 that it doesn't apply; undefined for another key. 1 is one, also of ten. */
export function scoreOf(key: string, steps: number): number | null | undefined {
  if (!/^\d$/.test(key)) return undefined
  const score = Number(key)
  return score === 0 ? null : score <= steps ? score : undefined
}

/** A key for a new criterion that no other of its card has. */
export function freshKey(criteria: { key: string }[]): string {
  let number = criteria.length + 1
  while (criteria.some((one) => one.key === `c${number}`)) number++
  return `c${number}`
}
