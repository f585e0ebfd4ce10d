// Drafts that colleagues see: one in a composer's hand, and what is done with those in the thread.
import { call } from '../../../shared/api.ts'
import type { Draft, Id, Outgoing, SharedDraft } from '../../../shared/types.ts'
import { t } from '../../../shared/words.ts'
import type { State } from '../live.ts'
import { presence } from '../presence.svelte.ts'
import { screens } from '../screens.svelte.ts'
import { session } from '../session.svelte.ts'
import { toasts } from '../toasts.svelte.ts'

/** A shared draft that is written on: what is kept goes to the server in order, each on the version before. */
export class Held {
  version: number
  private turn: Promise<unknown> = Promise.resolve()

  constructor(readonly draft: SharedDraft) {
    this.version = draft.version
  }

  get id(): Id {
    return this.draft.id
  }

  keep(body: Outgoing): Promise<void> {
    return this.inTurn(async () => {
      const path = `/conversations/${this.draft.conversation_id}/shared-drafts/${this.id}?since=${this.version}`
      this.version = (await shown(call<SharedDraft>('PUT', path, body))).version
    })
  }
  discard(): Promise<void> {
    return this.inTurn(() => call('DELETE', `/shared-drafts/${this.id}`))
  }
  unshare(): Promise<Draft> {
    return this.inTurn(() => call('POST', `/shared-drafts/${this.id}/unshare`))
  }

  private inTurn<T>(act: () => Promise<T>): Promise<T> {
    const done = this.turn.then(act)
    this.turn = done.catch(() => undefined)
    return done
  }
}

/** Which of them the composer on the screen has, whether it could have another, and how it is given one. */
class Hand {
  id = $state<Id | null>(null)
  isFree = () => true
  take: (shared: SharedDraft) => void = () => undefined
}
export const hand = new Hand()

/** A draft's words as a composer takes them. */
export function wordsOf({ words, attachments }: SharedDraft): Draft {
  return { ...words, text: words.text ?? '', kind: 'reply', attachments }
}

export function share(conversationId: Id, body: Outgoing, key: string): Promise<SharedDraft> {
  return shown(call<SharedDraft>('POST', `/conversations/${conversationId}/shared-drafts`, body, { key }))
}

/** Go on with one from the thread: with the words of a colleague, or with one's own that were laid down. */
export async function goOn(shared: SharedDraft): Promise<void> {
  if (!hand.isFree()) return toasts.say(t('problem.two_drafts'), undefined, true)
  if (shared.agent_id === session.me?.agent.id) return hand.take(shared)
  const writes = presence.of(shared.conversation_id).typing.includes(shared.agent_id)
  try {
    const taken = await shown(call<SharedDraft>('POST', `/shared-drafts/${shared.id}/take`))
    hand.take(taken)
    const name = session.agent(shared.agent_id)?.name ?? ''
    toasts.say(t(writes ? 'shared.taken_writing' : 'shared.taken', { name }), {
      label: t('app.undo'),
      run: () => void giveBack(shared.id),
    })
  } catch (problem) {
    toasts.fail(problem)
  }
}

async function giveBack(id: Id): Promise<void> {
  try {
    await shown(call<SharedDraft>('POST', `/shared-drafts/${id}/give-back`))
  } catch (problem) {
    toasts.fail(problem)
  }
}

/** What the server answered stands in the thread before the stream tells it. */
function shown(answer: Promise<SharedDraft>): Promise<SharedDraft> {
  return screens.fetched(answer, withShared)
}

function withShared(state: State, shared: SharedDraft): State {
  const threads = new Map(state.threads)
  for (const [id, thread] of threads) {
    const { shared_drafts: all, conversation } = thread.view
    const stands = all.some((one) => one.id === shared.id)
    if (!stands && conversation.id !== shared.conversation_id) continue
    const shared_drafts = stands ? all.map((one) => (one.id === shared.id ? shared : one)) : [...all, shared]
    threads.set(id, { ...thread, view: { ...thread.view, shared_drafts } })
  }
  return { ...state, threads }
}
