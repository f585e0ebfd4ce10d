// What shows a conversation: one script with all that nearly each of them needs. It comes beside the list's rows, so that the list doesn't
// wait for it, and then stays: the first key that opens one draws it at once, and the keys after it are heard.
import { session } from '../session.svelte.ts'
import { steadily } from '../steadily.ts'

type Conversation = typeof import('./Conversation.svelte').default

class Pane {
  component = $state.raw<Conversation>()

  async load(): Promise<void> {
    const texts = session.later(() => Promise.resolve())
    const { default: component } = await steadily(() => import('./Conversation.svelte'))
    await texts
    this.component ??= component
  }
}

export const pane = new Pane()
