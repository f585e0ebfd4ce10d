import { expect, test } from 'vitest'
import { busyHours, stillToCome, tightest, type ShiftHour } from './today.ts'

const HOUR = 3_600_000
const hour = (n: number, more: Partial<ShiftHour> = {}): ShiftHour => ({
  at: n * HOUR,
  came: null,
  expected: 0,
  low: 0,
  high: 0,
  needed: 0,
  on: 0,
  ...more,
})

test('the night is left out, a lull at noon is not', () => {
  const day = [hour(0), hour(1, { came: 3 }), hour(2), hour(3, { high: 2 }), hour(4)]
  expect(busyHours(day).map((one) => one.at / HOUR)).toEqual([1, 2, 3])
  expect(busyHours([hour(0)])).toEqual([])
})

test('the hour in which most are missing, of those to come', () => {
  const day = [hour(8, { needed: 9 }), hour(9, { needed: 4, on: 3 }), hour(10, { needed: 6, on: 3 })]
  expect(tightest(day, 9 * HOUR)?.at).toBe(10 * HOUR)
  expect(tightest(day, 11 * HOUR)).toBeNull()
})

test('what has come of the hour under way is not still to come', () => {
  const day = [hour(8, { came: 7, expected: 6 }), hour(9, { came: 4, expected: 10 }), hour(10, { expected: 5.4 })]
  expect(stillToCome(day, 9.5 * HOUR)).toBe(11)
  expect(stillToCome([hour(9, { came: 4, expected: null })], 9 * HOUR)).toBe(0)
})
