// To whom one would hand over: who had this customer before, then who has least to do; who is away stands last.
import { whenTime } from '../../../shared/times.ts'
import { t } from '../../../shared/words.ts'
import { isAway } from '../parts/away.ts'
import type { Choice } from '../parts/Picker.svelte'
import { session } from '../session.svelte.ts'

/** Somebody (`agent:<id>`, `team:<id>`) with what they have, in the server's order. */
export interface Candidate {
  who: string
  open: number
  had_at: number | null
}

/** Somebody who is here before oneself, who would take it by a key; who is away after both. */
function here(choice: Choice): number {
  const agent = session.agent(choice.id.split(':')[1])
  if (!agent) return 0
  return isAway(agent) ? 2 : Number(agent.id === session.me?.agent.id)
}

/** The same choices, the likeliest first, each with what speaks for and against it. */
export function suggested(choices: Choice[], candidates: readonly Candidate[], now = Date.now()): Choice[] {
  const place = new Map(candidates.map((one, index) => [one.who, index]))
  const rank = (one: Choice) => place.get(one.id) ?? candidates.length
  return choices
    .map((one) => told(one, candidates[rank(one)], now))
    .sort((one, other) => here(one) - here(other) || rank(one) - rank(other))
}

function told(choice: Choice, known: Candidate | undefined, now: number): Choice {
  if (!known) return choice
  const had = known.had_at === null ? '' : t('handover.had', { when: whenTime(known.had_at, now) })
  return {
    ...choice,
    below: [had, choice.below].filter(Boolean).join(' · ') || undefined,
    hint: [choice.hint, t('handover.open', { n: known.open })].filter(Boolean).join(' · '),
  }
}
