import { describe, expect, it } from 'vitest'
import { belongs, compare, type ListName } from './lists.ts'
import {
  again,
  apply,
  applyAll,
  emptyState,
  merge,
  settled,
  touched,
  withAnswer,
  withChange,
  withCounts,
  withMessages,
  withPage,
  withoutChange,
  withView,
  type State,
} from './live.ts'
import { frame, me, message, ticket, view } from './samples.ts'
import type { Frame, TicketRow } from '../../shared/types.ts'

const NAMES: ListName[] = ['mine', 'unassigned', 'waiting', 'all', 'snoozed', 'resolved', 'team:red']

/** What the server would answer, from all rows. */
function fresh(rows: TicketRow[], name: ListName, limit: number) {
  const all = rows.filter((row) => belongs(name, row, 'me')).sort((one, other) => compare(one, other))
  return { items: all.slice(0, limit), next: all.length > limit ? 'more' : null }
}

function counts(rows: TicketRow[]) {
  return Object.fromEntries(NAMES.map((name) => [name, rows.filter((row) => belongs(name, row, 'me')).length]))
}

function load(rows: TicketRow[], limit: number): State {
  const state = NAMES.reduce((now, name) => withPage(now, name, fresh(rows, name, limit), true), emptyState(me()))
  return withCounts(state, counts(rows))
}

/** The same numbers every time. */
function dice(seed: number) {
  return (sides: number) => {
    seed = (seed * 1103515245 + 12345) % 2147483648
    return Math.floor((seed / 2147483648) * sides)
  }
}

function change(row: TicketRow, roll: (sides: number) => number, now: number): TicketRow {
  const changes: Partial<TicketRow>[] = [
    { status: 'resolved', resolved_at: now, waiting_since: null },
    { status: 'open', waiting_since: now, last_activity_at: now },
    { status: 'snoozed', snoozed_until: now + roll(1000) },
    { owner_agent_id: 'me' },
    { owner_agent_id: null, owner_team_id: null },
    { owner_team_id: 'red' },
    { last_activity_at: now, waiting_since: null, status: 'pending' },
  ]
  return { ...row, ...changes[roll(changes.length)] }
}

it('tells a conversation what became of the ticket of somebody who is one with its customer', () => {
  const own = ticket({ id: 't1', conversation_id: 'c1' })
  const merged = ticket({ id: 't2', conversation_id: 'c2', waiting_since: 5 })
  const state = withView(emptyState(me()), view({ tickets: [merged, own] }))
  const answered = { ...merged, status: 'pending' as const, waiting_since: null }
  const after = apply(state, frame({ kind: 'ticket.changed', conversation_id: 'c2', ticket: answered }))
  expect(after.threads.get('c1')!.view.tickets).toEqual([answered, own])
})

describe('view + events = fresh view', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('for lists and counts, seed %i', (seed) => {
    const roll = dice(seed)
    let rows = Array.from({ length: 60 }, (_, n) =>
      change(ticket({ id: `t${n}`, conversation_id: `c${n}`, last_activity_at: n }), roll, n),
    )
    let state = load(rows, 100)
    const frames: Frame[] = []
    for (let step = 0; step < 200; step++) {
      const now = 1000 + step
      if (roll(10) === 0) {
        const row = ticket({ id: `n${step}`, conversation_id: `n${step}`, waiting_since: now, last_activity_at: now })
        rows = [...rows, row]
        frames.push(frame({ seq: step + 1, kind: 'ticket.opened', ticket: row }))
      } else {
        const at = roll(rows.length)
        const row = change(rows[at]!, roll, now)
        rows = rows.map((old, index) => (index === at ? row : old))
        frames.push(frame({ seq: step + 1, ticket: row }))
      }
    }
    state = applyAll(state, frames)
    const expected = load(rows, 1000)
    for (const name of NAMES) expect(state.lists.get(name)!.ids, name).toEqual(expected.lists.get(name)!.ids)
    expect(state.counts).toEqual(counts(rows))
    expect(state.seq).toBe(200)
  })

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('for a saved view, whatever it asks, seed %i', (seed) => {
    const roll = dice(seed)
    const list = 'view:v'
    // The server's own meaning: anything may depend on anything, also on what no row tells.
    const secret = new Map<string, boolean>()
    const fits = (row: TicketRow) => (row.owner_agent_id === 'me') !== (secret.get(row.conversation_id) ?? false)
    const answer = (rows: TicketRow[], limit: number) => {
      const all = rows.filter(fits).sort(compare)
      return { items: all.slice(0, limit), next: all.length > limit ? 'more' : null }
    }
    let rows = Array.from({ length: 60 }, (_, n) =>
      change(ticket({ id: `t${n}`, conversation_id: `c${n >> 1}`, last_activity_at: n }), roll, n),
    )
    let state = withPage(emptyState(me()), list, answer(rows, 10), true)
    const edge = state.lists.get(list)!.edge
    for (let step = 0; step < 60; step++) {
      const frames: Frame[] = []
      for (let n = roll(4); n >= 0; n--) {
        const at = roll(rows.length)
        const row = change(rows[at]!, roll, 1000 + step)
        rows = rows.map((old, index) => (index === at ? row : old))
        if (roll(2)) secret.set(row.conversation_id, roll(2) === 0)
        frames.push(frame({ conversation_id: row.conversation_id, ticket: row }))
      }
      state = applyAll(state, frames)
      const doubts = frames.flatMap(touched)
      state = settled(
        state,
        list,
        doubts,
        rows.filter((row) => doubts.includes(row.conversation_id) && fits(row)),
      )
      const within = (row: TicketRow) => !edge || state.lists.get(list)!.next === null || compare(row, edge) <= 0
      const expected = rows.filter(fits).filter(within).sort(compare)
      expect(state.lists.get(list)!.ids).toEqual(expected.map((row) => row.id))
    }
  })

  it('leaves what sorts behind the last fetched page to be fetched later', () => {
    const rows = [1, 2, 3, 4].map((n) => ticket({ id: `t${n}`, waiting_since: n * 10 }))
    const state = load(rows, 2)
    const late = apply(state, frame({ kind: 'ticket.opened', ticket: ticket({ id: 'late', waiting_since: 99 }) }))
    expect(late.lists.get('all')!.ids).toEqual(['t1', 't2'])
    const early = apply(state, frame({ kind: 'ticket.opened', ticket: ticket({ id: 'early', waiting_since: 15 }) }))
    expect(early.lists.get('all')!.ids).toEqual(['t1', 'early', 't2'])
    const moved = apply(state, frame({ ticket: ticket({ id: 't1', waiting_since: 35 }) }))
    expect(moved.lists.get('all')!.ids).toEqual(['t2'])
  })

  it('changes nothing when an event is heard twice', () => {
    const rows = [ticket({ id: 't1' }), ticket({ id: 't2' })]
    const event = frame({ ticket: ticket({ id: 't1', owner_agent_id: 'me' }) })
    const once = apply(load(rows, 10), event)
    expect(apply(once, event)).toEqual(once)
  })

  it('does not touch the state that it was given', () => {
    const state = load([ticket()], 10)
    const copy = structuredClone(state)
    applyAll(state, [frame({ ticket: ticket({ status: 'resolved' }), message: message({ id: 'm2' }) })])
    expect(state).toEqual(copy)
  })

  it('leaves a count alone that the server stopped counting', () => {
    const before = withCounts(load([], 10), { all: 1000, unassigned: 999 })
    const state = apply(before, frame({ kind: 'ticket.opened', ticket: ticket({ id: 'new', owner_agent_id: null }) }))
    expect(state.counts).toEqual({ all: 1000, unassigned: 1000 })
  })

  it('asks for the counts when it never knew the ticket', () => {
    const state = apply(load([], 10), frame({ ticket: ticket({ id: 'unknown' }) }))
    expect(state.stale.has('counts')).toBe(true)
  })
})

describe('an open conversation', () => {
  const open = (ids: string[], before: string | null) => {
    const items = ids.map((id) => message({ id }))
    return withMessages(withView(emptyState(me()), view()), 'c1', { items, next: before }, true)
  }
  const shown = (state: State) => state.threads.get('c1')!.messages.map((one) => one.id)

  it('appends, upserts and keeps the order', () => {
    let state = open(['m2', 'm4'], null)
    state = applyAll(state, [
      frame({ kind: 'message.received', message: message({ id: 'm5' }) }),
      frame({ kind: 'message.received', message: message({ id: 'm3' }) }),
      frame({ kind: 'delivery.changed', message: message({ id: 'm4', text: 'changed' }) }),
      frame({ kind: 'message.received', message: message({ id: 'm1' }) }),
    ])
    expect(shown(state)).toEqual(['m1', 'm2', 'm3', 'm4', 'm5'])
    expect(state.threads.get('c1')!.messages[3]!.text).toBe('changed')
  })

  it('does not tear a hole where older messages are still to be fetched', () => {
    expect(shown(apply(open(['m5', 'm6'], 'cursor'), frame({ message: message({ id: 'm1' }) })))).toEqual(['m5', 'm6'])
  })

  it('joins pages that overlap', () => {
    const page = ['m1', 'm2', 'm3'].map((id) => message({ id }))
    expect(merge(page, [message({ id: 'm3' }), message({ id: 'm4' })]).map((one) => one.id)).toEqual([
      'm1',
      'm2',
      'm3',
      'm4',
    ])
  })

  it('puts my read position where it is told, back too when marked unread, and only mine', () => {
    const seen = (agent: string, id: string) =>
      frame({ kind: 'conversation.seen', facts: { agent_id: agent, message_id: id } })
    const state = applyAll(open(['m1'], null), [seen('me', 'm3'), seen('me', 'm2'), seen('you', 'm9')])
    expect(state.reads.get('c1')).toBe('m2')
  })

  it('reads again what waits to be sent and what is shared, where the conversation is at hand', () => {
    for (const kind of ['scheduled.changed', 'draft.shared']) {
      const changed = frame({ kind, conversation_id: 'c1' })
      expect(apply(open(['m1'], null), changed).stale.has('view:c1')).toBe(true)
      expect(apply(load([], 10), changed).stale.size).toBe(0)
    }
  })

  it('knows who follows, and that my list of those is another one', () => {
    const told = (agent: string, watching: number) =>
      frame({ kind: 'conversation.watched', conversation_id: 'c1', facts: { agent_id: agent, watching } })
    const state = applyAll(open(['m1'], null), [told('you', 1), told('you', 1), told('them', 1), told('you', 0)])
    expect(state.threads.get('c1')!.view.watcher_ids).toEqual(['them'])
    expect(state.stale.has('watched')).toBe(false)
    expect(apply(state, told('me', 1)).stale.has('watched')).toBe(true)
  })

  it('reads mentions again when a note that may have named me was taken back', () => {
    const gone = (direction: 'note' | 'out') =>
      frame({ kind: 'message.removed', message: message({ direction, removed_at: 1 }) })
    expect(apply(load([], 10), gone('note')).stale.has('mentioned')).toBe(true)
    expect(apply(load([], 10), gone('out')).stale.has('mentioned')).toBe(false)
  })

  it('reads views afresh when a contact changes of whom several conversations are', () => {
    const own = {
      scheme: 'email',
      value: 'a@example.fi',
      shown: '',
      name: '',
      verification: 'claimed',
      blocked_at: null,
    } as const
    const changed = (...owners: string[]) => {
      const identities = owners.map((contact_id) => ({ ...own, contact_id }))
      const contact = { ...view().contact!, id: 'p1', name: 'Maija', identities }
      return apply(load([ticket()], 10), frame({ kind: 'contact.changed', contact })).stale.has('views')
    }
    expect([changed('p1'), changed('p1', 'p2')]).toEqual([false, true])
  })
  it('heads tickets with the new name of their contact', () => {
    const before = load([ticket()], 10)
    const contact = { ...view().contact!, id: 'p1', name: 'Maija Korhonen', identities: [] }
    const after = apply(before, frame({ kind: 'contact.changed', contact }))
    expect(after.tickets.get('t1')!.title).toBe('Maija Korhonen')
    expect(before.tickets.get('t1')!.title).toBe('Maija Virtanen')
  })

  it('shows the ticket and the conversation as they are now', () => {
    const state = apply(
      open(['m1'], null),
      frame({
        ticket: ticket({ status: 'resolved' }),
        conversation: { ...view().conversation, value: 'new@example.fi' },
      }),
    )
    const thread = state.threads.get('c1')!
    expect([thread.view.tickets[0]!.status, thread.view.conversation.value]).toEqual(['resolved', 'new@example.fi'])
  })

  it('is read afresh when contacts were merged', () => {
    expect(apply(open(['m1'], null), frame({ kind: 'contact.merged' })).stale.has('conversation:c1')).toBe(true)
  })
})

describe('an answer that is older than what came meanwhile', () => {
  it('loses neither a message nor the order of a list, and counts nothing twice', () => {
    const old = ticket({ id: 't', conversation_id: 'c', waiting_since: null, last_activity_at: 1 })
    const now = { ...old, waiting_since: 9, last_activity_at: 9 }
    const page = { items: [message({ id: 'm1', conversation_id: 'c' })], next: null, hidden: 0 }
    const came = [frame({ seq: 1, ticket: now, message: message({ id: 'm2', conversation_id: 'c' }) })]
    let state = applyAll(load([old], 10), came)
    const counted = state.counts
    state = withPage(state, 'all', { items: [old], next: null }, true)
    state = withMessages(
      withView(state, view({ conversation: { ...view().conversation, id: 'c' }, tickets: [old] })),
      'c',
      page,
      true,
    )
    state = again(state, came)
    expect(state.threads.get('c')!.messages.map((one) => one.id)).toEqual(['m1', 'm2'])
    expect(state.tickets.get('t')!.waiting_since).toBe(9)
    expect(state.lists.get('waiting')!.ids).toEqual(['t'])
    expect(state.counts).toEqual(counted)
  })
})

describe('side conversations', () => {
  const aside = { ...view().conversation, id: 's1', kind: 'side' as const, parent_id: 'c1', last_message_id: 'm5' }
  const open = () => withView(emptyState(me()), view())
  const sides = (state: State) => state.threads.get('c1')!.view.sides

  it('stand beside their parent as soon as they are begun, and follow what becomes of them', () => {
    const asked = message({ id: 'm5', conversation_id: 's1', direction: 'out' })
    let state = apply(open(), frame({ kind: 'side.asked', conversation_id: 's1', conversation: aside, message: asked }))
    expect(sides(state)).toEqual([{ conversation: aside, read_id: null, state: null }])
    const delivery = { state: 'failed' as const, due_at: null, error: 'no', attempts: 1, changed_at: 1 }
    const failed = { ...asked, delivery }
    state = apply(state, frame({ kind: 'delivery.changed', conversation: aside, message: failed }))
    expect(sides(state)[0]!.state).toBe('failed')
    const told = { ...aside, last_message_id: 'm6', last_inbound_id: 'm6' }
    state = apply(state, frame({ kind: 'side.answered', conversation: told }))
    expect(sides(state)).toEqual([{ conversation: told, read_id: null, state: null }])
    state = apply(state, frame({ kind: 'message.removed', conversation: told }))
    expect(state.stale.has('view:c1')).toBe(true)
  })

  it("of others are nobody's here", () => {
    const elsewhere = { ...aside, parent_id: 'c9' }
    expect(sides(apply(open(), frame({ kind: 'side.asked', conversation: elsewhere })))).toEqual([])
  })
})

describe('what its agent changes', () => {
  const tagged = (key: string, tag: string) => ({
    key,
    ticketId: 't1',
    change: { add_tags: [tag] },
    at: 5,
    until: null,
  })
  const tags = (state: State) => state.tickets.get('t1')!.tags
  const told = (seq: number, tags: string[]) => frame({ seq, kind: 'ticket.tagged', ticket: ticket({ tags }) })

  it('stays whatever older rows come, until the stream has passed it', () => {
    let state = withChange(load([ticket()], 10), tagged('k1', 'lamp'))
    expect(tags(state)).toEqual(['lamp'])
    state = withAnswer(state, 'k1', { ...ticket({ tags: ['lamp'] }), seq: 7 })
    state = withChange(state, tagged('k2', 'vip'))
    state = apply(state, told(7, ['lamp']))
    expect(tags(state)).toEqual(['lamp', 'vip'])
    state = withAnswer(state, 'k2', { ...ticket({ tags: ['lamp', 'vip'] }), seq: 9 })
    state = withPage(state, 'all', { items: [ticket({ tags: ['lamp'] })], next: null }, true)
    expect(tags(state)).toEqual(['lamp', 'vip'])
    state = apply(state, told(9, ['lamp', 'vip']))
    state = apply(state, told(10, ['vip'])) // a colleague
    expect(tags(state)).toEqual(['vip'])
  })
  it('is settled at once when the stream was faster than the answer', () => {
    let state = withChange(load([ticket()], 10), tagged('k1', 'lamp'))
    state = apply(state, told(7, ['lamp']))
    state = apply(state, told(8, []))
    expect(withAnswer(state, 'k1', { ...ticket(), seq: 7 }).made).toEqual([])
  })
  it('moves it between lists at once, and back when it was refused', () => {
    const before = load([ticket({ owner_agent_id: 'me' })], 10)
    const change = { status: 'resolved' } as const
    const state = withChange(before, { key: 'k', ticketId: 't1', change, at: 5, until: null })
    expect(state.lists.get('mine')!.ids).toEqual([])
    expect(state.lists.get('resolved')!.ids).toEqual(['t1'])
    const refused = apply(withoutChange(state, 'k'), frame({ seq: 3, ticket: ticket({ owner_agent_id: 'me' }) }))
    expect(refused.lists).toEqual(before.lists)
    expect(refused.counts).toEqual(before.counts)
  })
})
