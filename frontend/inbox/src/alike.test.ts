import { expect, it } from 'vitest'
import { alike, alikeById } from './alike.ts'

const row = () => ({
  id: 'a',
  tags: ['red', 'blue'],
  owner: { name: 'Åsa', teams: [{ id: 't' }] },
  due_at: null as number | null,
})

it('gives back what was there when nothing is new', () => {
  const before = row()
  expect(alike(before, row())).toBe(before)
  expect(alike([before], [row()])).toHaveLength(1)
})

it('keeps what did not change inside what did', () => {
  const before = row()
  const now = alike(before, { ...row(), due_at: 5 })
  expect(now).not.toBe(before)
  expect(now).toEqual({ ...row(), due_at: 5 })
  expect(now.owner).toBe(before.owner)
  expect(now.tags).toBe(before.tags)
})

it.each([
  ['a key more', { a: 1 }, { a: 1, b: undefined }],
  ['a key less', { a: 1, b: 2 }, { a: 1 }],
  ['another key', { a: undefined }, { b: undefined }],
  ['a shorter list', [1, 2], [1]],
  ['a list of no keys', {}, []],
  ['nothing before', undefined, { a: 1 }],
  ['nothing now', { a: 1 }, null],
  ['another order', [1, 2], [2, 1]],
])('takes what is new: %s', (_, before, now) => {
  const taken = alike<unknown>(before, now)
  expect(taken).toEqual(now)
  expect(Array.isArray(taken)).toBe(Array.isArray(now))
  expect(taken).not.toBe(before)
})

it('leaves alone what it was given', () => {
  const before = Object.freeze({ a: Object.freeze([1]) })
  const now = Object.freeze({ a: Object.freeze([1, 2]) })
  expect(alike<unknown>(before, now)).toEqual({ a: [1, 2] })
  expect(before).toEqual({ a: [1] })
})

it('finds rows by their ids when others came before them', () => {
  const [one, two] = [
    { id: '1', words: 'one' },
    { id: '2', words: 'two' },
  ]
  const now = alikeById(
    [one, two],
    [
      { id: '2', words: 'two' },
      { id: '3', words: 'three' },
    ],
  )
  expect(now[0]).toBe(two)
  expect(now[1]).toEqual({ id: '3', words: 'three' })
  const before = [one, two]
  expect(alikeById(before, [{ ...one }, { ...two }])).toBe(before)
  expect(alikeById(before, [{ ...one }])).toEqual([one])
})
