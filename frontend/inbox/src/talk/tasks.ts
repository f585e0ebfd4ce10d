// What is asked of whom, and what an agent may make of it.
import { call } from '../../../shared/api.ts'
import { whenTime } from '../../../shared/times.ts'
import type { Task } from '../../../shared/types-work.ts'
import { t } from '../../../shared/words.ts'
import { actorName } from '../pages/contacts/actor.ts'
import { tried } from '../pages/contacts/change.ts'
import { session } from '../session.svelte.ts'
import { toasts } from '../toasts.svelte.ts'

/** Of whom it is asked, by name. */
export function ownerOf(task: Task): string {
  return session.agent(task.owner_agent_id)?.name ?? session.team(task.owner_team_id)?.name ?? t('person.somebody')
}

/** Whether it is asked of me or of one of my teams, and I may say yes or no. */
export function mayAnswer(task: Task): boolean {
  const me = session.me!
  const mine = task.owner_agent_id === me.agent.id || me.team_ids.includes(task.owner_team_id ?? '')
  return task.asks === 'approve' && task.state === 'open' && mine && task.asked_by !== `agent:${me.agent.id}`
}

/** Who is asked, by when, and what came of it, as parts of one line. */
export function taskWords(task: Task, now: number): string[] {
  const by = task.rule
    ? t('task.by_rule', { name: task.rule })
    : task.asked_by.startsWith('agent:')
      ? t('task.by', { name: actorName(task.asked_by) })
      : t('task.by_itself')
  const found = [t('task.of', { name: ownerOf(task) }), by]
  if (task.state !== 'open')
    found.push(t(`task.${task.state}`, { name: actorName(task.ended_by), when: whenTime(task.ended_at ?? now, now) }))
  return found
}

/** Change a task; what was ended can be opened again for seven seconds. */
export async function changeTask(task: Task, change: Record<string, unknown>): Promise<boolean> {
  const done = await tried(() => call('PATCH', `/tasks/${task.id}`, change))
  if (done && (change.state === 'done' || change.state === 'withdrawn'))
    toasts.say(t(`task.said_${change.state}`), {
      label: t('app.undo'),
      run: () => void changeTask(task, { state: 'open' }),
    })
  return done
}

/** Approve or refuse. */
export async function answerTask(task: Task, approved: boolean, words: string): Promise<boolean> {
  return tried(() => call('POST', `/tasks/${task.id}/answer`, { approved, words }))
}
