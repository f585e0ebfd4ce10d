// The day ahead as the server tells it, and which of its hours matter.
export interface ShiftHour {
  at: number
  came: number | null
  expected: number | null
  low: number | null
  high: number | null
  needed: number | null
  on: number
}
export interface DayAhead {
  day: string
  weeks: number
  coverage: number
  factor: number
  work: number | null
  answers: number
  promise: number
  share: number
  here: number
  hours: ShiftHour[]
}
const HOUR = 3_600_000

const matters = (one: ShiftHour) => !!(one.came || (one.high ?? 0) >= 0.5 || one.needed)

/** From the first hour in which something comes or may come to the last. */
export function busyHours(hours: ShiftHour[]): ShiftHour[] {
  return hours.slice(hours.findIndex(matters), hours.findLastIndex(matters) + 1)
}

/** How many messages are expected yet: of the hour under way, what hasn't come of it. */
export function stillToCome(hours: ShiftHour[], now: number): number {
  const left = hours.filter((one) => one.at + HOUR > now)
  return Math.round(left.reduce((sum, one) => sum + Math.max((one.expected ?? 0) - (one.came ?? 0), 0), 0))
}

/** Of what is left of the day the hour in which most people are missing; null where enough are on. */
export function tightest(hours: ShiftHour[], now: number): ShiftHour | null {
  const missing = (one: ShiftHour) => (one.needed ?? 0) - one.on
  const left = hours.filter((one) => one.at + HOUR > now && missing(one) > 0)
  return left.sort((one, other) => missing(other) - missing(one))[0] ?? null
}
