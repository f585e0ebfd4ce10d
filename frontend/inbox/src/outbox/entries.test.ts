import { describe, expect, it } from 'vitest'
import { isOvertaken, joined, nameOf, nextOf, type Entry, type Pending, type PendingChange } from './entries.ts'

const base = { agentId: 'a', conversationId: 'c', title: 'Ann', error: '' }
const words = (key: string, at: number, state: Entry['state'] = 'waiting'): Pending => ({
  ...base,
  kind: 'words',
  key,
  at,
  state,
  body: { kind: 'reply', text: key, attachment_ids: [] },
  attachments: [],
})
const change = (key: string, at: number, more: Partial<PendingChange> = {}): PendingChange => ({
  ...base,
  kind: 'change',
  key,
  at,
  state: 'waiting',
  ticketId: 't',
  change: { status: 'resolved' },
  heard: 'm2',
  ...more,
})

describe('what waits for the server', () => {
  it('goes in order, each conversation by itself', () => {
    const other = { ...words('other', 0), conversationId: 'd' }
    expect(nextOf([other, words('1', 1), change('2', 2)], 'c')?.key).toBe('1')
    expect(nextOf([other], 'c')).toBeUndefined()
  })
  it('passes words that failed, but resolves nothing without its answer', () => {
    expect(nextOf([words('1', 1, 'failed'), words('2', 2)], 'c')?.key).toBe('2')
    expect(nextOf([words('1', 1, 'failed'), change('2', 2)], 'c')).toBeUndefined()
    expect(nextOf([change('1', 1, { state: 'failed' }), change('2', 2)], 'c')?.key).toBe('2')
  })
  it('notices that the customer went on', () => {
    expect(isOvertaken(change('1', 1), 'm3')).toBe(true)
    expect(isOvertaken(change('1', 1), 'm2')).toBe(false)
    expect(isOvertaken(change('1', 1, { change: { owner_agent_id: 'a' } }), 'm3')).toBe(false)
    expect(isOvertaken(change('1', 1, { heard: null }), 'm3')).toBe(false)
  })
  it('joins changes of one ticket', () => {
    const one = joined(change('1', 1), { owner_agent_id: 'a' })
    expect(one.change).toEqual({ status: 'resolved', owner_agent_id: 'a' })
    expect(joined(one, { status: 'open' }).change.status).toBe('open')
  })
  it('puts on and takes off what both together do', () => {
    const one = joined(change('1', 1, { change: { add_tags: ['a', 'b'] } }), { add_tags: ['c'], remove_tags: ['a'] })
    expect(one.change).toEqual({ add_tags: ['b', 'c'], remove_tags: ['a'] })
    expect(joined(one, { remove_tags: ['b', 'c'] }).change).toEqual({ remove_tags: ['a', 'b', 'c'] })
    expect(joined(one, { add_tags: ['a'] }).change).toEqual({ add_tags: ['b', 'c', 'a'] })
  })
  it('keeps what each fills in, and no stage that a later status overrules', () => {
    const first = change('1', 1, { change: { stage: 'mended', status: 'resolved', attributes: { product: 'Lamp' } } })
    const filled = joined(first, { attributes: { severity: 'low' } })
    expect(filled.change).toEqual({
      stage: 'mended',
      status: 'resolved',
      attributes: { product: 'Lamp', severity: 'low' },
    })
    expect(joined(first, { status: 'open' }).change.stage).toBeUndefined()
    expect(joined(first, { kind: 'praise' }).change.stage).toBeUndefined()
  })
  it('has a name', () => {
    expect([words('1', 1), change('2', 2), change('3', 3, { change: { status: 'open' } })].map(nameOf)).toEqual([
      'outbox.reply',
      'outbox.resolved',
      'outbox.changed',
    ])
  })
})
