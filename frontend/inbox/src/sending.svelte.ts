// What is on its way to the server. It shows at once; without a network it waits here, across reloads, and goes in order when there
// is one; what is refused stays where it was made. Trying again never does it twice, since the idempotency key stays the same.
import { call, newKey, Problem } from '../../shared/api.ts'
import type { Attachment, Change, ChangedRow, Draft, Id, Message, Outgoing, TicketRow } from '../../shared/types.ts'
import * as kept from './outbox/kept.ts'
import { isOvertaken, joined, nextOf, type Entry, type Pending, type PendingChange } from './outbox/entries.ts'
import { screens } from './screens.svelte.ts'
import { session } from './session.svelte.ts'
import { describe, explain } from './toasts.svelte.ts'

export type { Change, Entry, Pending }

/** The server remembers keys for seven days: what is older might be done twice. */
const OLD = 6 * 86_400_000
/** Where this browser remembers who works here. */
export const AGENT = 'lyhord.agent'

class Sending {
  list = $state.raw<Entry[]>([])
  readonly failed = $derived(this.list.some((entry) => entry.state === 'failed'))
  /** Conversations of which something is with the server now. */
  private busy = new Set<Id>()
  /** Who waits for the first answer to a change. */
  private waiters = new Map<string, (refused: unknown) => void>()
  private tries = 0
  private timer: ReturnType<typeof setTimeout> | undefined
  private listens = false

  /** What a reload or a crash of the page left behind goes on. Without a network we know who it was that worked here last. */
  async recall(agentId: Id | null = session.me?.agent.id ?? localStorage.getItem(AGENT)): Promise<void> {
    if (!agentId) return
    const found = await kept.list(agentId)
    const known = new Set(this.list.map((entry) => entry.key))
    const left = found.filter((entry) => !known.has(entry.key)).map(recalled)
    if (left.length) this.list = [...left, ...this.list]
    left.forEach(show)
    if (!session.me) return
    localStorage.setItem(AGENT, agentId)
    if (!this.listens) addEventListener('online', () => this.pumpAll())
    this.listens = true
    this.pumpAll()
  }

  /** Words of a conversation that its messages don't show yet. */
  of(conversationId: Id, messages: readonly Message[]): Pending[] {
    return this.list.filter(
      (one): one is Pending => one.kind === 'words' && one.conversationId === conversationId && !arrived(one, messages),
    )
  }

  async send(conversationId: Id, body: Outgoing, attachments: Attachment[]): Promise<void> {
    this.add({ ...this.entry(conversationId), kind: 'words', body, attachments })
    await this.pump(conversationId)
  }

  /** Null once it is done or will be when there is a network; else what the server says against it. */
  change(ticket: TicketRow, change: Change): Promise<unknown> {
    const waits = this.list.find(
      (one): one is PendingChange => one.kind === 'change' && one.ticketId === ticket.id && one.state === 'waiting',
    )
    if (waits && !this.busy.has(ticket.conversation_id)) {
      this.put(joined(waits, change))
      return Promise.resolve(null)
    }
    const heard = ticket.last_inbound_id ?? ''
    const entry = { ...this.entry(ticket.conversation_id), kind: 'change', ticketId: ticket.id, change, heard } as const
    const answer = new Promise((resolve) => this.waiters.set(entry.key, resolve))
    this.add(entry)
    void this.pump(ticket.conversation_id)
    return answer
  }

  /** A person says so: then also what the customer went on with is put away. */
  async retry(key: string): Promise<void> {
    const entry = this.list.find((one) => one.key === key)
    if (!entry) return
    const again = { ...entry, state: 'sending', error: '' } as const
    this.put(again.kind === 'change' ? { ...again, heard: null } : again)
    await this.pump(entry.conversationId)
  }

  discard(key: string): Pending | undefined {
    const entry = this.list.find((one) => one.key === key)
    if (!entry) return undefined
    this.remove(key)
    if (entry.kind === 'words') return entry
    takeBack(entry)
    return undefined
  }

  /** Who has signed out is known to this browser no more: what they left waits until they are back. */
  forget(): void {
    localStorage.removeItem(AGENT)
  }

  private entry(conversationId: Id) {
    const ticket = [...screens.state.tickets.values()].find((one) => one.conversation_id === conversationId)
    const last = this.list.at(-1)?.at ?? 0
    return {
      key: newKey(),
      agentId: session.me!.agent.id,
      conversationId,
      title: ticket?.title ?? '',
      at: Math.max(Date.now(), last + 1),
      state: 'sending' as const,
      error: '',
    }
  }

  private pumpAll(): void {
    for (const id of new Set(this.list.map((entry) => entry.conversationId))) void this.pump(id)
  }

  private async pump(id: Id): Promise<void> {
    if (this.busy.has(id)) return
    this.busy.add(id)
    try {
      for (let entry = nextOf(this.list, id); entry; entry = nextOf(this.list, id))
        if (!(await this.inTurn(entry))) return this.wait(id)
      this.tries = 0
    } finally {
      this.busy.delete(id)
    }
  }

  /** Of several tabs that know of it, one does it. */
  private async inTurn(entry: Entry): Promise<boolean> {
    if (!navigator.locks) return this.attempt(entry)
    return navigator.locks.request(`lyhord-outbox-${entry.key}`, async () => {
      if (entry.state === 'sending' || (await kept.isThere(entry.key))) return this.attempt(entry)
      this.remove(entry.key)
      return true
    })
  }

  /** False when nothing was heard from the server, and it has to wait. */
  private async attempt(entry: Entry): Promise<boolean> {
    try {
      if (!navigator.onLine) throw new Problem(0, 'problem.offline')
      await (entry.kind === 'words' ? screens.takeMessage(say(entry)) : screens.takeChange(entry.key, change(entry)))
      this.remove(entry.key)
      this.settle(entry.key, null)
      return true
    } catch (problem) {
      const { status } = problem as Problem
      if ([0, 401, 502, 503, 504].includes(status)) {
        return false
      }
      if (this.settle(entry.key, problem)) {
        this.remove(entry.key)
        takeBack(entry)
      } else {
        this.put({ ...entry, state: 'failed', error: await explain(problem) })
        if (entry.kind === 'words')
          void session.later(() => import('./talk/needed.ts')).then((it) => it.askFor(entry, problem))
      }
      return true
    }
  }

  /** All of a conversation waits with what stands before it. */
  private wait(id: Id): void {
    for (const entry of this.list.filter((one) => one.conversationId === id && one.state === 'sending')) {
      this.put({ ...entry, state: 'waiting' })
      this.settle(entry.key, null)
    }
    if (!session.me) return // a session's end is no fault of the network
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.pumpAll(), Math.min(10_000, 500 * 2 ** this.tries++))
  }

  private settle(key: string, refused: unknown): boolean {
    const waiter = this.waiters.get(key)
    waiter?.(refused)
    return this.waiters.delete(key)
  }

  private add(entry: Entry): void {
    this.list = [...this.list, entry]
    show(entry)
    void kept.put(entry)
  }
  private put(entry: Entry): void {
    this.list = this.list.map((one) => (one.key === entry.key ? entry : one))
    show(entry)
    void kept.put(entry)
  }
  private remove(key: string): void {
    this.list = this.list.filter((one) => one.key !== key)
    void kept.drop(key)
  }
}

/** What is changed shows at once, also where it waits. */
function show(entry: Entry): void {
  if (entry.kind === 'change') screens.make(entry)
}

/** What won't be done is shown no more. */
function takeBack(entry: Entry): void {
  if (entry.kind !== 'change') return
  screens.unmake(entry.key)
  ticketsOf(entry.conversationId).then(
    (rows) => rows.forEach((row) => screens.keepTicket(row)),
    () => undefined, // it comes with the next change, or when it is read again
  )
}

function recalled(entry: Entry): Entry {
  if (Date.now() - entry.at > OLD) return { ...entry, state: 'failed', error: describe({ key: 'send.interrupted' }) }
  return entry.state === 'failed' ? entry : { ...entry, state: 'waiting' }
}

function say({ key, conversationId, body }: Pending): Promise<Message> {
  return call<Message>('POST', `/conversations/${conversationId}/messages`, body, { key })
}

/** What waited for a network is done only where the customer hasn't gone on meanwhile. */
async function change(entry: PendingChange): Promise<ChangedRow> {
  if (entry.state === 'waiting' && entry.heard !== null) {
    const now = (await ticketsOf(entry.conversationId)).find((row) => row.id === entry.ticketId)
    if (now && isOvertaken(entry, now.last_inbound_id)) throw new Problem(409, 'outbox.overtaken')
  }
  return call<ChangedRow>('PATCH', `/tickets/${entry.ticketId}`, entry.change)
}

function ticketsOf(conversationId: Id): Promise<TicketRow[]> {
  return call<TicketRow[]>('GET', `/conversations/${conversationId}/tickets`)
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
  await screens.takeMessage(call<Message>('POST', `/messages/${messageId}/retry`))
}

export const sending = new Sending()
