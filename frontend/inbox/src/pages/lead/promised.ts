// What was promised, as the API tells it, and the sums that the page makes of it.

/** Fewer are too few to conclude from. */
export const FEW = 20
export const PARTS = ['levels', 'teams', 'agents', 'inboxes', 'channels'] as const
export type PartName = (typeof PARTS)[number]

interface Spread {
  p50: number | null
  p90: number | null
  p95: number | null
  /** Ended, and not ended yet, by class of waiting. */
  over: number[]
  running: number[]
}
interface Counts {
  n: number
  kept: number
  broken: number
  undecided: number
  late: number[]
  waited: Spread
  worked: Spread
}
export interface Part {
  id: string | null
  n: number
  kept: number
  broken: number
  p50: number | null
  p90: number | null
}
export interface LevelNumbers extends Record<PartName, Part[]> {
  counted_since: number | null
  wait_ends: number[]
  late_ends: number[]
  now: Counts
  before: Counts
  older: number
  steps: { day: string; n: number; kept: number; broken: number }[]
}
export interface ToldPart {
  told: number
  kept: number
  broken: number
}
export interface ToldNumbers {
  now: ToldPart
  before: ToldPart
  hours: ToldPart[]
}

/** Of a hundred, in whole ones; never 100 where one was missed, nor 0 where one was not. */
export function share(part: number, of: number): number {
  const percent = (part / of) * 100
  if (part < of && percent > 99) return 99
  if (part > 0 && percent < 1) return 1
  return Math.round(percent)
}

/** The hours of a week (168, from Monday's first) summed over days: 24, or over hours: 7. */
export function summed(hours: ToldPart[], by: 'hour' | 'day'): ToldPart[] {
  const size = by === 'hour' ? 24 : 7
  const sums = Array.from({ length: size }, () => ({ told: 0, kept: 0, broken: 0 }))
  hours.forEach((one, at) => {
    const sum = sums[by === 'hour' ? at % 24 : Math.floor(at / 24)]!
    sum.told += one.told
    sum.kept += one.kept
    sum.broken += one.broken
  })
  return sums
}
