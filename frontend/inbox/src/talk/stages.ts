// Taking the work on tickets to a stage.
import type { Status } from '../../../shared/types.ts'
import type { Stage } from '../../../shared/types-work.ts'
import { presets } from './snooze.ts'

/** What changes then. What is put off by a stage comes back tomorrow, unless somebody says when. */
export function toStage(stage: Stage, now: number): { stage: string; status: Status; snoozed_until?: number } {
  const until = presets(now).find((one) => one.id === 'tomorrow')!.at
  const later = stage.status === 'snoozed' ? { snoozed_until: until } : {}
  return { stage: stage.id, status: stage.status, ...later }
}
