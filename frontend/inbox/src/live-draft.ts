// What the screens know, being changed: each map is copied when it is first written to, and then written to.
import type {
  Change,
  Contact,
  Conversation,
  ConversationView,
  Frame,
  Id,
  Message,
  Side,
  TicketRow,
  Turn,
} from '../../shared/types.ts'
import { alike } from './alike.ts'
import { belongs, compare, MOST_COUNTED, type ListName } from './lists.ts'

export interface TicketList {
  ids: Id[]
  /** The cursor of the next page, null when all of it is here. */
  next: string | null
  /** The last row of what was fetched: what sorts behind it is fetched later. */
  edge: TicketRow | null
}

export interface Thread {
  view: ConversationView
  /** Oldest first, one unbroken stretch that ends with the newest. */
  messages: Message[]
  /** The cursor of older ones, null when the beginning is here. */
  before: string | null
  /** Messages that this agent can't read, among those fetched. */
  hidden: number
  loaded: boolean
}

/** A change that this agent made, and that rows from the server may not have yet. */
export interface Made {
  key: string
  ticketId: Id
  change: Change
  at: number
  /** The event after which rows have it; null until the server has answered. */
  until: number | null
}

export interface State {
  agentId: Id
  seq: number
  tickets: Map<Id, TicketRow>
  lists: Map<ListName, TicketList>
  counts: Record<string, number>
  reads: Map<Id, Id>
  threads: Map<Id, Thread>
  contacts: Map<Id, Contact>
  /** In the order in which they were made. */
  made: readonly Made[]
  /** What has to be fetched again, since a frame told only that it changed. */
  stale: ReadonlySet<string>
}

/** The stream has come so far: rows have what was done until then. */
export function passed(state: State, seq: number): State {
  const made = state.made.filter((one) => one.until === null || one.until > seq)
  return made.length === state.made.length ? state : { ...state, made }
}

/** The row with what its agent changed. */
function shown(row: TicketRow, made: readonly Made[]): TicketRow {
  return made.reduce((now, one) => (one.ticketId === row.id ? { ...now, ...changed(now, one) } : now), row)
}

function changed(row: TicketRow, { change, at }: Made): Partial<TicketRow> {
  const { add_tags = [], remove_tags = [], attributes, ...plain } = change
  const tags = [...new Set([...row.tags.filter((one) => !remove_tags.includes(one)), ...add_tags])]
  const others = attributes ? { tags, attributes: withValues(row.attributes, attributes) } : { tags }
  if (!change.status) return { ...plain, ...others }
  return {
    snoozed_until: null,
    ...plain,
    ...others,
    resolved_at: change.status === 'resolved' ? at : null,
    waiting_since: change.status === 'resolved' || change.status === 'pending' ? null : row.waiting_since,
  }
}

/** Null takes an attribute away. */
function withValues(before: Record<string, unknown>, change: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries({ ...before, ...change }).filter(([, value]) => value !== null))
}

/** Two stretches in order of id, the later version of a message winning. */
export function merge(older: readonly Message[], newer: readonly Message[]): Message[] {
  const first = newer[0]
  const last = older.at(-1)
  if (!first || !last || last.id < first.id) return [...older, ...newer]
  const byId = new Map([...older, ...newer].map((message) => [message.id, message]))
  return [...byId.values()].sort((one, other) => (one.id < other.id ? -1 : 1))
}

/** The place of a ticket in sorted ids, by bisection. */
function placeOf(ids: readonly Id[], row: TicketRow, tickets: ReadonlyMap<Id, TicketRow>): number {
  let low = 0
  let high = ids.length
  while (low < high) {
    const middle = (low + high) >> 1
    const other = tickets.get(ids[middle]!)
    if (other && compare(other, row) < 0) low = middle + 1
    else high = middle
  }
  return low
}

type Maps = 'tickets' | 'lists' | 'reads' | 'threads' | 'contacts'

export class Draft {
  state: State
  private readonly copied = new Set<Maps>()

  constructor(state: State) {
    this.state = { ...state }
  }

  /** A map that may be written to. */
  map<K extends Maps>(name: K): State[K] {
    if (!this.copied.has(name)) {
      this.copied.add(name)
      Object.assign(this.state, { [name]: new Map(this.state[name] as Map<unknown, unknown>) })
    }
    return this.state[name]
  }

  ticket(id: Id): TicketRow {
    return this.state.tickets.get(id) as TicketRow
  }

  stale(what: string): void {
    if (!this.state.stale.has(what)) this.state.stale = new Set(this.state.stale).add(what)
  }

  take(frame: Frame): void {
    this.state.seq = Math.max(this.state.seq, frame.seq)
    if (this.state.made.length) this.state = passed(this.state, this.state.seq)
    if (frame.contact) this.keepContact(frame.contact)
    if (frame.conversation) this.keepConversation(frame.conversation)
    if (frame.message) this.keepMessage(frame.message)
    for (const one of frame.messages ?? []) this.keepMessage(one)
    if (frame.message && frame.conversation) this.keepDelivery(frame.message, frame.conversation)
    if (frame.ticket) this.moveTicket(frame.ticket, frame.kind === 'ticket.opened')
    if (frame.kind === 'ticket.opened' && frame.ticket?.begins_id)
      this.takeTurn(frame.ticket.conversation_id, frame.ticket.begins_id, frame.ticket.id)
    this.takeFacts(frame)
  }

  private takeFacts(frame: Frame): void {
    const id = frame.conversation_id
    const facts = frame.facts
    switch (frame.kind) {
      case 'conversation.seen':
        // Set, not raised: marking as unread goes back.
        if (id && facts.agent_id === this.state.agentId) this.map('reads').set(id, facts.message_id as Id)
        break
      case 'note.added':
        if (Array.isArray(facts.mentions) && facts.mentions.includes(this.state.agentId)) this.stale('mentioned')
        break
      case 'message.removed':
        if (frame.message?.direction === 'note') this.stale('mentioned') // nobody is named by it any more
        if (frame.conversation?.parent_id) this.stale(`view:${frame.conversation.parent_id}`) // what was said before counts again
        break
      case 'conversation.watched':
        this.watch(id!, facts.agent_id as Id, facts.watching === 1)
        break
      case 'ticket.opened':
        for (const list of ['mentioned', 'watched'] as const) if (this.state.lists.has(list)) this.stale(list) // newest tickets stand there
        break
      case 'scheduled.changed':
      case 'draft.shared':
      case 'group.changed':
      case 'timer.changed':
        if (id && this.state.threads.has(id)) this.stale(`view:${id}`)
        break
      case 'draft.changed':
        if (id) this.stale(`draft:${id}`)
        break
      case 'contact.merged':
      case 'contact.separated':
      case 'conversation.moved':
        this.reopenThreads()
        break
      case 'ticket.taken_up':
        this.takeTurn(id!, facts.from_id as Id, facts.ticket_id as Id)
        break
      case 'ticket.messages_moved':
        this.moveWords(facts.ticket_id as Id, facts.message_ids as Id[])
        break
      case 'ticket.dropped':
        this.drop([facts.ticket_id as Id])
        this.inTalks(facts.ticket_id as Id, ({ tickets, turns }) => ({
          tickets: tickets.filter((one) => one.id !== facts.ticket_id),
          turns: turns.filter((one) => one.ticket_id !== facts.ticket_id),
        }))
        break
      case 'contact.erased':
        this.erase(facts.contact_id as Id, id)
        break
      case 'agent.changed':
      case 'role.changed':
      case 'team.changed':
      case 'inbox.changed':
      case 'workspace.changed':
      case 'canned_reply.changed':
      case 'signature.changed':
      case 'macro.changed':
      case 'kind.changed':
      case 'saved_view.changed':
      case 'notification.changed':
      case 'translator.changed':
        this.stale(frame.kind)
    }
  }

  /** What changes of each conversation that shows a ticket. */
  private inTalks(ticketId: Id, change: (view: ConversationView) => Partial<ConversationView>): void {
    for (const [id, thread] of this.state.threads)
      if (thread.view.tickets.some((one) => one.id === ticketId))
        this.map('threads').set(id, { ...thread, view: { ...thread.view, ...change(thread.view) } })
  }

  /** No two turns begin with one message. */
  private takeTurn(conversation_id: Id, from_id: Id, ticket_id: Id): void {
    const isSame = (one: Turn) => one.from_id === from_id && one.conversation_id === conversation_id
    this.inTalks(ticket_id, ({ turns }) => ({
      turns: [...turns.filter((one) => !isSame(one)), { conversation_id, from_id, ticket_id }],
    }))
  }

  private moveWords(ticketId: Id, messageIds: readonly Id[]): void {
    const now = Object.fromEntries(messageIds.map((id) => [id, ticketId]))
    this.inTalks(ticketId, ({ moved }) => ({ moved: { ...moved, ...now } }))
  }

  /** Who follows a conversation; of what I follow a list is made. */
  watch(id: Id, agentId: Id, watching: boolean): void {
    if (agentId === this.state.agentId) this.stale('watched')
    const thread = this.state.threads.get(id)
    if (!thread) return
    const others = thread.view.watcher_ids.filter((one) => one !== agentId)
    const watcher_ids = watching ? [...others, agentId] : others
    this.map('threads').set(id, { ...thread, view: { ...thread.view, watcher_ids } })
  }

  /** Rows moved between timelines: what is open is read afresh. */
  private reopenThreads(): void {
    for (const id of this.state.threads.keys()) this.stale(`conversation:${id}`)
    this.stale('counts')
    this.stale('views')
  }

  /** Nothing is left of a contact, nor of the conversation with them and what was asked aside. */
  private erase(contactId: Id, id: Id | null): void {
    this.map('contacts').delete(contactId)
    for (const [key, { view }] of this.state.threads)
      if (key === id || (id && view.conversation.parent_id === id)) this.map('threads').delete(key)
    this.drop([...this.state.tickets.values()].filter((row) => row.conversation_id === id).map((row) => row.id))
  }

  /** Tickets that are no more. */
  private drop(gone: readonly Id[]): void {
    for (const key of gone) this.map('tickets').delete(key)
    for (const [name, list] of this.state.lists)
      if (list.ids.some((one) => gone.includes(one)))
        this.map('lists').set(name, { ...list, ids: list.ids.filter((one) => !gone.includes(one)) })
    this.stale('counts')
    this.stale('views')
  }

  read(conversationId: Id | null, messageId: Id | null | undefined): void {
    if (!conversationId || !messageId) return
    const now = this.state.reads.get(conversationId)
    if (!now || now < messageId) this.map('reads').set(conversationId, messageId)
  }

  keepContact(contact: Contact): void {
    // Views ask for what is known of customers, and here more than one conversation is theirs.
    if (contact.identities.some((own) => own.contact_id && own.contact_id !== contact.id)) this.stale('views')
    this.map('contacts').set(contact.id, contact)
    for (const ticket of this.state.tickets.values()) {
      const renamed = ticket.contact_id === contact.id && ticket.title !== contact.name
      if (renamed) this.keepTicket({ ...ticket, title: contact.name })
    }
    for (const [id, thread] of this.state.threads) {
      if (thread.view.contact?.id !== contact.id) continue
      this.map('threads').set(id, { ...thread, view: { ...thread.view, contact } })
    }
  }

  keepConversation(conversation: Conversation): void {
    if (conversation.parent_id) this.keepSide(conversation.parent_id, conversation.id, { conversation })
    const thread = this.state.threads.get(conversation.id)
    if (!thread) return
    const { inbox_id, value } = conversation
    const before = thread.view.conversation
    const moved = before.inbox_id !== inbox_id || before.value !== value
    const known = thread.view.ways_out.some((way) => way.inbox_id === inbox_id && way.value === value)
    if (moved && !known && conversation.contact_id) this.stale(`conversation:${conversation.id}`) // the customer came through another door
    this.map('threads').set(conversation.id, { ...thread, view: { ...thread.view, conversation } })
  }

  keepMessage(message: Message): void {
    const thread = this.state.threads.get(message.conversation_id)
    if (!thread?.loaded) return
    const { messages } = thread
    const last = messages.at(-1)
    let changed: Message[]
    if (!last || last.id < message.id) changed = [...messages, message]
    else if (message.id < messages[0]!.id && thread.before) return
    else changed = merge(messages, [message])
    this.map('threads').set(message.conversation_id, { ...thread, messages: changed })
  }

  /** What is new of a side conversation, wherever it or its parent is shown. */
  keepSide(parentId: Id, id: Id, now: Partial<Side>): void {
    for (const [key, thread] of this.state.threads) {
      const { sides } = thread.view
      const old = sides.find((side) => side.conversation.id === id)
      if (!old && (key !== parentId || !now.conversation)) continue
      const side = { read_id: null, state: null, ...old, ...now } as Side
      if (side.conversation.last_message_id !== old?.conversation.last_message_id) side.state = null
      const changed = old ? sides.map((one) => (one === old ? side : one)) : [side, ...sides]
      this.map('threads').set(key, { ...thread, view: { ...thread.view, sides: changed } })
    }
  }

  /** How far the last words of a side conversation have come. */
  keepDelivery(message: Message, { id, parent_id, last_message_id }: Conversation): void {
    if (parent_id && message.id === last_message_id)
      this.keepSide(parent_id, id, { state: message.delivery?.state ?? null })
  }

  /** Remember a row, and let the conversations show it that it belongs to: its own, and that of who is one with its customer. */
  keepTicket(given: TicketRow): void {
    const row = alike(this.state.tickets.get(given.id), shown(given, this.state.made))
    this.map('tickets').set(row.id, row)
    for (const [id, thread] of this.state.threads) {
      const before = thread.view.tickets
      if (id !== row.conversation_id && !before.some((ticket) => ticket.id === row.id)) continue
      const others = before.filter((ticket) => ticket.id !== row.id)
      const tickets = [...others, row].sort((one, other) => (one.id < other.id ? 1 : -1))
      this.map('threads').set(id, { ...thread, view: { ...thread.view, tickets } })
    }
  }

  /** Remember a row, and put it where it now stands in every list that is loaded. */
  moveTicket(given: TicketRow, isNew = false): void {
    const row = shown(given, this.state.made)
    const before = this.state.tickets.get(row.id)
    if (!before && !isNew) this.stale('counts')
    this.keepTicket({ ...row, read_id: row.read_id ?? before?.read_id ?? null })
    for (const name of Object.keys(this.state.counts)) this.recount(name as ListName, before, row, isNew)
    for (const name of this.state.lists.keys()) this.place(name, row, before, belongs(name, row, this.state.agentId))
  }

  private recount(name: ListName, before: TicketRow | undefined, now: TicketRow, isNew: boolean): void {
    if (!before && !isNew) return
    const was = before ? belongs(name, before, this.state.agentId) : false
    const is = belongs(name, now, this.state.agentId)
    if (was === null || is === null || was === is || this.state.counts[name]! >= MOST_COUNTED) return
    this.state.counts = { ...this.state.counts, [name]: Math.max(0, this.state.counts[name]! + (is ? 1 : -1)) }
  }

  /** `told`: whether it stands in that list; null when nobody knows yet. */
  place(name: ListName, row: TicketRow, before: TicketRow | undefined, told: boolean | null): void {
    const list = this.state.lists.get(name)!
    const wasThere = before ? list.ids.includes(row.id) : false
    const fits = told ?? wasThere
    const behindEdge = list.next !== null && list.edge !== null && compare(row, list.edge) > 0
    const stays = fits && !behindEdge
    if (!wasThere && !stays) return
    if (wasThere && stays && before && compare(before, row) === 0) return
    const ids = wasThere ? list.ids.filter((id) => id !== row.id) : [...list.ids]
    if (stays) ids.splice(placeOf(ids, row, this.state.tickets), 0, row.id)
    this.map('lists').set(name, { ...list, ids })
  }
}
