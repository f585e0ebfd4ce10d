import { describe, expect, it } from 'vitest'
import { MOST_ROWS, Pace } from './pace.ts'

/** Frames of `count` that cost `each` milliseconds a row and `always` besides; rows drawn in each. */
function frames(pace: Pace, count: number, each: number, always = 2): number[] {
  return Array.from({ length: count }, () => {
    const rows = pace.most
    pace.took(always + rows * each)
    return rows
  })
}

describe('rows a frame', () => {
  it('come to as many as a fast machine bears, and no more than that', () => {
    expect(frames(new Pace(), 30, 0.5).at(-1)).toBe(MOST_ROWS)
  })
  it('come to few on a slow one, whose frames stay short', () => {
    const rows = frames(new Pace(), 30, 10)
    expect(Math.max(...rows.slice(2)) * 10 + 2).toBeLessThan(50)
  })
  it('never come to none, however slow', () => {
    expect(frames(new Pace(), 30, 500).at(-1)).toBe(1)
  })
  it('come back when the machine has its time again', () => {
    const pace = new Pace()
    frames(pace, 20, 100)
    expect(frames(pace, 20, 0.5).at(-1)).toBe(MOST_ROWS)
  })
})
