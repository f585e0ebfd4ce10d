// The time zone in which an agent works: their own, or else that of the browser. A *wall* is what the clock on the wall shows,
// as if it were UTC, so that reckoning with days and hours knows of no clock changes; only `moment` does.
const QUARTER = 900_000
const DAY = 86_400_000

let zone = ''
let format: Intl.DateTimeFormat | undefined
const offsets = new Map<number, number>()

export const browserZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone

/** For `Intl.DateTimeFormat`; undefined is the browser's. */
export const zoneName = (): string | undefined => zone || undefined

/** Use another zone; "" is the browser's. One that the browser doesn't know is as good as none. */
export function useZone(name: string): void {
  offsets.clear()
  zone = ''
  format = undefined
  if (!name) return
  try {
    format = new Intl.DateTimeFormat('en', {
      timeZone: name,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
    })
    zone = name
  } catch {
    // the zones of the server may be newer
  }
}

/** How far the clock is ahead of UTC at a moment. Clocks change on quarters of an hour. */
function offsetAt(at: number): number {
  const quarter = Math.floor(at / QUARTER)
  let found = offsets.get(quarter)
  if (found === undefined) {
    found = format ? aheadIn(format, quarter * QUARTER) : -new Date(at).getTimezoneOffset() * 60_000
    if (offsets.size > 2_000) offsets.clear()
    offsets.set(quarter, found)
  }
  return found
}

function aheadIn(format: Intl.DateTimeFormat, at: number): number {
  const shown: Record<string, number> = {}
  for (const { type, value } of format.formatToParts(at)) shown[type] = Number(value)
  return Date.UTC(shown.year!, shown.month! - 1, shown.day, shown.hour, shown.minute) - at
}

/** What the clock shows at a moment: read it by its UTC fields. */
export function wall(at: number): Date {
  return new Date(at + offsetAt(at))
}

/** When the clock shows it: the first time where it does so twice, as much later where an hour is left out. */
export function moment(shown: number): number {
  const before = offsetAt(shown - DAY)
  const after = offsetAt(shown + DAY)
  const early = shown - before
  if (before === after || offsetAt(early) === before) return early
  const late = shown - after
  return offsetAt(late) === after ? late : early
}

/** A moment as `<input type="datetime-local">` writes it, and back; NaN for what is no moment. */
export const forInput = (at: number): string => wall(at).toISOString().slice(0, 16)
export function fromInput(text: string): number {
  const shown = Date.parse(`${text}Z`)
  return Number.isNaN(shown) ? NaN : moment(shown)
}
