import { expect, it } from 'vitest'
import { ACTS, outcome, pull, wayOf } from './gestures.ts'

it('takes a tap for a tap and a scroll for a scroll', () => {
  expect(wayOf(3, -8)).toBe('none')
  expect(wayOf(14, 10)).toBe('other')
  expect(wayOf(2, 40)).toBe('other')
  expect(wayOf(-30, 9)).toBe('sideways')
})
it('acts only past the mark, to the side of it', () => {
  expect(outcome(ACTS - 1)).toBeNull()
  expect(outcome(ACTS)).toBe('right')
  expect(outcome(-ACTS)).toBe('left')
})
it('follows the finger and slows down past the mark', () => {
  expect(pull(40)).toBe(40)
  expect(pull(-ACTS - 30)).toBe(-ACTS - 10)
})
