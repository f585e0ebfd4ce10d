import { expect, test } from 'vitest'
import { beside, MOST_TABS, toggled, without } from './tabs.ts'

test('put there and taken away again', () => {
  expect(toggled(['a'], 'b')).toEqual(['a', 'b'])
  expect(toggled(['a', 'b'], 'a')).toEqual(['b'])
  expect(without(['a', 'b'], 'c')).toEqual(['a', 'b'])
})

test('the oldest makes room', () => {
  const full = Array.from({ length: MOST_TABS }, (_, n) => `${n}`)
  expect(toggled(full, 'new')).toEqual([...full.slice(1), 'new'])
})

test('closing goes on to the next, from the last to the one before', () => {
  expect(beside(['a', 'c'], 1)).toBe('c')
  expect(beside(['a', 'b'], 2)).toBe('b')
  expect(beside([], 0)).toBeNull()
})
