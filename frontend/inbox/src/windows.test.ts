import { describe, expect, it } from 'vitest'
import {
  AROUND,
  around,
  beside,
  FIRST,
  further,
  grown,
  MOST,
  nearer,
  newest,
  Places,
  rowsInView,
  towards,
  type Range,
} from './windows.ts'

describe('what stands beside the open one', () => {
  const ids = ['a', 'b', 'c', 'd']
  it('goes on where it stood, wherever it is now', () => {
    expect(beside({ ids, at: 1 }, 1, ids)).toBe('c')
    expect(beside({ ids, at: 1 }, -1, ids)).toBe('a')
    expect(beside({ ids, at: 1 }, 1, ['a', 'c', 'd', 'b'])).toBe('c')
    expect(beside({ ids, at: 1 }, 1, ['a', 'd'])).toBe('d')
  })
  it('begins with the first, and ends at the end', () => {
    expect(beside({ ids, at: -1 }, 1, ids)).toBe('a')
    expect(beside({ ids, at: 3 }, 1, ids)).toBeUndefined()
    expect(beside({ ids, at: 0 }, -1, ids)).toBeUndefined()
    expect(beside({ ids, at: 3 }, 1, ['d', 'a', 'b', 'c'])).toBeUndefined()
  })
  it('turns round where the last one went, and goes on into what was fetched since', () => {
    expect(beside({ ids, at: 3 }, 1, ['a', 'b', 'c'])).toBe('c')
    expect(beside({ ids, at: 3 }, 1, [...ids, 'e'])).toBe('e')
  })
  it('goes on from the last one to who came since, whether or not it is still there itself', () => {
    expect(beside({ ids, at: 3 }, 1, ['a', 'b', 'c', 'e'])).toBe('e')
    expect(beside({ ids, at: 3 }, 1, ['e'])).toBe('e')
    expect(beside({ ids, at: 3 }, 1, ['a', 'b', 'c', 'e', 'd'])).toBe('e')
    expect(beside({ ids, at: 0 }, -1, ['e', 'a', 'b', 'c', 'd'])).toBe('e')
    expect(beside({ ids, at: 0 }, -1, ['a', 'b', 'c', 'd', 'e'])).toBeUndefined()
  })
})

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

describe('rows drawn a few a frame', () => {
  const ROWS = 4
  const walk = (drawn: Range, wanted: Range, first: number): Range[] => {
    const found = [drawn]
    for (let now = drawn; now[0] !== wanted[0] || now[1] !== wanted[1]; found.push(now))
      now = towards(now, wanted, first, ROWS)
    return found
  }
  const fresh = (before: Range, now: Range) =>
    Array.from({ length: now[1] - now[0] }, (_, index) => now[0] + index).filter(
      (row) => row < before[0] || row >= before[1],
    ).length

  it.each<[string, Range, Range, number]>([
    ['from nothing', [0, 0], [0, 18], 0],
    ['a little down', [0, 18], [8, 30], 16],
    ['a little up', [20, 46], [4, 30], 12],
    ['far away', [0, 18], [5000, 5026], 5008],
    ['to a list that shrank', [20, 46], [10, 15], 18],
    ['to none', [0, 18], [0, 0], 0],
  ])('comes %s to all that is wanted, never many at once', (_, drawn, wanted, first) => {
    const steps = walk(drawn, wanted, first)
    expect(steps.length).toBeLessThan(10)
    steps.slice(1).forEach((now, index) => expect(fresh(steps[index]!, now)).toBeLessThanOrEqual(ROWS))
  })
  it('begins far away with what is in view', () => {
    expect(towards([0, 18], [5000, 5026], 5008, ROWS)).toEqual([5008, 5008 + ROWS])
  })
})

describe('places', () => {
  it('stay with who stays, and pass from who leaves to who comes', () => {
    const places = new Places<string>()
    const before = new Map(places.take(['a', 'b', 'c']).map(({ key, place }) => [key, place]))
    const after = new Map(places.take(['b', 'c', 'd']).map(({ key, place }) => [key, place]))
    expect([after.get('b'), after.get('c'), after.get('d')]).toEqual([
      before.get('b'),
      before.get('c'),
      before.get('a'),
    ])
  })
  it('are never shared, whoever came and went', () => {
    const places = new Places<string>()
    for (const keys of ['abc', 'c', 'cde', 'xyzabcde', '', 'ab']) {
      const taken = places.take([...keys])
      expect(taken.map(({ key }) => key).join('')).toBe(keys)
      expect(new Set(taken.map(({ place }) => place)).size).toBe(keys.length)
    }
  })
  it('are kept, out of sight, while more are to come', () => {
    const places = new Places<string>()
    const before = places.take([...'abcd']).map(({ place }) => place)
    const few = places.take(['x'], true)
    expect(few.map(({ key, away }) => [key, away])).toContainEqual(['x', false])
    expect(few.filter(({ away }) => away)).toHaveLength(3)
    expect(few.map(({ place }) => place).sort()).toEqual(before)
    const more = places.take([...'xay'], true)
    expect(more.map(({ place }) => place).sort()).toEqual(before)
    expect(more.filter(({ away }) => !away).map(({ key }) => key)).toEqual([...'xay'])
    expect(places.take([...'xay']).map(({ key, away }) => [key, away])).toEqual([...'xay'].map((key) => [key, false]))
  })
  it('never grow beyond what was drawn at most', () => {
    const places = new Places<number>()
    for (let from = 0; from < 400; from += 7) {
      const taken = places.take(
        Array.from({ length: 1 + (from % 26) }, (_, index) => from + index),
        from % 3 > 0,
      )
      expect(taken.length).toBeLessThanOrEqual(26)
      expect(new Set(taken.map(({ place }) => place)).size).toBe(taken.length)
    }
  })
})

describe('a thread of 5,000 messages', () => {
  it('walks up to the first and down to the last, and never draws more than its share', () => {
    let stretch = newest(5000)
    expect(stretch).toEqual({ from: 5000 - FIRST, to: 5000 })
    while (stretch.from > 0) {
      const next = further(stretch, 3)
      expect(next.from).toBeLessThan(stretch.from)
      expect(next.to - next.from).toBeLessThanOrEqual(MOST)
      stretch = next
    }
    while (stretch.to < 5000) {
      const next = nearer(stretch, 5000, 3)
      expect(next.to).toBeGreaterThan(stretch.to)
      expect(next.to - next.from).toBeLessThanOrEqual(MOST)
      stretch = next
    }
    expect(stretch.to).toBe(5000)
  })
  it('follows new messages only when the end is in view, a few at a time', () => {
    expect(grown({ from: 60, to: 100 }, 101, 0, true)).toEqual({ from: 60, to: 101 })
    expect(grown({ from: 60, to: 100 }, 101, 0, false)).toEqual({ from: 60, to: 100 })
    expect(grown({ from: 60, to: 100 }, 100 + AROUND, 0, true)).toEqual({ from: 60, to: 104 })
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
