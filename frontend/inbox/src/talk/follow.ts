import { call } from '../../../shared/api.ts'
import type { Id } from '../../../shared/types.ts'
import { t } from '../../../shared/words.ts'
import { screens } from '../screens.svelte.ts'
import { session } from '../session.svelte.ts'
import { toasts } from '../toasts.svelte.ts'

/** Hear of what is said in a conversation from now on, or no more. */
export async function follow(id: Id, on: boolean): Promise<void> {
  const me = session.me!.agent.id
  screens.keepWatcher(id, me, on)
  try {
    await call(on ? 'PUT' : 'DELETE', `/conversations/${id}/watch`)
    toasts.say(t(on ? 'follow.begun' : 'follow.ended'), {
      label: t('app.undo'),
      run: () => void follow(id, !on),
    })
  } catch (problem) {
    screens.keepWatcher(id, me, !on)
    toasts.fail(problem)
  }
}
