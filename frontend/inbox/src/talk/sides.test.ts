import { beforeAll, describe, expect, it } from 'vitest'
import { message, view } from '../samples.ts'
import type { Side } from '../../../shared/types.ts'
import { useTexts } from '../../../shared/words.ts'
import { forwardedSubject, forwardedWords, isUnread, nameOf, saidAt, stateOf } from './sides.ts'

function side(more: Partial<Side['conversation']> = {}, state: Side['state'] = null): Side {
  const conversation = { ...view().conversation, id: 's1', parent_id: 'c1', last_inbound_id: null, ...more }
  return { conversation, read_id: null, state }
}

describe('how a side conversation stands', () => {
  it.each([
    ['unsent', side({ last_message_id: null })],
    ['waiting', side({ last_message_id: 'm1' }, 'sent')],
    ['waiting', side({ last_message_id: 'm3', last_inbound_id: 'm2' }, 'queued')],
    ['failed', side({ last_message_id: 'm1' }, 'failed')],
    ['answered', side({ last_message_id: 'm2', last_inbound_id: 'm2' })],
    ['closed', side({ last_message_id: 'm2', last_inbound_id: 'm2', closed_at: 5 })],
  ])('%s', (state, one) => expect(stateOf(one)).toBe(state))

  it('is unread until somebody has read on to the answer', () => {
    const one = side({ last_inbound_id: 'm2' })
    expect(isUnread(one, new Map())).toBe(true)
    expect(isUnread(one, new Map([['s1', 'm2']]))).toBe(false)
    expect(isUnread(side(), new Map())).toBe(false)
  })

  it('is called by its subject, else by whom it is with', () => {
    expect(nameOf(side({ title: 'Lamp 7' }))).toBe('Lamp 7')
    expect(nameOf(side({ value: 'mill@example.com' }))).toBe('mill@example.com')
  })

  it('was spoken in when its last id says', () => {
    expect(saidAt(side({ last_message_id: '019ca8a0-3e80-7000-8000-000000000000' }))).toBe(0x019ca8a03e80)
  })
})

describe('what is forwarded', () => {
  beforeAll(() => useTexts('en', { 'side.from': 'From: {name}' }))

  it('says in its subject that it is', () => {
    expect(forwardedSubject('My lamp')).toBe('Fwd: My lamp')
    expect(forwardedSubject('VB: My lamp')).toBe('VB: My lamp')
    expect(forwardedSubject(null)).toBe('')
  })

  it('carries who said it and where they are reached, only when they are a customer', () => {
    const said = message({ direction: 'in', scheme: 'email', value: 'maija@example.fi', text: 'It flickers' })
    expect(forwardedWords(said, 'Maija')).toMatch(/Maija <maija@example\.fi>[^]*\n\nIt flickers$/)
    expect(forwardedWords({ ...said, direction: 'out' }, 'Anna')).not.toContain('maija@')
  })
})
