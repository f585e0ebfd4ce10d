// Colleagues who are away, and until when.
import { whenTime } from '../../../shared/times.ts'
import type { Agent } from '../../../shared/types-company.ts'
import { t } from '../../../shared/words.ts'

export const isAway = (agent: Agent): boolean => (agent.away_until ?? 0) > Date.now()

/** "Away until Tuesday 14:10", or nothing. */
export const awayHint = (agent: Agent): string | undefined =>
  isAway(agent) ? t('assign.away_until', { when: whenTime(agent.away_until!, Date.now()) }) : undefined
