// Replies that leave later: kept by the server, which sends them whether this page is open or not.
import { call, newKey } from '../../../shared/api.ts'
import { whenTime } from '../../../shared/times.ts'
import type { Draft, Id, IfTheyWrite, Message, Outgoing, Scheduled } from '../../../shared/types.ts'
import { t } from '../../../shared/words.ts'
import { screens } from '../screens.svelte.ts'
import { toasts } from '../toasts.svelte.ts'

export interface Time {
  due_at: number
  if_they_write: IfTheyWrite
}

/** Whether the server keeps it; `onback` gets the words of one that is taken back at once. */
export async function schedule(
  conversationId: Id,
  { kind: _, mentions: __, ...words }: Outgoing,
  time: Time,
  onback: (draft: Draft) => void,
): Promise<boolean> {
  try {
    const path = `/conversations/${conversationId}/scheduled`
    const kept = await call<Scheduled>('POST', path, { ...words, ...time }, { key: newKey() })
    toasts.say(t('later.leaves', { time: whenTime(kept.due_at, Date.now()) }), {
      label: t('app.undo'),
      run: () => void takeBack(kept, onback),
    })
    return true
  } catch (problem) {
    toasts.fail(problem)
    return false
  }
}

export async function takeBack(kept: Scheduled, onback: (draft: Draft) => void): Promise<void> {
  try {
    const draft = await call<Omit<Draft, 'kind'>>('POST', `/scheduled/${kept.id}/cancel`)
    onback({ ...draft, kind: 'reply', attachments: kept.attachments })
  } catch (problem) {
    toasts.fail(problem)
  }
}

export async function sendNow(kept: Scheduled): Promise<void> {
  try {
    await screens.takeMessage(call<Message>('POST', `/scheduled/${kept.id}/send`))
  } catch (problem) {
    toasts.fail(problem)
  }
}

export async function putOff(kept: Scheduled, time: Time): Promise<void> {
  try {
    await call('PATCH', `/scheduled/${kept.id}`, time)
  } catch (problem) {
    toasts.fail(problem)
  }
}
