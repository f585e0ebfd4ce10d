// When to come back to it: the times that people mean, from now, in the reader's own time zone.
import { moment, wall } from '../../../shared/zone.ts'

export interface Preset {
  id: 'later' | 'evening' | 'tomorrow' | 'monday' | 'week'
  at: number
}

function dayAt(now: number, days: number, hour: number): number {
  const date = wall(now)
  date.setUTCDate(date.getUTCDate() + days)
  return moment(date.setUTCHours(hour, 0, 0, 0))
}

export function presets(now: number): Preset[] {
  const date = wall(now)
  const untilMonday = (8 - date.getUTCDay()) % 7 || 7
  const found: Preset[] = []
  const later = Math.ceil((now + 2 * 3_600_000) / 900_000) * 900_000
  if (later < dayAt(now, 1, 0)) found.push({ id: 'later', at: later }) // at night it would be tomorrow
  if (date.getUTCHours() < 16) found.push({ id: 'evening', at: dayAt(now, 0, 18) })
  found.push({ id: 'tomorrow', at: dayAt(now, 1, 9) })
  if (untilMonday > 1) found.push({ id: 'monday', at: dayAt(now, untilMonday, 9) })
  found.push({ id: 'week', at: dayAt(now, 7, 9) })
  return found
}
