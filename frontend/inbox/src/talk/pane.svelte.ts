// What shows a conversation. Its script comes beside the list's rows, so that the list doesn't wait for it, and then stays:
// the first key that opens one draws it at once, and the keys after it are heard.
import { steadily } from '../steadily.ts'

type Conversation = typeof import('./Conversation.svelte').default

class Pane {
  component = $state.raw<Conversation>()

  async load(): Promise<void> {
    this.component ??= (await steadily(() => import('./Conversation.svelte'))).default
  }
}

export const pane = new Pane()
