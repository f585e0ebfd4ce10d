import { describe, expect, it } from 'vitest'
import { apply, applyAll, emptyState, talked, withView, type State } from '../live.ts'
import { frame, me, message, ticket, view } from '../samples.ts'
import { aboutOf, currentOf, frontOf, isSeveral, toldOf } from './about.ts'
import type { ConversationView, TicketInTalk } from '../../../shared/types.ts'

const lamp = ticket({ id: 't1', begins_id: 'm1', matter: 'The lamp' })
const bill = ticket({ id: 't2', matter: 'The bill' })
const turn = (ticket_id: string, from_id: string) => ({ conversation_id: 'c1', from_id, ticket_id })
const talk = (more: Partial<ConversationView> = {}) =>
  view({ tickets: [bill, lamp], turns: [turn('t1', 'm1')], moved: {}, ...more })
const said = (talk: ConversationView, ...ids: string[]) => {
  const about = aboutOf(talk)
  return ids.map((id) => about.of(message({ id }))?.id)
}

describe('a message is about', () => {
  it('the ticket whose turn it was', () => {
    const both = talk({ turns: [turn('t2', 'm3'), turn('t1', 'm1')] })
    expect(said(both, 'm1', 'm2', 'm3', 'm4')).toEqual(['t1', 't1', 't2', 't2'])
  })
  it('another one where it was moved', () => {
    expect(said(talk({ moved: { m2: 't2' } }), 'm1', 'm2', 'm3')).toEqual(['t1', 't2', 't1'])
  })
  it('none before any, and none that nobody may see', () => {
    expect(said(talk({ turns: [turn('t1', 'm2'), turn('t9', 'm3')] }), 'm1', 'm2', 'm3')).toEqual([
      undefined,
      't1',
      undefined,
    ])
  })
  it('the one of its own conversation, where two customers are one', () => {
    const merged = talk({ turns: [turn('t1', 'm1'), { ...turn('t2', 'm2'), conversation_id: 'c2' }] })
    expect(said(merged, 'm3')).toEqual(['t1'])
    expect(aboutOf(merged).of(message({ id: 'm3', conversation_id: 'c2' }))?.id).toBe('t2')
  })
})

it('knows with which message each begins, and passes over those that went elsewhere', () => {
  const both = talk({ turns: [turn('t1', 'm1'), turn('t2', 'm4')], moved: { m1: 't2' } })
  expect([...aboutOf(both).first]).toEqual([['t2', 'm1']])
})

describe('before the agent stands', () => {
  it('the ticket that they want', () => expect(frontOf(talk(), 't2')?.id).toBe('t2'))
  it('else the current one, however old', () => expect(frontOf(talk(), null)?.id).toBe('t1'))
  it('else one that goes on', () => {
    const over = { ...lamp, status: 'resolved' as const }
    expect(frontOf(talk({ tickets: [bill, over] }), 't9')?.id).toBe('t2')
  })
})

it('says of one ticket alone nothing, and of several which one is meant', () => {
  const over = { ...bill, status: 'resolved' as const }
  expect(toldOf(talk({ tickets: [lamp] }), lamp)).toEqual({})
  expect(toldOf(talk({ tickets: [over, lamp] }), lamp)).toEqual({})
  expect(toldOf(talk({ tickets: [over, lamp] }), over)).toEqual({ ticket_id: 't2' })
  expect(toldOf(talk(), lamp)).toEqual({ ticket_id: 't1' })
})

it('marks messages while several go on, and where words went from one to another', () => {
  const over = { ...lamp, status: 'resolved' as const }
  const apart = talk({ tickets: [bill, over], turns: [turn('t1', 'm1'), turn('t2', 'm5')] })
  expect([isSeveral(talk()), isSeveral(apart), isSeveral({ ...apart, moved: { m2: 't2' } })]).toEqual([
    true,
    false,
    true,
  ])
})

/** A plain model of the server: turns by message, exceptions by message. */
class Model {
  readonly tickets = new Map([['t1', ticket({ id: 't1', begins_id: 'm01' })]])
  readonly turns = new Map([['m01', 't1']])
  readonly moved = new Map<string, string>()
  readonly messages = ['m01']

  rows(): TicketInTalk[] {
    return [...this.tickets.values()].reverse().map((one) => ({
      ...one,
      turns: [...this.turns].filter(([, id]) => id === one.id).map(([from_id]) => ({ conversation_id: 'c1', from_id })),
      moved: [...this.moved].filter(([, id]) => id === one.id).map(([id]) => id),
    }))
  }
}

const opened = (model: Model): State => withView(emptyState(me()), view(talked(model.rows())))
const sorted = ({ tickets, turns, moved }: ConversationView) => ({
  tickets: [...tickets].sort((one, other) => (one.id < other.id ? -1 : 1)),
  turns: [...turns].sort((one, other) => (one.from_id < other.from_id ? -1 : 1)),
  moved,
})

it.each([1, 2, 3, 4, 5, 6])('view + events = fresh view, for turns and moved messages, seed %i', (seed) => {
  const roll = (sides: number) => {
    seed = (seed * 1103515245 + 12345) % 2147483648
    return Math.floor((seed / 2147483648) * sides)
  }
  const model = new Model()
  let state = opened(model)
  const hear = (kind: string, facts: Record<string, unknown>) => {
    const row = model.tickets.get(facts.ticket_id as string) ?? null
    state = apply(state, frame({ kind, conversation_id: 'c1', facts, ticket: row }))
  }
  for (let step = 2; step < 60; step++) {
    const ids = [...model.tickets.keys()]
    const some = ids[roll(ids.length)]!
    switch (roll(4)) {
      case 0: {
        const one = ticket({ id: `t${step}`, begins_id: roll(2) ? `m${step + 10}` : null })
        model.tickets.set(one.id, one)
        if (one.begins_id) model.turns.set(one.begins_id, one.id)
        hear('ticket.opened', { ticket_id: one.id })
        break
      }
      case 1: {
        const from = model.messages[roll(model.messages.length)]!
        model.turns.set(from, some)
        hear('ticket.taken_up', { ticket_id: some, from_id: from })
        break
      }
      case 2: {
        const going = model.messages.filter(() => roll(3) === 0)
        for (const id of going) model.moved.set(id, some)
        hear('ticket.messages_moved', { ticket_id: some, message_ids: going })
        break
      }
      default: {
        model.messages.push(`m${step + 10}`)
        if (ids.length < 2 || [...model.moved.values()].includes(some)) break
        model.tickets.delete(some)
        for (const [from, id] of model.turns) if (id === some) model.turns.delete(from)
        hear('ticket.dropped', { ticket_id: some })
      }
    }
    expect(sorted(state.threads.get('c1')!.view)).toEqual(sorted(opened(model).threads.get('c1')!.view))
  }
})

it('hears twice what it heard once', () => {
  const state = withView(emptyState(me()), talk())
  const frames = [
    frame({ kind: 'ticket.messages_moved', facts: { ticket_id: 't2', message_ids: ['m2'] } }),
    frame({ kind: 'ticket.taken_up', facts: { ticket_id: 't2', from_id: 'm2' } }),
  ]
  const once = applyAll(state, frames).threads.get('c1')!.view
  expect(applyAll(state, [...frames, ...frames]).threads.get('c1')!.view).toEqual(once)
  expect(currentOf(once)?.id).toBe('t2')
})
