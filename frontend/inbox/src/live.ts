// What the screens know, and how the live stream changes it: a pure function, so that *view + events = fresh view* can be
// tested. Objects in a frame are the rows as they are now; everything is an upsert, so hearing twice changes nothing.
import type {
  ChangedRow,
  Contact,
  ConversationView,
  Frame,
  Id,
  Message,
  Page,
  Stretch,
  TicketInTalk,
  TicketRow,
} from '../../shared/types.ts'
import type { Me } from '../../shared/types-company.ts'
import { alike, alikeById } from './alike.ts'
import { compare, isView, type ListName } from './lists.ts'
import { Draft, merge, passed, type Made, type State } from './live-draft.ts'

export { merge, passed }
export type { Made, State, Thread, TicketList } from './live-draft.ts'

export function emptyState(me: Me): State {
  return {
    agentId: me.agent.id,
    seq: me.stream.seq,
    tickets: new Map(),
    lists: new Map(),
    counts: {},
    reads: new Map(),
    threads: new Map(),
    contacts: new Map(),
    made: [],
    stale: new Set(),
  }
}

/** One event. */
export function apply(state: State, frame: Frame): State {
  return applyAll(state, [frame])
}

/** Many events at once: as if one after another, but each map is copied at most once. */
export function applyAll(state: State, frames: readonly Frame[]): State {
  const draft = new Draft(state)
  for (const frame of frames) draft.take(frame)
  return draft.state
}

/** Events that came while an answer was on its way, which may be older than they are. Counts know of them already. */
export function again(state: State, frames: readonly Frame[]): State {
  return frames.length ? { ...applyAll(state, frames), counts: state.counts } : state
}

/** The first page of a list, or one more. */
export function withPage(state: State, list: ListName, page: Page<TicketRow>, first: boolean): State {
  const draft = new Draft(state)
  const old = first ? undefined : state.lists.get(list)
  const seen = new Set(old?.ids)
  for (const row of page.items) {
    draft.keepTicket(row)
    draft.read(row.conversation_id, row.read_id)
    seen.add(row.id)
  }
  const edge = page.items.at(-1) ?? old?.edge ?? null
  const ids = [...seen]
  const joint = old?.ids.length ?? 0
  const inOrder = ids.slice(joint > 0 ? joint - 1 : 0)
  if (!isSorted(inOrder.map((id) => draft.ticket(id))))
    ids.sort((one, other) => compare(draft.ticket(one), draft.ticket(other)))
  draft.map('lists').set(list, { ids, next: page.next, edge })
  return draft.state
}

function isSorted(rows: readonly TicketRow[]): boolean {
  return rows.every((row, index) => index === 0 || compare(rows[index - 1]!, row) <= 0)
}

export function withCounts(state: State, counts: Record<string, number>): State {
  return { ...state, counts, stale: without(state.stale, 'counts') }
}

/** The conversations whose tickets may stand in other saved views now. */
export function touched(frame: Frame): Id[] {
  return [frame.conversation_id, frame.contact?.conversation_id].filter((id) => id != null)
}

/** What the server says stands in a list, of the tickets of these conversations. */
export function settled(state: State, list: ListName, conversations: readonly Id[], rows: TicketRow[]): State {
  const draft = new Draft(state)
  const asked = new Set(conversations)
  const there = new Set(rows.map((row) => row.id))
  const old = state.lists.get(list)
  if (!old) return state
  const gone = (id: Id) => !there.has(id) && asked.has(draft.ticket(id).conversation_id)
  if (old.ids.some(gone)) draft.map('lists').set(list, { ...old, ids: old.ids.filter((id) => !gone(id)) })
  for (const row of rows) {
    draft.moveTicket(row)
    draft.place(list, row, row, true)
  }
  return draft.state
}

/** Lists of saved views that nobody looks at are read afresh when somebody does. */
export function withoutViews(state: State, besides: ListName): State {
  const lists = new Map([...state.lists].filter(([name]) => name === besides || !isView(name)))
  return lists.size === state.lists.size ? state : { ...state, lists }
}

/** A conversation as its own route tells it. */
export type Plain = Omit<ConversationView, 'tickets' | 'turns' | 'moved'>

/** Tickets of a conversation, and what they tell of which message is about which. */
export function talked(rows: readonly TicketInTalk[]): Pick<ConversationView, 'tickets' | 'turns' | 'moved'> {
  return {
    tickets: rows.map(({ turns: _, moved: __, ...row }) => row),
    turns: rows.flatMap((row) => row.turns.map((turn) => ({ ...turn, ticket_id: row.id }))),
    moved: Object.fromEntries(rows.flatMap((row) => row.moved.map((id) => [id, row.id]))),
  }
}

export function withView(state: State, given: ConversationView): State {
  const draft = new Draft(state)
  const id = given.conversation.id
  const old = state.threads.get(id)
  const view = alike(old?.view, given)
  for (const ticket of view.tickets) draft.keepTicket(ticket)
  draft.read(id, view.read_id)
  for (const side of view.sides) draft.read(side.conversation.id, side.read_id)
  if (view.contact) draft.map('contacts').set(view.contact.id, view.contact)
  draft.map('threads').set(id, old ? { ...old, view } : { view, messages: [], before: null, hidden: 0, loaded: false })
  return { ...draft.state, stale: without(state.stale, `conversation:${id}`) }
}

/** A page of messages: the newest, or older ones before what is here. */
export function withMessages(state: State, id: Id, page: Stretch, newest: boolean): State {
  const thread = state.threads.get(id)
  if (!thread) return state
  const messages = newest ? alikeById(thread.messages, page.items) : merge(page.items, thread.messages)
  const hidden = (newest ? 0 : thread.hidden) + (page.hidden ?? 0)
  const threads = new Map(state.threads).set(id, { ...thread, messages, before: page.next, hidden, loaded: true })
  return { ...state, threads }
}

/** What our own command answered, before the stream tells it. */
export function withMessage(state: State, message: Message): State {
  const draft = new Draft(state)
  draft.keepMessage(message)
  return draft.state
}

/** A ticket as it will be, before the server knows: every row of it that comes meanwhile shows this, too. */
export function withChange(state: State, made: Made): State {
  const others = state.made.filter((one) => one.key !== made.key)
  const draft = new Draft({ ...state, made: [...others, made] })
  const row = state.tickets.get(made.ticketId)
  if (row) draft.moveTicket(row)
  return draft.state
}

/** The server has done it. */
export function withAnswer(state: State, key: string, { seq, ...row }: ChangedRow): State {
  const made = state.made.map((one) => (one.key === key ? { ...one, until: seq } : one))
  return withTicket(passed({ ...state, made }, state.seq), row)
}

/** The server hasn't: rows are shown as they come, beginning with the next. */
export function withoutChange(state: State, key: string): State {
  return { ...state, made: state.made.filter((one) => one.key !== key) }
}

export function withTicket(state: State, row: TicketRow): State {
  const draft = new Draft(state)
  draft.moveTicket(row)
  return draft.state
}

export function withContact(state: State, contact: Contact): State {
  const draft = new Draft(state)
  draft.keepContact(contact)
  return draft.state
}

export function withWatcher(state: State, conversationId: Id, agentId: Id, watching: boolean): State {
  const draft = new Draft(state)
  draft.watch(conversationId, agentId, watching)
  return draft.state
}

export function withRead(state: State, conversationId: Id, messageId: Id): State {
  const draft = new Draft(state)
  draft.read(conversationId, messageId)
  return draft.state
}

export function withoutStale(state: State, what: string): State {
  return { ...state, stale: without(state.stale, what) }
}

function without(set: ReadonlySet<string>, what: string): ReadonlySet<string> {
  if (!set.has(what)) return set
  const left = new Set(set)
  left.delete(what)
  return left
}
