// What can be done with a message from its menu, an entry a line.
import {
  iconCopy,
  iconEye,
  iconForward,
  iconHide,
  iconLink,
  iconMove,
  iconPencil,
  iconRemove,
  iconReply,
  iconReviews,
  iconSave,
  iconSmile,
  iconSplit,
  iconTranslate,
} from '../../../shared/icons.ts'
import type { Message } from '../../../shared/types.ts'
import { t } from '../../../shared/words.ts'
import { addressOf } from '../router.ts'
import { session } from '../session.svelte.ts'
import { screens } from '../screens.svelte.ts'
import { toasts } from '../toasts.svelte.ts'
import { acting } from './acting.svelte.ts'
import { against, hide, remove as removeMessage } from './changes.ts'
import { colleagues } from './coaching.ts'
import { sides } from './sides.svelte.ts'
import { translateMessage, translating } from './translate.svelte.ts'

export interface MessageAct {
  id: string
  /** Key of its words. */
  label: string
  icon: string
  may: (message: Message) => boolean
  run: (message: Message) => void
}

const THIRTY_DAYS = 30 * 86_400_000

/** The original says more than we show, and is kept for thirty days. */
export function hasOriginal(message: Message): boolean {
  const more = !!(message.html || message.quoted || message.flags.length)
  return message.direction === 'in' && !message.removed_at && more && Date.now() - message.at < THIRTY_DAYS
}

function copy(text: string, said: string): void {
  navigator.clipboard?.writeText(text).then(
    () => toasts.say(t(said)),
    () => toasts.say(text),
  )
}

function linkOf(message: Message): string {
  const conversation = acting.thread?.view.conversation.id ?? message.conversation_id
  return location.origin + addressOf({ page: 'inbox', list: 'all', conversation, message: message.id })
}

function save(message: Message): void {
  const link = document.createElement('a')
  link.href = `/api/v1/messages/${message.id}/raw`
  link.download = ''
  link.click()
}

const mayQuote = (one: Message) => one.direction !== 'note' && !one.removed_at && session.may('conversations.reply')
const may = (deed: 'edit' | 'remove' | 'react' | 'hide' | 'show') => (one: Message) => !against(one, deed)

const mayTranslate = (one: Message) =>
  !!translating.translator && one.direction !== 'note' && !!one.text && !one.removed_at

/** Messages of a side conversation aren't forwarded from there; what its sender lets vanish isn't at all, since there it would stay. */
function mayForward(one: Message): boolean {
  const aside = screens.state.threads.get(one.conversation_id)?.view.conversation.parent_id
  const stays = one.direction !== 'note' && !one.removed_at && !one.expires_at
  return stays && !aside && session.may('conversations.reply')
}

/** On the customer's conversation stands what is not on what is said aside: tickets, and what coaches say. */
function isCustomers(): boolean {
  const kind = acting.thread?.view.conversation.kind
  return !!kind && kind !== 'side'
}
const maySort = () => isCustomers() && session.may('tickets.work')
const mayCoach = (one: Message) => isCustomers() && !one.removed_at && !!colleagues().length

// prettier-ignore
export const messageActs: MessageAct[] = [
  { id: 'quote', label: 'act.quote', icon: iconReply, may: mayQuote, run: (one) => acting.quote(one) },
  { id: 'react', label: 'act.react', icon: iconSmile, may: may('react'), run: (one) => (acting.menu = { ...acting.menu!, message: one, emoji: true }) },
  { id: 'forward', label: 'side.forward', icon: iconForward, may: mayForward, run: (one) => sides.ask(one) },
  { id: 'another-matter', label: 'act.another_matter', icon: iconSplit, may: maySort, run: (message) => (acting.sorting = { how: 'another', message }) },
  { id: 'move-message', label: 'act.move_message', icon: iconMove, may: () => maySort() && acting.thread!.view.tickets.length > 1, run: (message) => (acting.sorting = { how: 'move', message }) },
  { id: 'coach', label: 'coaching.about_message', icon: iconReviews, may: mayCoach, run: (one) => (acting.coached = one) },
  { id: 'copy-text', label: 'act.copy_text', icon: iconCopy, may: (one) => !!one.text && !one.removed_at, run: (one) => copy(one.text, 'act.text_copied') },
  { id: 'copy-message-link', label: 'act.copy_link', icon: iconLink, may: () => true, run: (one) => copy(linkOf(one), 'done.link_copied') },
  { id: 'translate', label: 'translate.message', icon: iconTranslate, may: mayTranslate, run: (one) => void translateMessage(one) },
  { id: 'edit-message', label: 'act.edit', icon: iconPencil, may: may('edit'), run: (one) => (acting.editing = one.id) },
  { id: 'remove-message', label: 'act.remove', icon: iconRemove, may: may('remove'), run: (one) => void removeMessage(one) },
  { id: 'hide-comment', label: 'public.hide', icon: iconHide, may: may('hide'), run: (one) => void hide(one, true) },
  { id: 'show-comment', label: 'public.show', icon: iconEye, may: may('show'), run: (one) => void hide(one, false) },
  { id: 'save-original', label: 'talk.save_original', icon: iconSave, may: hasOriginal, run: save },
]
