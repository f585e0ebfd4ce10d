import { expect, test } from 'vitest'
import { share, summed } from './promised.ts'

test('a share is never whole where something was missed, and never nothing where something was not', () => {
  expect(share(999, 1000)).toBe(99)
  expect(share(1000, 1000)).toBe(100)
  expect(share(1, 1000)).toBe(1)
  expect(share(0, 1000)).toBe(0)
  expect(share(17, 20)).toBe(85)
})

test('the hours of a week are summed by hour and by day', () => {
  const hours = Array.from({ length: 168 }, (_, at) => ({ told: at === 25 || at === 1 ? 2 : 0, kept: 0, broken: 0 }))
  expect(summed(hours, 'hour')[1]!.told).toBe(4)
  expect(summed(hours, 'day').map((one) => one.told)).toEqual([2, 2, 0, 0, 0, 0, 0])
})
