// What the screens of pictures show, and in which words.
import type { Id } from '../../../../shared/types.ts'

export const LENGTHS = [7, 28, 91, 364] as const
export type Length = (typeof LENGTHS)[number]
export const BOARDS = ['why', 'answers', 'solved', 'effort', 'satisfaction', 'ask'] as const
/** Made for directors, leads, editors, and again directors twice; the last is for analysts. */
export type Board = (typeof BOARDS)[number]
/** Where who has a role begins; others with why customers write. */
export const FIRST: Partial<Record<string, Board>> = { lead: 'answers', editor: 'solved', analyst: 'ask' }
export type By =
  | 'reason'
  | 'channel'
  | 'inbox'
  | 'team'
  | 'agent'
  | 'language'
  | 'kind'
  | 'tag'
  | 'contact_tag'
  | 'organization'
  | 'segment'
  | 'place'
  | 'product'
  | 'mood'
  | 'wait'
  | 'day'
  | 'hour'
export type Measure =
  | 'contacts'
  | 'complaints'
  | 'unhappy'
  | 'promises'
  | 'first_answer'
  | 'solved_first'
  | 'repeats'
  | 'reopened'
  | 'work'
  | 'messages'
  | 'satisfied'
  | 'easy'
  | 'promoters'
  | 'detractors'
export interface Row {
  key: string
  part: number
  whole: number
  part_before: number
  whole_before: number
  chance: number | null
  sure: boolean
  few: boolean
  /** Of a share the 95 % interval, in hundredths. */
  low: number | null
  high: number | null
  /** What 10, 25, 50, 75 and 90 of 100 stayed below, in milliseconds. */
  spread: number[] | null
  spread_before: number[] | null
  total: number | null
  total_before: number | null
}
export interface Sentence {
  text: 'more' | 'fewer' | 'higher' | 'lower' | 'calm' | 'nothing' | 'new'
  key: string
  percent: number
  now: number
  before: number
}
export interface Chart {
  measure: Measure
  by: By
  kind: 'count' | 'share' | 'spread'
  days: number
  before: number
  since: number
  until: number
  time_zone: string
  rows: Row[]
  whole: Row
  others: number
  sentences: Sentence[]
  names: Record<string, string>
  up: Id | null
  /** Of working time: what an hour costs, in minor units of the currency; null where nobody said so. */
  hour_cost: number | null
  currency: string
  dispersion: number
  counted_until: number | null
  few: number
}
export interface Wanted {
  measure: Measure
  by: By
}
const told = (measure: Measure, ...by: By[]): Wanted[] => by.map((one) => ({ measure, by: one }))
export const CHARTS: Record<Exclude<Board, 'ask'>, Wanted[]> = {
  why: [
    ...told(
      'contacts',
      'day',
      'reason',
      'kind',
      'channel',
      'language',
      'product',
      'place',
      'segment',
      'tag',
      'contact_tag',
      'organization',
      'hour',
    ),
    ...told('complaints', 'day', 'reason', 'channel', 'product'),
    ...told('unhappy', 'day', 'reason', 'channel', 'product', 'segment'),
    ...told('contacts', 'mood'),
  ],
  answers: [
    ...told('messages', 'day', 'hour', 'channel'),
    ...told('contacts', 'wait', 'team', 'agent'),
    ...told('first_answer', 'team', 'channel'),
    ...told('promises', 'day', 'team', 'channel'),
    ...told('reopened', 'team'),
  ],
  solved: [
    ...told('solved_first', 'reason', 'kind', 'language', 'channel'),
    ...told('repeats', 'day', 'reason', 'product'),
    ...told('reopened', 'reason', 'kind'),
    ...told('unhappy', 'reason'),
  ],
  effort: [...told('work', 'reason', 'kind', 'channel', 'team', 'product', 'segment')],
  satisfaction: [
    ...told('satisfied', 'day', 'reason', 'team', 'agent', 'channel', 'kind', 'language', 'product', 'place', 'wait'),
    ...told('easy', 'day', 'reason', 'channel'),
    ...told('promoters', 'day'),
    ...told('detractors', 'reason', 'organization', 'tag', 'agent'),
  ],
}
/** The key of what has none. */
export const NONE = '-'
/** What its rows come in; others come with the most first. */
export const IN_ORDER: By[] = ['day', 'hour', 'wait']

/** What a row's bar shows: how many, of shares and quick answers a hundredth, of work hours. */
export function value(kind: Chart['kind'], measure: Measure, row: Row, before = false): number | null {
  const [part, whole, total] = before
    ? [row.part_before, row.whole_before, row.total_before]
    : [row.part, row.whole, row.total]
  if (kind === 'count') return whole
  if (measure === 'work') return (total ?? 0) / 3_600_000
  return whole ? (100 * part) / whole : null
}

/** "12", "43 %", "7.5 h". */
export function shown(kind: Chart['kind'], measure: Measure, found: number | null, form: Intl.NumberFormat): string {
  if (found === null) return '–'
  if (kind === 'count') return form.format(found)
  return measure === 'work' ? `${form.format(found)} h` : `${form.format(found)} %`
}

/** What the working time of a row costs, in minor units; null where nobody said what an hour costs. */
export function cost(chart: Pick<Chart, 'hour_cost'>, row: Row, before = false): number | null {
  const total = before ? row.total_before : row.total
  return chart.hour_cost === null || total === null ? null : Math.round((total / 3_600_000) * chart.hour_cost)
}

/** The highest bar: of shares never less than a hundred, so that bars of several charts can be compared. */
export function longest(kind: Chart['kind'], measure: Measure, rows: Row[]): number {
  if (kind !== 'count' && measure !== 'work') return 100
  const values = rows.flatMap((row) => [value(kind, measure, row), value(kind, measure, row, true)])
  return Math.max(1, ...values.map((one) => one ?? 0))
}

/** `only=channel:mail&only=kind:order`, as the API takes conditions. */
export function conditions(only: Record<string, string>): string {
  return Object.entries(only)
    .map(([name, key]) => `&only=${encodeURIComponent(`${name}:${key}`)}`)
    .join('')
}

/** The conditions of an address, those that are none left out. */
export function readConditions(found: string[]): Record<string, string> {
  const pairs = found.map((one) => [one.slice(0, one.indexOf(':')), one.slice(one.indexOf(':') + 1)] as const)
  return Object.fromEntries(pairs.filter(([name, key]) => name && key))
}

/** Day numbers from 1 January 1970 on: the whole days of a stretch. The last one, which goes on, would look like a fall. */
export function daysBetween(since: number, until: number, offset: number): number[] {
  const DAY = 86_400_000
  const first = Math.floor((since + offset) / DAY) + 1
  const last = Math.floor((until + offset) / DAY) - 1
  return Array.from({ length: Math.max(last - first + 1, 0) }, (_, at) => first + at)
}

/** What makes up a report by mail: the charts of a board, when, and to whom. */
export interface ReportWords {
  name: string
  board: string
  charts: Wanted[]
  days: number
  only: string[]
  every: 'day' | 'week' | 'month'
  hour: number
  agent_ids: Id[]
  on: boolean
}
export interface Report {
  id: Id
  words: ReportWords
  made_by: string
  next_at: number | null
  sent_at: number | null
  failed_at: number | null
  error: string | null
}
