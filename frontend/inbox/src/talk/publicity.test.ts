import { describe, expect, it } from 'vitest'
import { message, view } from '../samples.ts'
import { wayOf } from './publicity.ts'

const lamp = { id: 'p1', text: 'Our new lamp' }
const chair = { id: 'p2', text: 'Our new chair' }
const there = view({
  abilities: [
    {
      inbox_id: 'i1',
      edit: null,
      delete: null,
      reactions: false,
      public: true,
      hide: true,
      window: null,
      heard_at: null,
      templates: false,
    },
  ],
})
const one = message({ id: 'm1', place: lamp })
const two = message({ id: 'm2', place: chair })
const own = message({ id: 'm3' })
const free = { answers: null, public: null }

describe('the way of an answer', () => {
  it('is that of what it answers', () => {
    expect(wayOf(there, [one, two], 'm2', 'i1', free)).toMatchObject({ public: true, answers: 'm2', place: chair })
    expect(wayOf(there, [one, two], 'm2', 'i1', { answers: 'm1', public: null })).toMatchObject({ place: lamp })
    expect(wayOf(there, [one, own], 'm3', 'i1', free)).toMatchObject({ public: false, answers: null, place: null })
  })
  it('can be chosen', () => {
    expect(wayOf(there, [one, own], 'm3', 'i1', { answers: null, public: true })).toMatchObject({ answers: 'm1' })
    const aside = wayOf(there, [one], 'm1', 'i1', { answers: null, public: false })
    expect(aside).toMatchObject({ public: false, answers: 'm1', place: null })
  })
  it('stays what it was when something else comes while it is written', () => {
    expect(wayOf(there, [one, two], 'm1', 'i1', free)).toMatchObject({ place: lamp })
    expect(wayOf(there, [own, message({ id: 'm4', place: lamp })], 'm3', 'i1', free)).toBeNull()
  })
  it('is no question where nothing is public', () => {
    expect(wayOf(there, [own], 'm3', 'i1', free)).toBeNull()
    expect(wayOf(view(), [one], 'm1', 'i1', free)).toBeNull()
    expect(wayOf(there, [one], 'm1', 'i2', free)).toBeNull()
  })
})
