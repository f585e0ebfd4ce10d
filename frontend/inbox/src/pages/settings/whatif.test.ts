import { expect, test } from 'vitest'
import { daysBefore, line, minutesOf, percent, scale, timeOf } from './whatif.ts'

test('the days before today, the latest first', () => {
  expect(daysBefore(Date.UTC(2026, 2, 1, 12), 3)).toEqual(['2026-02-28', '2026-02-27', '2026-02-26'])
})

test.each(['00:00', '08:30', '23:59'])('%s goes to minutes and back', (time) => {
  expect(timeOf(minutesOf(time))).toBe(time)
})

test('a share of nothing is none', () => {
  expect([percent(1, 3), percent(0, 5), percent(0, 0)]).toEqual([33, 0, null])
})

test('longer waits lie further right, and the longest at the end', () => {
  const { x, marks } = scale(3_600_000)
  expect(x(0)).toBe(0)
  expect(x(60_000)).toBeLessThan(x(600_000))
  expect(x(3_600_000)).toBeCloseTo(1)
  expect(marks).toEqual([60_000, 600_000, 3_600_000])
})

test('a line ends as high as the share of those who had an answer', () => {
  expect(line([10_000, 60_000], 0.5, 60_000, 100, 100)).toBe('M0.0 100.0L100.0 50.0')
  expect(line([], 1, 60_000, 100, 100)).toBe('')
})
