// What an agent does with messages that are there, and what stands against it.
import { call } from '../../../shared/api.ts'
import type { Message } from '../../../shared/types.ts'
import { t } from '../../../shared/words.ts'
import { screens } from '../screens.svelte.ts'
import { session } from '../session.svelte.ts'
import { toasts } from '../toasts.svelte.ts'
import { acting } from './acting.svelte.ts'

type Deed = 'edit' | 'remove' | 'react' | 'hide' | 'show'

/** Why something can't be done with a message, as a key; nothing where it can. */
export function against(message: Message, deed: Deed): string {
  if (!session.may('conversations.reply')) return 'problem.forbidden'
  if (message.removed_at) return 'amend.removed'
  if (message.direction === 'note') return deed !== 'react' && message.agent_id !== mine() ? 'amend.not_yours' : ''
  if (deed === 'hide' || deed === 'show') return againstHiding(message, deed)
  if (deed !== 'react' && message.direction === 'in') return 'amend.not_ours'
  if (deed !== 'react' && message.flags.includes('elsewhere')) return 'amend.elsewhere'
  if (deed === 'remove' && message.delivery?.state === 'queued') return 'amend.not_left'
  const can = abilityOf(message)
  if (deed === 'react') return can?.reactions ? '' : 'amend.no_react'
  const within = deed === 'edit' ? can?.edit : can?.delete
  if (!within || (within.public && !message.place)) return `amend.no_${deed}`
  return within.seconds !== null && Date.now() > message.at + within.seconds * 1000 ? 'amend.too_old' : ''
}

/** Only what a customer said in public is ours to hide, once. */
function againstHiding(message: Message, deed: 'hide' | 'show'): string {
  if (message.direction !== 'in' || !message.place || !!message.hidden_by !== (deed === 'show'))
    return 'amend.not_public'
  return abilityOf(message)?.hide ? '' : `amend.no_${deed}`
}

const abilityOf = (message: Message) => acting.thread?.view.abilities.find((one) => one.inbox_id === message.inbox_id)

export async function react(message: Message, emoji: string): Promise<void> {
  const before = message.reactions ?? []
  const by = `agent:${mine()}`
  const again = before.some((one) => one.by === by && one.emoji === emoji)
  const others = before.filter((one) => one.by !== by)
  const shown = { ...message, reactions: again ? others : [...others, { by, emoji }] }
  await change(message, shown, () => ask('PUT', `${message.id}/reaction`, { emoji: again ? '' : emoji }))
}

export async function edit(message: Message, text: string): Promise<boolean> {
  return change(message, { ...message, text, edited_at: Date.now() }, () => ask('PATCH', message.id, { text }))
}

export async function remove(message: Message): Promise<void> {
  const shown = { ...message, removed_at: Date.now(), removed_by: `agent:${mine()}`, reactions: [] }
  if (!(await change(message, shown, () => ask('DELETE', message.id)))) return
  toasts.say(t('act.withdrawn'), {
    label: t('app.undo'),
    run: () => void change({ ...shown }, message, () => ask('POST', `${message.id}/restore`)),
  })
}

/** From others, at the channel; or show it there again. */
export async function hide(message: Message, hidden: boolean): Promise<void> {
  const shown = { ...message, hidden_by: hidden ? `agent:${mine()}` : '' }
  if (!(await change(message, shown, () => ask('PUT', `${message.id}/hidden`, { hidden })))) return
  toasts.say(t(hidden ? 'public.hidden' : 'public.shown'), {
    label: t('app.undo'),
    run: () => void change(shown, message, () => ask('PUT', `${message.id}/hidden`, { hidden: !hidden })),
  })
}

/** At once on the screen, then on the server, and back if it says no. */
async function change(before: Message, shown: Message, work: () => Promise<Message>): Promise<boolean> {
  screens.keepMessage(shown)
  try {
    await screens.takeMessage(work())
    return true
  } catch (problem) {
    screens.keepMessage(before)
    toasts.fail(problem)
    return false
  }
}

const mine = () => session.me?.agent.id

function ask(method: 'PUT' | 'PATCH' | 'POST' | 'DELETE', path: string, body?: object): Promise<Message> {
  return call<Message>(method, `/messages/${path}`, body)
}
