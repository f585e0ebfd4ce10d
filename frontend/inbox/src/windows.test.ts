import { describe, expect, it } from 'vitest'
import { AROUND, around, further, grown, MOST, nearer, newest, rowsInView, STEP } from './windows.ts'

describe('rows', () => {
  it('draws what is in view and a little around it', () => {
    expect(rowsInView(0, 800, 10_000, 80, 5)).toEqual([0, 15])
    expect(rowsInView(8000, 800, 10_000, 80, 5)).toEqual([95, 115])
    expect(rowsInView(799_200, 800, 10_000, 80, 5)).toEqual([9985, 10_000])
  })
  it('draws nothing of nothing, and survives a list that has shrunk', () => {
    expect(rowsInView(0, 800, 0, 80)).toEqual([0, 0])
    expect(rowsInView(5000, 800, 3, 80)).toEqual([3, 3])
  })
})

describe('a thread of 5,000 messages', () => {
  it('walks up to the first and down to the last, and never draws more than its share', () => {
    let stretch = newest(5000)
    expect(stretch).toEqual({ from: 5000 - 2 * STEP, to: 5000 })
    while (stretch.from > 0) {
      const next = further(stretch)
      expect(next.from).toBeLessThan(stretch.from)
      expect(next.to - next.from).toBeLessThanOrEqual(MOST)
      stretch = next
    }
    while (stretch.to < 5000) {
      const next = nearer(stretch, 5000)
      expect(next.to).toBeGreaterThan(stretch.to)
      expect(next.to - next.from).toBeLessThanOrEqual(MOST)
      stretch = next
    }
    expect(stretch.to).toBe(5000)
  })
  it('follows new messages only when the end is in view, a few at a time', () => {
    expect(grown({ from: 60, to: 100 }, 101, 0, true)).toEqual({ from: 60, to: 101 })
    expect(grown({ from: 60, to: 100 }, 101, 0, false)).toEqual({ from: 60, to: 100 })
    expect(grown({ from: 60, to: 100 }, 100 + AROUND, 0, true)).toEqual({ from: 60, to: 100 + STEP })
    expect(grown({ from: 60, to: 100 }, 1000, 0, true)).toEqual(newest(1000))
  })
  it('keeps its place when older ones are fetched', () => {
    expect(grown({ from: 0, to: 60 }, 120, 60, false)).toEqual({ from: 60, to: 120 })
  })
  it('opens around a linked message', () => {
    const stretch = around(2500, 5000)
    expect(stretch.from).toBeLessThan(2500)
    expect(stretch.to).toBeGreaterThan(2500)
  })
})
