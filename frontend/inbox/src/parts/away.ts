// Colleagues who are away, or soon will be, and until when.
import { whenTime } from '../../../shared/times.ts'
import type { Agent } from '../../../shared/types-company.ts'
import { t } from '../../../shared/words.ts'

export const isAway = (agent: Agent): boolean =>
  (agent.away_until ?? 0) > Date.now() && (agent.away_from ?? 0) <= Date.now()

/** "Away until Tuesday 14:10", "Away from Monday 9:00", or nothing. */
export function awayHint(agent: Agent): string | undefined {
  const now = Date.now()
  if (isAway(agent)) return t('assign.away_until', { when: whenTime(agent.away_until!, now) })
  return agent.away_from ? t('assign.away_from', { when: whenTime(agent.away_from, now) }) : undefined
}

/** The same with what they leave to know, for where work is given. */
export const awayWords = (agent: Agent): string | undefined =>
  [awayHint(agent), awayHint(agent) && agent.away_note].filter(Boolean).join(' · ') || undefined

/** Who is here comes first. */
export const hereFirst = (one: Agent, other: Agent): number => Number(isAway(one)) - Number(isAway(other))
