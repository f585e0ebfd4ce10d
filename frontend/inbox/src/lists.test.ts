import { describe, expect, it } from 'vitest'
import { belongs, compare, isListName, isUnread, shownCount } from './lists.ts'
import { ticket } from './samples.ts'

describe('belongs', () => {
  it('keeps resolved and snoozed tickets out of the working lists', () => {
    for (const status of ['resolved', 'snoozed'] as const) {
      const row = ticket({ status, owner_agent_id: 'me', waiting_since: 1 })
      for (const list of ['mine', 'all', 'waiting', 'unassigned'] as const) expect(belongs(list, row, 'me')).toBe(false)
      expect(belongs(status, row, 'me')).toBe(true)
    }
  })
  it('knows owner and team', () => {
    expect(belongs('mine', ticket({ owner_agent_id: 'me' }), 'me')).toBe(true)
    expect(belongs('mine', ticket({ owner_agent_id: 'you' }), 'me')).toBe(false)
    expect(belongs('unassigned', ticket({ owner_team_id: 't' }), 'me')).toBe(true)
    expect(belongs('unassigned', ticket({ owner_agent_id: 'you' }), 'me')).toBe(false)
    expect(belongs('team:t', ticket({ owner_team_id: 't' }), 'me')).toBe(true)
  })
  it('has open complaints among themselves', () => {
    expect(belongs('complaints', ticket({ kind: 'complaint' }), 'me')).toBe(true)
    expect(belongs('complaints', ticket({ kind: 'order' }), 'me')).toBe(false)
    expect(belongs('complaints', ticket({ kind: 'complaint', status: 'resolved' }), 'me')).toBe(false)
  })
  it('cannot tell mentions and saved views from the row', () => {
    for (const list of ['mentioned', 'watched'] as const) expect(belongs(list, ticket(), 'me')).toBeNull()
    expect(belongs('view:v', ticket(), 'me')).toBeNull()
  })
})

describe('compare', () => {
  it('puts who waited longest first, then what happened last', () => {
    const rows = [
      ticket({ id: 'quiet', last_activity_at: 50 }),
      ticket({ id: 'late', waiting_since: 30 }),
      ticket({ id: 'busy', last_activity_at: 90 }),
      ticket({ id: 'early', waiting_since: 10 }),
    ]
    expect(rows.sort((one, other) => compare(one, other)).map((row) => row.id)).toEqual([
      'early',
      'late',
      'busy',
      'quiet',
    ])
  })
})

it('puts what is open before what is done, where a list has both', () => {
  const rows = [
    ticket({ id: 'asleep', status: 'snoozed', snoozed_until: 5 }),
    ticket({ id: 'done', status: 'resolved', resolved_at: 9 }),
    ticket({ id: 'quiet', status: 'pending', last_activity_at: 1 }),
  ]
  expect(rows.sort(compare).map((row) => row.id)).toEqual(['quiet', 'done', 'asleep'])
})

it('reads names of lists from addresses', () => {
  expect(['mine', 'team:x', 'view:x', 'view:', 'nonsense'].map(isListName)).toEqual([true, true, true, false, false])
})

it('is unread when something came after what I read', () => {
  expect(isUnread(ticket({ last_inbound_id: '5' }), '4')).toBe(true)
  expect(isUnread(ticket({ last_inbound_id: '5' }), '5')).toBe(false)
  expect(isUnread(ticket({ last_inbound_id: null }), null)).toBe(false)
})

describe('shownCount', () => {
  it('says how many, up to what the server counts', () => {
    expect([undefined, 0, 1, 999, 1000].map((count) => shownCount(count))).toEqual(['', '', '1', '999', '999+'])
    expect(shownCount(12, false)).toBe('12+')
  })
})
