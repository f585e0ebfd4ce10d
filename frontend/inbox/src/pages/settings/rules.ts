// What rules do and wait for, in words.
import { span } from '../../../../shared/times.ts'
import type { Firing, MacroStep, RuleStep, RuleWords, When } from '../../../../shared/types-work.ts'
import { has, t } from '../../../../shared/words.ts'
import { session } from '../../session.svelte.ts'
import { didStep } from '../../talk/macros.svelte.ts'

export const WHENS: When[] = [
  'customer_wrote',
  'customer_waits',
  'new_customer',
  'nobody_answered',
  'rating_given',
  'agent_answered',
  'ticket_opened',
  'ticket_reopened',
  'ticket_resolved',
  'ticket_assigned',
  'ticket_tagged',
  'kind_changed',
  'reasons_changed',
  'signs_changed',
  'anger_rises',
]

export function doesStep(step: RuleStep): string {
  if (step.kind === 'webhook') return t('rule.does_webhook')
  if (step.kind === 'notify')
    return t('rule.does_notify', {
      name: step.mentions.map((id) => session.agent(id)?.name ?? session.team(id)?.name ?? '').join(', '),
    })
  if (step.kind === 'ask')
    return t('rule.does_ask', {
      name: [session.agent(step.agent_id)?.name, session.team(step.team_id)?.name].filter(Boolean).join(', '),
    })
  return didStep(step satisfies MacroStep)
}

export const doSteps = (steps: RuleStep[]): string => steps.map(doesStep).join(', ')

/** What a rule waits for. */
export function whenOf(rule: Pick<RuleWords, 'when'> & { minutes?: number | null }): string {
  const words = t(`rule.when_${rule.when}`)
  return rule.minutes ? `${words} ${span(rule.minutes * 60_000)}` : words
}

/** The same, and that it doesn't act on all of it. */
export const startOf = (rule: RuleWords): string =>
  [whenOf(rule), rule.conditions.length && t('rule.conditions', { n: rule.conditions.length })]
    .filter(Boolean)
    .join(', ')

/** A reason that the server names by a key. */
export const reason = (key: string | null): string => (key && has(key) ? t(key) : (key ?? ''))

export function outcomeOf(firing: Firing): string {
  return firing.outcome === 'done'
    ? doSteps(firing.steps)
    : t(`rule.outcome_${firing.outcome}`, { why: reason(firing.why) })
}
