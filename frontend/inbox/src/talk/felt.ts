// How a customer feels, in words.
import type { Id } from '../../../shared/types.ts'
import type { Felt } from '../../../shared/types-work.ts'
import { t } from '../../../shared/words.ts'

export const MOODS = ['angry', 'unhappy', 'neutral', 'happy', 'delighted'] as const

/** What was heard, in a word or two: `angry`, `may leave`. */
export function feltName({ kind, value }: { kind: string; value: string }): string {
  if (kind === 'mood') return t(`mood.${value}`)
  return kind === 'threat' ? t(`felt.threat_${value}`) : t(`felt.${kind}`)
}

/** What spoke for it: kinds of cues, each in words. */
export function because(why: string): string {
  const kinds = why.split(' ').filter(Boolean)
  return [...new Set(kinds.map((one) => t(`felt.why_${one}`)))].join(', ')
}

/** By message what stands below it. Thanks and plain happiness speak for themselves. */
export function labelsOf(messages: Felt[]): Record<Id, string> {
  const found: Record<Id, string[]> = {}
  for (const one of messages) {
    if (one.kind === 'thanks' || ['neutral', 'happy'].includes(one.value)) continue
    ;(found[one.message_id] ??= []).push(feltName(one))
  }
  return Object.fromEntries(Object.entries(found).map(([id, names]) => [id, names.join(' · ')]))
}

/** The words of a text that show something; nothing where there are none. */
export function quoteOf(text: string | undefined, at: { start: number | null; end: number | null }): string {
  // Places are those of characters as Python counts them: an emoji is one.
  return text && at.start !== null && at.end !== null ? [...text].slice(at.start, at.end).join('') : ''
}
