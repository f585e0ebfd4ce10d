// Side conversations as screens tell of them, and what is forwarded as words.
import { exactTime } from '../../../shared/times.ts'
import type { Id, Message, Side } from '../../../shared/types.ts'
import { t } from '../../../shared/words.ts'

export type SideState = 'unsent' | 'waiting' | 'answered' | 'failed' | 'closed'

/** How it stands: whether somebody owes an answer, and who. */
export function stateOf({ conversation, state }: Side): SideState {
  if (conversation.closed_at) return 'closed'
  if (!conversation.last_message_id) return 'unsent'
  if (state === 'failed') return 'failed'
  return conversation.last_message_id === conversation.last_inbound_id ? 'answered' : 'waiting'
}

export function isUnread({ conversation }: Side, reads: ReadonlyMap<Id, Id>): boolean {
  return (conversation.last_inbound_id ?? '') > (reads.get(conversation.id) ?? '')
}

/** What it is about, or whom it is with. */
export function nameOf({ conversation }: Side): string {
  return conversation.title || conversation.value || ''
}

/** When the last words were said, or it was begun: ids carry their time. */
export function saidAt({ conversation }: Side): number {
  return Number.parseInt((conversation.last_message_id ?? conversation.id).replace('-', '').slice(0, 12), 16)
}

/** The subject of a forwarded mail; what was forwarded before says so already. */
export function forwardedSubject(subject: string | null): string {
  if (!subject) return ''
  return /^\s*(?:fwd?|vb|vl|vs|转发)\s*[::]/i.test(subject) ? subject : `Fwd: ${subject}`
}

/** A message as it stands below what somebody writes about it: who said what, when. */
export function forwardedWords(message: Message, author: string): string {
  const address = message.direction === 'in' && message.scheme === 'email' ? ` <${message.value}>` : ''
  const head = [
    `— ${t('side.forwarded')} —`,
    t('side.from', { name: author + address }),
    t('side.date', { time: exactTime(message.at) }),
    ...(message.subject ? [t('side.subject', { subject: message.subject })] : []),
  ]
  return `\n\n${head.join('\n')}\n\n${message.text}`
}
