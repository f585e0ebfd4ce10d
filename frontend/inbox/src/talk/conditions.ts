// The lines of a filter as people put them together: a field, how it is compared, and with what.
import type { Choosable, Condition, RuleCondition } from '../../../shared/types-work.ts'

/** In the order in which they are offered. `waits` asks whether, `waiting` for how long. */
export const FIELDS = [
  'status',
  'owner',
  'team',
  'inbox',
  'channel',
  'waits',
  'waiting',
  'opened',
  'activity',
  'resolved',
  'due_answer',
  'due_task',
  'unread',
  'draft',
  'watched',
  'last_words',
  'public',
  'kind',
  'stage',
  'reason',
  'mood',
  'heard',
  'entity',
  'fact',
  'tag',
  'spam',
  'contact_tag',
  'organization',
  'language',
  'consent',
  'rating',
] as const
export type FieldName = (typeof FIELDS)[number]
/** What a rule asks besides: nobody looks when it runs, so that what is somebody's own isn't asked. */
export const RULE_FIELDS: readonly string[] = [
  'says',
  'matches',
  'message_direction',
  'message_channel',
  'message_inbox',
  'attached',
  'open',
  'weekly',
  ...FIELDS.filter((one) => !['unread', 'draft', 'watched'].includes(one)),
]
/** Before the key of a field that the workspace defined for its customers. */
export const OWN = 'attribute:'
/** The same for its tickets. */
export const OF_TICKET = 'ticket:'

/** What most views begin with. */
export const OPEN: Condition = { type: 'one_of', field: 'status', values: ['open', 'pending'] }

const MOMENTS = ['waiting', 'opened', 'activity', 'resolved'] as const
const FACTS = {
  waits: 'waiting',
  unread: 'unread',
  draft: 'draft',
  watched: 'watched',
  spam: 'spam',
  public: 'public',
} as const
/** What a new line asks for. */
const FIRST: Partial<Record<FieldName, string[]>> = {
  status: ['open', 'pending'],
  owner: ['me'],
  team: ['mine'],
  last_words: ['in'],
  rating: ['bad'],
}
const HOUR = 60

/** One of `FIELDS` or `RULE_FIELDS`, `attribute:<key>` or `ticket:<key>`. */
export function named(condition: RuleCondition): string {
  if (condition.type === 'attribute') return (condition.subject === 'ticket' ? OF_TICKET : OWN) + condition.key
  if (condition.type === 'message' || condition.type === 'due') return `${condition.type}_${condition.field}`
  if (!('field' in condition)) return condition.type
  return condition.type === 'whether' && condition.field === 'waiting' ? 'waits' : condition.field
}

export function fresh(name: string): RuleCondition {
  switch (name) {
    case 'says':
      return { type: 'says', values: [] }
    case 'matches':
      return { type: 'matches', pattern: '' }
    case 'attached':
    case 'open':
      return { type: name }
    case 'weekly':
      return { type: 'weekly', days: [1, 2, 3, 4, 5], start: 8 * HOUR, end: 17 * HOUR }
    case 'message_direction':
      return { type: 'message', field: 'direction', values: ['in'] }
    case 'message_channel':
      return { type: 'message', field: 'channel', values: [] }
    case 'message_inbox':
      return { type: 'message', field: 'inbox', values: [] }
    default:
      return asked(name)
  }
}

function asked(name: string): Condition {
  if (name.startsWith(OWN)) return { type: 'attribute', key: name.slice(OWN.length), values: [] }
  if (name.startsWith(OF_TICKET))
    return { type: 'attribute', subject: 'ticket', key: name.slice(OF_TICKET.length), values: [] }
  const moment = MOMENTS.find((one) => one === name)
  if (moment) return { type: 'since', field: moment, minutes: HOUR }
  if (name === 'due_answer') return { type: 'due', field: 'answer', minutes: HOUR }
  if (name === 'due_task') return { type: 'due', field: 'task', minutes: HOUR }
  if (name in FACTS) return { type: 'whether', field: FACTS[name as keyof typeof FACTS] }
  return { type: 'one_of', field: name as Choosable, values: FIRST[name as FieldName] ?? [] }
}

/** How a condition can compare, and how it does. */
export function operators(condition: RuleCondition): { all: string[]; now: string } {
  switch (condition.type) {
    case 'says':
      return { all: ['has', 'has_not'], now: condition.but ? 'has_not' : 'has' }
    case 'matches':
      return { all: ['matches', 'matches_not'], now: condition.but ? 'matches_not' : 'matches' }
    case 'weekly':
      return { all: ['within', 'outside'], now: condition.but ? 'outside' : 'within' }
    case 'one_of':
    case 'attribute':
    case 'message':
      return { all: ['one_of', 'none_of'], now: condition.but ? 'none_of' : 'one_of' }
    case 'since':
      return { all: ['longer', 'shorter'], now: condition.shorter ? 'shorter' : 'longer' }
    case 'due':
      return { all: ['due_by', 'due_later'], now: condition.later ? 'due_later' : 'due_by' }
    case 'whether':
    case 'attached':
    case 'open':
      return { all: ['yes', 'no'], now: condition.but ? 'no' : 'yes' }
  }
}

export function withOperator<C extends RuleCondition>(condition: C, operator: string): C {
  const second = operators(condition).all[1] === operator
  if (condition.type === 'due') return { ...condition, later: second }
  return condition.type === 'since' ? { ...condition, shorter: second } : { ...condition, but: second }
}

/** Whether it asks for something: a line without values doesn't yet. */
export function isWhole(condition: RuleCondition): boolean {
  if (condition.type === 'since') return condition.minutes > 0
  if (condition.type === 'matches') return condition.pattern !== ''
  if (condition.type === 'weekly') return condition.days.length > 0
  return !('values' in condition) || condition.values.length > 0
}

export const UNITS = { minutes: 1, hours: 60, days: 1440 } as const
export type Unit = keyof typeof UNITS

/** The largest unit in which it is a whole number. */
export function inUnits(minutes: number): [number, Unit] {
  const unit = (['days', 'hours'] as const).find((one) => minutes % UNITS[one] === 0) ?? 'minutes'
  return [minutes / UNITS[unit], unit]
}
