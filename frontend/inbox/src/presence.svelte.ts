// Who else is looking or typing. Signals fade by themselves when nobody renews them.
import { call } from '../../shared/api.ts'
import type { Frame, Id, Signal } from '../../shared/types.ts'
import { session } from './session.svelte.ts'

export interface Presence {
  looking: Id[]
  typing: Id[]
  customerTyping: boolean
}

interface Mark {
  name: 'typing' | 'looking'
  /** An agent's id, or null for the customer. */
  who: Id | null
  until: number
}

const NOBODY: Presence = { looking: [], typing: [], customerTyping: false }
const LASTS = { typing: 8_000, looking: 45_000 }
const RENEW = { typing: 4_000, looking: 25_000 }

class PresenceOf {
  private marks = $state.raw<Map<Id, Mark[]>>(new Map())
  private told = new Map<string, number>()
  private timer: ReturnType<typeof setTimeout> | undefined

  of(conversationId: Id): Presence {
    const marks = this.marks.get(conversationId)
    if (!marks) return NOBODY
    const of = (name: Mark['name']) => marks.filter((mark) => mark.name === name && mark.who).map((mark) => mark.who!)
    const typing = of('typing')
    return {
      typing,
      looking: of('looking').filter((id) => !typing.includes(id)),
      customerTyping: marks.some((mark) => mark.who === null),
    }
  }

  hear(signal: Signal): void {
    const who = signal.contact ? null : (signal.agent_id ?? null)
    if (who === session.me?.agent.id || (who === null && !signal.contact)) return
    const others = (name?: string) =>
      (this.marks.get(signal.conversation_id) ?? []).filter((mark) => mark.who !== who || (name && mark.name !== name))
    if (signal.name === 'left') return this.set(signal.conversation_id, others())
    if (signal.name === 'presence') return
    const now = Date.now()
    const until = Math.min(Math.max(signal.until ?? 0, now + 2_000) || now, now + LASTS[signal.name])
    this.set(signal.conversation_id, [...others(signal.name), { name: signal.name, who, until }])
    this.fadeSoon()
  }

  /** Who has sent is no longer typing. */
  wrote(frame: Frame): void {
    if (!frame.conversation_id || !/^(message\.(received|replied)|note\.added)$/.test(frame.kind)) return
    const marks = this.marks.get(frame.conversation_id)
    if (!marks) return
    const who = frame.kind === 'message.received' ? null : (frame.message?.agent_id ?? '')
    this.set(
      frame.conversation_id,
      marks.filter((mark) => mark.name !== 'typing' || mark.who !== who),
    )
  }

  /** Tell the others, at most once in a while. */
  tell(conversationId: Id, name: 'typing' | 'looking' | 'left'): void {
    const key = `${conversationId} ${name}`
    const now = Date.now()
    if (name === 'left') {
      // Who only passed by has nothing to take back.
      const stayed = [...this.told.keys()].some((one) => one.startsWith(conversationId))
      this.told.clear()
      if (!stayed) return
    } else if (now - (this.told.get(key) ?? 0) < RENEW[name]) return
    if (name !== 'left') this.told.set(key, now)
    call('POST', `/conversations/${conversationId}/signals`, { name }).catch(() => undefined) // a signal may be lost
  }

  private set(id: Id, marks: Mark[]): void {
    const all = new Map(this.marks)
    if (marks.length) all.set(id, marks)
    else all.delete(id)
    this.marks = all
  }

  private fadeSoon(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined
      const now = Date.now()
      for (const [id, marks] of this.marks) {
        const left = marks.filter((mark) => mark.until > now)
        if (left.length !== marks.length) this.set(id, left)
      }
      if (this.marks.size) this.fadeSoon()
    }, 2_000)
  }
}

export const presence = new PresenceOf()
