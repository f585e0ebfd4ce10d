import { expect, test } from 'vitest'
import { freshKey, mondays, scoreOf } from './reviews.ts'

test('weeks that are over begin on Mondays', () => {
  expect(mondays(Date.UTC(2026, 2, 4, 12), 2)).toEqual(['2026-02-23', '2026-02-16'])
  expect(mondays(Date.UTC(2026, 2, 1, 12), 1)).toEqual(['2026-02-16'])
})

test.each([
  ['1', 5, 1],
  ['5', 5, 5],
  ['6', 5, undefined],
  ['0', 5, null],
  ['a', 5, undefined],
  ['F1', 5, undefined],
])('the key %s on a scale of %i means %s', (key, steps, score) => {
  expect(scoreOf(key, steps)).toBe(score)
})

test('a new criterion has a key of its own', () => {
  expect(freshKey([])).toBe('c1')
  expect(freshKey([{ key: 'c2' }])).toBe('c3')
  expect(freshKey([{ key: 'c1' }, { key: 'c3' }])).toBe('c4')
})
