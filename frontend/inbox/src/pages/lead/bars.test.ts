import { expect, test } from 'vitest'
import { ceiling, changed } from './bars.ts'

test.each([
  [[], 1],
  [[0], 1],
  [[3], 5],
  [[10], 10],
  [[11, 4], 20],
  [[501], 1000],
])('%j stand below %i', (values, top) => {
  expect(ceiling(values)).toBe(top)
})

test('a change says its direction, and nothing where there was nothing', () => {
  expect([changed(118, 100), changed(95, 100), changed(5, 5), changed(5, 0)]).toEqual(['+18 %', '−5 %', '±0 %', ''])
})
