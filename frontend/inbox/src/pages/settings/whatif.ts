// Days replayed under other rules: what the server tells, and what a draft is.
import { wall } from '../../../../shared/zone.ts'
import type { RoutePlan, Working } from '../../../../shared/types-work.ts'
import type { Id, TicketRow } from '../../../../shared/types.ts'

/** What is otherwise with a colleague; what is missing is as it was. `there` in minutes of the day. */
export interface DraftHand extends Partial<Working> {
  there?: [number, number][]
}
export interface Draft {
  day: string
  routes: RoutePlan[]
  agents: Record<Id, DraftHand>
}
export interface Side {
  answers: number
  left: number
  p50: number | null
  p90: number | null
  p95: number | null
  waits: number[]
  promised: number
  kept: number
  known: number
  knowable: number
  loads: Record<Id, number>
}
export interface Comparison {
  tickets: number
  unrouted_now: number
  unrouted_draft: number
  really: Side
  now: Side
  draft: Side
  moved: number
  examples: {
    ticket_id: Id
    now_agent: Id | null
    draft_agent: Id | null
    now_waited: number | null
    draft_waited: number | null
  }[]
}
export interface Replay {
  id: Id
  agent_id: Id | null
  asked_at: number
  done_at: number | null
  draft: Draft
  result: Comparison | null
  tickets: TicketRow[]
}

export const SIDES = ['really', 'now', 'draft'] as const
const DAY = 86_400_000

/** The days before today, the latest first, as the server wants them: 2026-03-01. */
export function daysBefore(now: number, count = 30): string[] {
  const today = wall(now)
  return Array.from({ length: count }, (_, back) =>
    new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth(), today.getUTCDate()) - (back + 1) * DAY)
      .toISOString()
      .slice(0, 10),
  )
}

/** "08:30" as minutes of the day, and back. */
export const minutesOf = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5))
export const timeOf = (minutes: number) =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`

/** Whole percent of a part; null of nothing. */
export const percent = (part: number, whole: number) => (whole ? Math.round((100 * part) / whole) : null)

const LEAST = 10_000
/** A picture of waits: how far right each of them lies (0 to 1, by its logarithm), and the times that are written below. */
export function scale(longest: number): { x: (wait: number) => number; marks: number[] } {
  const top = Math.log(Math.max(longest, 60_000) / LEAST)
  const x = (wait: number) => Math.log(Math.max(wait, LEAST) / LEAST) / top
  return { x, marks: [60_000, 600_000, 3_600_000, 14_400_000, DAY].filter((one) => x(one) <= 1) }
}

/** The line of how many customers (of 100, in a picture so wide and high) had an answer within how long. */
export function line(waits: number[], share: number, longest: number, width: number, height: number): string {
  const { x } = scale(longest)
  return waits
    .map((wait, at) => {
      const y = height - height * share * (waits.length > 1 ? at / (waits.length - 1) : 1)
      return `${at ? 'L' : 'M'}${(x(wait) * width).toFixed(1)} ${y.toFixed(1)}`
    })
    .join('')
}
