// What can be done with one message, besides what stands on it: the entries of its menu.
import { iconTranslate } from '../../../shared/icons.ts'
import type { Message } from '../../../shared/types.ts'
import { translateMessage, translating } from './translate.svelte.ts'

export interface MessageAct {
  id: string
  /** The key of its words. */
  label: string
  icon: string
  may: (message: Message) => boolean
  run: (message: Message) => void
}

const mayTranslate = (message: Message) => !!translating.translator && message.direction !== 'note' && !!message.text

export const messageActs: MessageAct[] = [
  {
    id: 'translate',
    label: 'translate.message',
    icon: iconTranslate,
    may: mayTranslate,
    run: (one) => void translateMessage(one),
  },
]
