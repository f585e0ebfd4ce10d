// What can be done with one message.
import { iconForward } from '../../../shared/icons.ts'
import type { Message } from '../../../shared/types.ts'
import { screens } from '../screens.svelte.ts'
import { session } from '../session.svelte.ts'
import { sides } from './sides.svelte.ts'

export interface MessageAct {
  id: string
  /** A key of the catalogues. */
  label: string
  icon: string
  may: (message: Message) => boolean
  run: (message: Message) => void
}

/** Messages of a side conversation aren't forwarded from there. */
function mayForward(message: Message): boolean {
  const aside = screens.state.threads.get(message.conversation_id)?.view.conversation.parent_id
  return message.direction !== 'note' && !message.removed_at && !aside && session.may('conversations.reply')
}

export const messageActs: MessageAct[] = [
  { id: 'forward', label: 'side.forward', icon: iconForward, may: mayForward, run: (message) => sides.ask(message) },
]
