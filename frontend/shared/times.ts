// Times as people say them. All in the language and the time zone of the person who reads.
import { locale, t } from './words.ts'
import { wall, zoneName } from './zone.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const formats = new Map<string, Intl.DateTimeFormat>()

/** The language in use as the reader's own region writes it: en-GB rather than en. */
export function region(): string {
  const base = locale().split('-')[0]
  return globalThis.navigator?.languages?.find((tag) => tag.split('-')[0] === base) ?? locale()
}

function format(at: number, name: string, options: Intl.DateTimeFormatOptions): string {
  const key = `${locale()} ${zoneName()} ${name}`
  let found = formats.get(key)
  if (!found) formats.set(key, (found = new Intl.DateTimeFormat(region(), { timeZone: zoneName(), ...options })))
  return found.format(at)
}

const yearOf = (at: number) => wall(at).getUTCFullYear()
const dayOf = (at: number) => Math.floor(wall(at).getTime() / DAY)

/** How many midnights lie between two times; positive when `at` is in the past. */
export function daysAgo(at: number, now: number): number {
  return dayOf(now) - dayOf(at)
}

export function clockTime(at: number): string {
  return format(at, 'clock', { hour: '2-digit', minute: '2-digit' })
}

/** To the minute, for hovering and screen readers. */
export function exactTime(at: number): string {
  return format(at, 'exact', { dateStyle: 'full', timeStyle: 'short' })
}

/** "today", "yesterday", "Tuesday", "3 November", with the year when it is another one: as it stands inside a sentence. */
export function dayName(at: number, now: number): string {
  const days = daysAgo(at, now)
  if (days === 0) return t('time.today')
  if (days === 1) return t('time.yesterday')
  if (days > 1 && days < 7) return format(at, 'weekday', { weekday: 'long' })
  const sameYear = yearOf(at) === yearOf(now)
  return sameYear
    ? format(at, 'day', { day: 'numeric', month: 'long' })
    : format(at, 'dayYear', { day: 'numeric', month: 'long', year: 'numeric' })
}

/** The same as it begins a line. */
export function dayHeading(at: number, now: number): string {
  const name = dayName(at, now)
  return name.charAt(0).toLocaleUpperCase(locale()) + name.slice(1)
}

/** Short, for a row: the clock today, the weekday this week, else the date. */
export function shortTime(at: number, now: number): string {
  const days = daysAgo(at, now)
  if (days === 0) return clockTime(at)
  if (days > 0 && days < 7) return format(at, 'weekdayShort', { weekday: 'short' })
  const sameYear = yearOf(at) === yearOf(now)
  return format(at, sameYear ? 'date' : 'dateYear', {
    day: 'numeric',
    month: sameYear ? 'short' : 'numeric',
    year: sameYear ? undefined : '2-digit',
  })
}

/** "Tuesday 14:10", "tomorrow 09:00": when something will be. */
export function whenTime(at: number, now: number): string {
  const days = -daysAgo(at, now)
  if (days === 0) return clockTime(at)
  if (days === 1) return `${t('time.tomorrow')} ${clockTime(at)}`
  if (days > 1 && days < 7) return `${format(at, 'weekday', { weekday: 'long' })} ${clockTime(at)}`
  return format(at, 'when', { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' })
}

/** "Tue 1 Dec, 15:00": nothing about it is left to guess. */
export function plainTime(at: number, now: number): string {
  const sameYear = yearOf(at) === yearOf(now)
  return format(at, sameYear ? 'plain' : 'plainYear', {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: sameYear ? undefined : 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  })
}

/** "12 min", "3 h", "2 d": how long somebody has waited. */
export function span(milliseconds: number): string {
  const passed = Math.max(0, milliseconds)
  if (passed < MINUTE) return `<${t('time.short_minutes', { count: 1 })}`
  if (passed < HOUR) return t('time.short_minutes', { count: Math.floor(passed / MINUTE) })
  if (passed < DAY) return t('time.short_hours', { count: Math.floor(passed / HOUR) })
  return t('time.short_days', { count: Math.floor(passed / DAY) })
}

export function fileSize(bytes: number): string {
  const [amount, unit] =
    bytes < 1000 ? [bytes, 'B'] : bytes < 1_000_000 ? [bytes / 1000, 'kB'] : [bytes / 1_000_000, 'MB']
  const digits = amount < 10 && unit === 'MB' ? 1 : 0
  return `${new Intl.NumberFormat(locale(), { maximumFractionDigits: digits }).format(amount)} ${unit}`
}
