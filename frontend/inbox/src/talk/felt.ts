// How a customer feels, in words.
import type { Id } from '../../../shared/types.ts'
import type { Felt } from '../../../shared/types-work.ts'
import { has, t } from '../../../shared/words.ts'

export const MOODS = ['angry', 'unhappy', 'neutral', 'happy', 'delighted'] as const

export const SIGNS = ['falling', 'urgent', 'churn', 'legal', 'public', 'complaint', 'thanks'] as const

/** Kinds of what customers state of themselves. */
export const FACTS = [
  'preference',
  'plan',
  'problem',
  'life_event',
  'product',
  'health',
  'belief',
  'union',
  'sexuality',
  'ethnicity',
  'politics',
] as const

/** What stands out in a ticket's words. */
export function signName(sign: string): string {
  if (sign === 'urgent') return t('felt.urgency')
  return ['falling', 'complaint', 'thanks'].includes(sign) ? t(`felt.${sign}`) : t(`felt.threat_${sign}`)
}

/** What was heard, in a word or two: `angry`, `may leave`. */
export function feltName({ kind, value }: { kind: string; value: string }): string {
  if (kind === 'entity') return entityName(value)
  // Its words stand right above.
  if (kind === 'fact') return `${t('fact.title')}: ${t(`fact.kind_${value.split(':', 1)[0]}`)}`
  if (kind === 'mood') return t(`mood.${value}`)
  return kind === 'threat' ? t(`felt.threat_${value}`) : t(`felt.${kind}`)
}

const MOST_NAMES = 6
/** What everybody sees in the words themselves, and days that mean nothing without theirs. */
const PLAIN = ['email', 'url', 'phone', 'ip', 'date']

/** Whether it says more than the words: our own numbers, products, amounts. */
const saysMore = (value: string) => !PLAIN.includes(value.split(':', 1)[0]!)

/** An entity as people say it: `Lamp 4`, `Contract KX-17`, `No. 4711`. */
export function entityName(value: string): string {
  const at = value.indexOf(':')
  const [kind, name] = [value.slice(0, at), value.slice(at + 1)]
  if (at < 0 || ['product', 'place', 'amount'].includes(kind)) return name
  if (kind === 'reference') return t('entity.reference', { value: name })
  return has(`entity.kind_${kind}`) ? `${t(`entity.kind_${kind}`)} ${name}` : `${kind} ${name}`
}

/** What spoke for it: kinds of cues, each in words. */
export function because(why: string): string {
  const kinds = why.split(' ').filter(Boolean)
  return [...new Set(kinds.map((one) => t(`felt.why_${one}`)))].join(', ')
}

/** By message what stands below it. Thanks and plain happiness speak for themselves. */
export function labelsOf(messages: Felt[]): Record<Id, string> {
  const found: Record<Id, string[]> = {}
  const last = ['entity', 'fact']
  const named = messages.filter((one) => last.includes(one.kind))
  for (const one of [...messages.filter((one) => !last.includes(one.kind)), ...named]) {
    if (one.kind === 'thanks' || ['neutral', 'happy'].includes(one.value)) continue
    if (one.kind === 'entity' && !saysMore(one.value)) continue
    const names = (found[one.message_id] ??= [])
    if (names.length < MOST_NAMES) names.push(feltName(one))
  }
  return Object.fromEntries(Object.entries(found).map(([id, names]) => [id, names.join(' · ')]))
}

/** The words of a text that show something; nothing where there are none. */
export function quoteOf(text: string | undefined, at: { start: number | null; end: number | null }): string {
  // Places are those of characters as Python counts them: an emoji is one.
  return text && at.start !== null && at.end !== null ? [...text].slice(at.start, at.end).join('') : ''
}
