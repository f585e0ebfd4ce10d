// What the tab does as a vendor and as its customers: signed webhooks in, the company's words out of the same API as the app's.
import { call, newKey } from '../shared/api.ts'
import type { Conversation, Message } from '../shared/types.ts'
import type { Inbox } from '../shared/types-company.ts'
import type { Customer, Group } from './customers.ts'

export type Outcome = 'delivered' | 'read' | 'failed'

interface Whose {
  conversation_id: string | null
}

/** Post events to the inbox's webhook, signed over the very bytes; the status that came back. */
export async function post(inbox: Inbox, events: object[], broken = false): Promise<number> {
  const body = new TextEncoder().encode(JSON.stringify({ events }))
  const key = new TextEncoder().encode(String(inbox.settings.signing_key ?? ''))
  const secret = await crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  const bytes = new Uint8Array(await crypto.subtle.sign('HMAC', secret, body))
  if (broken) bytes[0] = (bytes[0] ?? 0) ^ 1
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
  const answer = await fetch(`/in/${inbox.key}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Sandbox-Signature': `sha256=${hex}` },
    body,
    credentials: 'omit',
  })
  return answer.status
}

/** How something is said: as the customer, by the company here in its app, for a minute, or below the company's post. */
export type Manner = '' | 'ours' | 'fleeting' | 'public'

/** What a customer says, in a group where there is one; `post` is how that begins below which it is said in public. */
export function message(
  sender: Customer,
  text: string,
  how: Manner,
  { group, post }: { group: Group | null; post: string },
): object {
  const now = Date.now()
  const more = {
    '': {},
    ours: { ours: true },
    fleeting: { expires_at: now + 60_000 },
    public: { post: { id: 'post', text: post } },
  }[how]
  const where = group ? { group: group.id, group_name: group.name } : {}
  return { kind: 'message', id: newKey(), sender, text, at: now, ...where, ...more }
}

export function missedCall(sender: Customer): object {
  return { kind: 'call', id: newKey(), sender, state: 'missed', at: Date.now() }
}

export function groupChange(group: Group, change: object): object {
  return { kind: 'group', group: group.id, ...change }
}

/** A button of a message of the company, from 1. */
export function pressed(
  sender: Customer,
  to: Message,
  { label, number, group }: { label: string; number: number; group: Group | null },
): object {
  return { ...message(sender, label, '', { group, post: '' }), answers: [to.id], chosen: String(number) }
}

export function receipt(to: Message, state: Outcome): object {
  return { kind: 'receipt', reference: to.id, state, error: state === 'failed' ? 'sandbox' : '' }
}

export function reaction(sender: Customer, to: Message, emoji: string): object {
  return { kind: 'reaction', message: to.id, sender, emoji }
}

export async function findInbox(key: string): Promise<Inbox | undefined> {
  const inboxes = await call<Inbox[]>('GET', '/inboxes')
  return inboxes.find((inbox) => inbox.key === key && inbox.channel === 'sandbox')
}

/** The conversation in which a customer speaks with the company alone, or in a group; null where nobody has begun it. */
export async function findTalk(inbox: Inbox, customer: Customer, group: Group | null): Promise<string | null> {
  if (group) {
    const { items } = await call<{ items: Conversation[] }>('GET', '/conversations?limit=200')
    const found = items.find((one) => one.kind === 'group' && one.inbox_id === inbox.id && one.title === group.name)
    return found?.id ?? null
  }
  const address = new URLSearchParams({ by: `identity:sandbox:${customer.id}` })
  const { items } = await call<{ items: Whose[] }>('GET', `/contacts?${address}`)
  return items[0]?.conversation_id ?? null
}

/** What has been said in a conversation through this inbox, oldest first. */
export async function history(inbox: Inbox, talk: string): Promise<Message[]> {
  const page = await call<{ items: Message[] }>('GET', `/conversations/${talk}/messages?limit=100`)
  return page.items.filter((one) => isShown(one, inbox))
}

export function isShown(one: Message, inbox: Inbox): boolean {
  return one.direction !== 'note' && !one.removed_at && one.inbox_id === inbox.id
}

/** What arrives of a message: the pieces, and the buttons that are shown as such. */
export interface Arrived {
  parts: string[]
  buttons: string[]
}

/** How the channel in play delivers a message. */
export async function arrivedOf(one: Message, inbox: Inbox): Promise<Arrived> {
  const limit = Number(inbox.settings.text_limit)
  const buttons = one.buttons ?? []
  const whole = { parts: [one.text], buttons }
  const fits = !limit || new TextEncoder().encode(one.text).length <= limit
  if (one.direction === 'in' || one.template || (fits && !buttons.length)) return whole
  const plan = await call<Arrived>('POST', `/conversations/${one.conversation_id}/plan`, {
    kind: 'reply',
    text: one.text,
    buttons,
    inbox_id: inbox.id,
    scheme: 'sandbox',
    value: one.value,
  })
  return plan.parts.length ? plan : whole
}
