// Words on their way. They show at once; what fails stays where it was written, and trying again never sends twice,
// since the idempotency key stays the same. Kept in this browser until the server has them.
import { call, newKey, type Problem } from '../../shared/api.ts'
import type { Attachment, Draft, Id, Message, Outgoing } from '../../shared/types.ts'
import { screens } from './screens.svelte.ts'
import { session } from './session.svelte.ts'
import { describe } from './toasts.svelte.ts'

export interface Pending {
  key: string
  conversationId: Id
  body: Outgoing
  attachments: Attachment[]
  at: number
  state: 'sending' | 'failed'
  error: string
}

const STORE = 'lyhord.pending'
const KEEP_TRYING = 30_000

class Sending {
  list = $state.raw<Pending[]>([])

  /** What a reload or a crash of the page left behind. */
  recall(): void {
    try {
      const kept = JSON.parse(localStorage.getItem(this.place) ?? '[]') as Pending[]
      this.list = kept.map((pending) => ({ ...pending, state: 'failed', error: describe({ key: 'send.interrupted' }) }))
    } catch {
      this.list = []
    }
  }

  of(conversationId: Id, messages: readonly Message[]): Pending[] {
    return this.list.filter((one) => one.conversationId === conversationId && !arrived(one, messages))
  }

  async send(conversationId: Id, body: Outgoing, attachments: Attachment[]): Promise<void> {
    const pending: Pending = {
      key: newKey(),
      conversationId,
      body,
      attachments,
      at: Date.now(),
      state: 'sending',
      error: '',
    }
    this.keep([...this.list, pending])
    await this.attempt(pending)
  }

  async retry(key: string): Promise<void> {
    const pending = this.list.find((one) => one.key === key)
    if (!pending) return
    this.change(key, { state: 'sending', error: '', at: Date.now() })
    await this.attempt({ ...pending, at: Date.now() })
  }

  discard(key: string): Pending | undefined {
    const pending = this.list.find((one) => one.key === key)
    this.keep(this.list.filter((one) => one.key !== key))
    return pending
  }

  private async attempt(pending: Pending): Promise<void> {
    const { key, conversationId, body } = pending
    for (let tries = 0; ; tries++) {
      try {
        const message = await call<Message>('POST', `/conversations/${conversationId}/messages`, body, { key })
        screens.keepMessage(message)
        this.keep(this.list.filter((one) => one.key !== key))
        return
      } catch (problem) {
        const status = (problem as Problem).status
        const passing = status === 0 || status === 503 || status === 502
        if (passing && Date.now() - pending.at < KEEP_TRYING) {
          await new Promise((resolve) => setTimeout(resolve, Math.min(5_000, 500 * 2 ** tries)))
          continue
        }
        return this.change(key, { state: 'failed', error: describe(problem) })
      }
    }
  }

  private get place(): string {
    return `${STORE}.${session.me?.agent.id ?? ''}`
  }

  private change(key: string, change: Partial<Pending>): void {
    this.keep(this.list.map((one) => (one.key === key ? { ...one, ...change } : one)))
  }

  private keep(list: Pending[]): void {
    this.list = list
    try {
      localStorage.setItem(this.place, JSON.stringify(list))
    } catch {
      // full or forbidden: the page still has it
    }
  }
}

/** The stream may bring our message before the answer to our request does. */
function arrived(pending: Pending, messages: readonly Message[]): boolean {
  if (pending.state === 'failed') return false
  const mine = session.me?.agent.id
  return messages
    .slice(-8)
    .some(
      (one) => one.agent_id === mine && one.at >= pending.at - 5_000 && one.text.trim() === pending.body.text.trim(),
    )
}

/** Take a message back before it has left; answers with its words. */
export function undoSend(messageId: Id): Promise<Draft> {
  return call<Draft>('POST', `/messages/${messageId}/undo`)
}

export async function retryDelivery(messageId: Id): Promise<void> {
  screens.keepMessage(await call<Message>('POST', `/messages/${messageId}/retry`))
}

export const sending = new Sending()
