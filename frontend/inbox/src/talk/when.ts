// When somebody means: "next tuesday 3pm", "om tre dagar", "ensi maanantaina klo 9", "明天下午三点". In the reader's own time zone.
import { locale, type Locale } from '../../../shared/words.ts'
import { moment, wall } from '../../../shared/zone.ts'
import { TIME_WORDS, type TimeWords } from './when-words.ts'

type Unit = keyof TimeWords['units']
type Token =
  | { is: 'day' | 'weekday' | 'month' | 'number' | 'part'; value: number }
  | { is: 'clock'; value: number; minute: number }
  | { is: 'date'; value: number; month: number; year?: number }
  | { is: 'unit'; unit: Unit }
  | { is: 'next' | 'after' | 'at' | 'am' | 'pm' | 'hourMark' | 'dayOfMonth' | 'half' }

interface Word {
  text: string
  /** Any ending will do. */
  open: boolean
  token: Token | null
}

const LONGEST = 3 * 365 * 86_400_000
const MORNING = 9

const lexicons = new Map<Locale, Word[]>()

/** The moment, to the minute; null for what isn't understood, has passed, or is more than three years ahead. */
export function readWhen(text: string, now: number, language: Locale = locale()): number | null {
  for (const each of new Set<Locale>([language, 'en'])) {
    const tokens = read(text.normalize('NFC').toLowerCase().trim(), each)
    const at = tokens && momentOf(tokens, now)
    if (at && at > now && at - now <= LONGEST) return at
  }
  return null
}

function lexicon(language: Locale): Word[] {
  const known = lexicons.get(language)
  if (known) return known
  const table = TIME_WORDS[language]
  const words: Word[] = []
  const add = (texts: string, token: Token | null) => {
    for (const text of texts.split('|'))
      if (text) words.push({ text: text.replace('*', ''), open: text.endsWith('*'), token })
  }
  const each = (list: Record<number, string>, make: (value: number) => Token) => {
    for (const [value, texts] of Object.entries(list)) add(texts, make(Number(value)))
  }
  each(table.days, (value) => ({ is: 'day', value }))
  if (language === 'zh-CN')
    for (const before of ['周', '星期', '礼拜'])
      table.weekdays.forEach((texts, value) =>
        add(
          texts.replace(/[^|]+/g, (text) => before + text),
          { is: 'weekday', value },
        ),
      )
  else each(table.weekdays, (value) => ({ is: 'weekday', value }))
  each(table.months, (value) => ({ is: 'month', value }))
  each(table.numbers, (value) => ({ is: 'number', value }))
  each(table.parts, (value) => ({ is: 'part', value }))
  for (const [unit, texts] of Object.entries(table.units)) add(texts, { is: 'unit', unit: unit as Unit })
  for (const is of ['next', 'after', 'at', 'am', 'pm', 'hourMark', 'dayOfMonth', 'half'] as const)
    add(table[is], { is })
  add(table.fill, null)
  words.sort((one, other) => other.text.length - one.text.length)
  lexicons.set(language, words)
  return words
}

/** What the words say, one after another; null where one isn't known. */
function read(text: string, language: Locale): Token[] | null {
  const found: Token[] = []
  let rest = text
  while ((rest = rest.replace(/^[\s,]+/, ''))) {
    const [length, token] = figures(rest) ?? word(rest, language) ?? [0, null]
    if (!length) return null
    if (token) found.push(token)
    rest = rest.slice(length)
  }
  return language === 'zh-CN' ? joined(found) : found
}

/** Dates, clock times and numbers in figures. */
function figures(text: string): [number, Token] | null {
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})/.exec(text)
  if (iso)
    return [iso[0].length, { is: 'date', year: Number(iso[1]), month: Number(iso[2]) - 1, value: Number(iso[3]) }]
  const monthDay = /^(\d{1,2})月(\d{1,2})[日号]?/.exec(text)
  if (monthDay) return [monthDay[0].length, { is: 'date', month: Number(monthDay[1]) - 1, value: Number(monthDay[2]) }]
  const dotted = /^(\d{1,2})\.(\d{1,2})\.(?:(\d{4}))?/.exec(text)
  if (dotted) {
    const year = dotted[3] ? Number(dotted[3]) : undefined
    return [dotted[0].length, { is: 'date', value: Number(dotted[1]), month: Number(dotted[2]) - 1, year }]
  }
  const clock = /^(\d{1,2})[:.：](\d{2})(?!\d)/.exec(text)
  if (clock) return [clock[0].length, { is: 'clock', value: Number(clock[1]), minute: Number(clock[2]) }]
  const number = /^(\d{1,4})\.?/.exec(text)
  return number ? [number[0].length, { is: 'number', value: Number(number[1]) }] : null
}

function word(text: string, language: Locale): [number, Token | null] | null {
  for (const one of lexicon(language)) {
    if (!text.startsWith(one.text)) continue
    if (language === 'zh-CN') return [one.text.length, one.token]
    const ending = /^\p{L}*/u.exec(text.slice(one.text.length))![0]
    if (!ending || one.open) return [one.text.length + ending.length, one.token]
  }
  return null
}

/** 二十三: one number of several. */
function joined(tokens: Token[]): Token[] {
  const found: Token[] = []
  for (const token of tokens) {
    const last = found.at(-1)
    if (token.is !== 'number' || last?.is !== 'number') found.push({ ...token })
    else if (token.value === 10) last.value *= 10
    else if (last.value % 10 === 0) last.value += token.value
    else found.push({ ...token })
  }
  return found
}

/** What the tokens say together. */
interface Said {
  day?: number
  weekday?: number
  month?: number
  date?: { value: number; month: number; year?: number }
  amounts: [number, Unit][]
  unit?: Unit
  next: boolean
  after: boolean
  half: boolean
  numbers: number[]
  clock?: { hour: number; minute: number }
  part?: number
  afternoon?: boolean
}

function gather(tokens: Token[]): Said {
  const said: Said = { amounts: [], next: false, after: false, half: false, numbers: [] }
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at]!
    const behind = tokens[at + 1]
    if (token.is === 'day') said.day = token.value
    else if (token.is === 'weekday') said.weekday = token.value
    else if (token.is === 'month') said.month = token.value
    else if (token.is === 'date') said.date = token
    else if (token.is === 'clock') said.clock = { hour: token.value, minute: token.minute }
    else if (token.is === 'part') said.part = token.value
    else if (token.is === 'unit') said.unit = token.unit
    else if (token.is === 'am' || token.is === 'pm') said.afternoon = token.is === 'pm'
    else if (token.is === 'next' || token.is === 'after') said[token.is] = true
    else if (token.is === 'half') {
      if (behind?.is === 'unit') said.amounts.push([0.5, behind.unit])
      else if (said.clock) said.clock.minute = 30
      if (behind?.is === 'unit') at++
    } else if (token.is === 'number') {
      if (behind?.is === 'unit' && !(behind.unit === 'minute' && said.clock)) {
        said.amounts.push([token.value, behind.unit])
        at++
      } else if (behind?.is === 'hourMark') {
        said.clock = { hour: token.value, minute: 0 }
        at++
      } else if (said.clock && behind?.is === 'unit') {
        said.clock.minute = token.value
        at++
      } else if (tokens[at - 1]?.is === 'at') said.clock = { hour: token.value, minute: 0 }
      else if (behind?.is === 'am' || behind?.is === 'pm') said.clock = { hour: token.value, minute: 0 }
      else said.numbers.push(token.value)
    }
  }
  return said
}

function momentOf(tokens: Token[], now: number): number | null {
  if (!tokens.length) return null
  const said = gather(tokens)
  if (said.month !== undefined) {
    const value = said.numbers.shift()
    if (value === undefined) return null
    said.date = { value, month: said.month }
  }
  // A number that is left is the hour: "tuesday 15".
  if (!said.clock && said.numbers.length) said.clock = { hour: said.numbers.shift()!, minute: 0 }
  if (said.numbers.length) return null
  if (said.unit && said.after && !said.amounts.length) said.amounts.push([1, said.unit])
  const hour = hourOf(said)
  if (hour === null) return null
  return said.amounts.length ? later(said, hour, now) : calendar(said, hour, now)
}

/** Hour and minute, as far as they are said; null for what no clock shows. */
function hourOf(said: Said): { hour: number; minute: number } | undefined | null {
  if (!said.clock) return said.part === undefined ? undefined : { hour: said.part, minute: 0 }
  let { hour } = said.clock
  const { minute } = said.clock
  const afternoon = said.afternoon ?? (said.part !== undefined && said.part >= 12)
  if (afternoon && hour < 12) hour += 12
  if (said.afternoon === false && hour === 12) hour = 0
  return hour < 24 && minute < 60 ? { hour, minute } : null
}

/** So much from now. Hours and minutes are exact; days and longer come in the morning, or at the hour that is said. */
function later(said: Said, clock: { hour: number; minute: number } | undefined, now: number): number | null {
  if (said.weekday !== undefined || said.date || said.day !== undefined) return null
  const date = wall(now)
  let exact = true
  let passed = 0
  for (const [amount, unit] of said.amounts) {
    if (unit === 'minute' || unit === 'hour') passed += amount * (unit === 'hour' ? 3_600_000 : 60_000)
    else {
      exact = false
      if (unit === 'month') date.setUTCMonth(date.getUTCMonth() + Math.ceil(amount))
      else date.setUTCDate(date.getUTCDate() + Math.ceil(amount * (unit === 'week' ? 7 : 1)))
    }
  }
  if (exact) return clock ? null : Math.floor((now + passed) / 60_000) * 60_000
  return moment(date.setUTCHours(clock?.hour ?? MORNING, clock?.minute ?? 0, 0, 0))
}

function calendar(said: Said, clock: { hour: number; minute: number } | undefined, now: number): number | null {
  const date = wall(now)
  const { hour, minute } = clock ?? { hour: MORNING, minute: 0 }
  const on = (year: number, month: number, day: number) => moment(Date.UTC(year, month, day, hour, minute))
  const [year, month, today] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()]
  if (said.date) {
    const { value, month: named, year: wanted } = said.date
    const fits = (at: number) => wall(at).getUTCDate() === value && wall(at).getUTCMonth() === named
    const at = on(wanted ?? year, named, value)
    const found = wanted === undefined && at <= now ? on(year + 1, named, value) : at
    return fits(found) ? found : null
  }
  if (said.weekday !== undefined) {
    const ahead = (said.weekday - date.getUTCDay() + 7) % 7
    const monday = (date.getUTCDay() + 6) % 7
    if (said.next) return on(year, month, today - monday + 7 + ((said.weekday + 6) % 7))
    const at = on(year, month, today + ahead)
    return at > now && (ahead || clock) ? at : on(year, month, today + ahead + 7)
  }
  if (said.next && said.unit === 'week') return on(year, month, today - ((date.getUTCDay() + 6) % 7) + 7)
  if (said.next && said.unit === 'month') return on(year, month + 1, 1)
  if (said.next || said.unit) return null
  if (said.day !== undefined) return on(year, month, today + said.day)
  if (!clock) return null
  const at = on(year, month, today)
  return at > now ? at : on(year, month, today + 1)
}
