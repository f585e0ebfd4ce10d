import { describe, expect, it } from 'vitest'
import { conditions, cost, daysBetween, longest, readConditions, shown, value, type Row } from './pictures.ts'

const row = (found: Partial<Row>): Row => ({
  key: 'a',
  part: 0,
  whole: 0,
  part_before: 0,
  whole_before: 0,
  chance: null,
  sure: false,
  few: false,
  low: null,
  high: null,
  spread: null,
  spread_before: null,
  total: null,
  total_before: null,
  ...found,
})

describe('what a bar shows', () => {
  it('is how many, a share of a hundred, or hours', () => {
    expect(value('count', 'contacts', row({ whole: 7, whole_before: 3 }), true)).toBe(3)
    expect(value('share', 'promises', row({ part: 1, whole: 4 }))).toBe(25)
    expect(value('share', 'promises', row({}))).toBeNull()
    expect(value('spread', 'work', row({ total: 5_400_000 }))).toBe(1.5)
  })
  it('costs its working time, once somebody said what an hour costs', () => {
    const worked = row({ total: 5_400_000, total_before: 0 })
    expect(cost({ hour_cost: 4_000 }, worked)).toBe(6_000)
    expect(cost({ hour_cost: 4_000 }, worked, true)).toBe(0)
    expect(cost({ hour_cost: 4_000 }, row({}))).toBeNull()
    expect(cost({ hour_cost: null }, worked)).toBeNull()
  })
  it('is measured against the longest, shares against all', () => {
    expect(longest('count', 'contacts', [row({ whole: 7, whole_before: 30 })])).toBe(30)
    expect(longest('share', 'promises', [row({ part: 1, whole: 4 })])).toBe(100)
    expect(longest('count', 'contacts', [])).toBe(1)
  })
  it('is written with its unit', () => {
    const form = new Intl.NumberFormat('en', { maximumFractionDigits: 1 })
    expect([shown('count', 'contacts', 1234, form), shown('share', 'promises', 33.333, form)]).toEqual([
      '1,234',
      '33.3 %',
    ])
    expect([shown('spread', 'work', 1.5, form), shown('share', 'promises', null, form)]).toEqual(['1.5 h', '–'])
  })
})

describe('conditions', () => {
  it('come back as they were written', () => {
    const only = { channel: 'mail', tag: 'a:b & c' }
    const found = new URLSearchParams(conditions(only).slice(1)).getAll('only')
    expect(readConditions(found)).toEqual(only)
  })
  it('that are none are left out', () => expect(readConditions(['x', ':y', 'z:'])).toEqual({}))
})

it('days are the whole ones', () => {
  const at = (day: number, hour: number) => day * 86_400_000 + hour * 3_600_000
  expect(daysBetween(at(10, 9), at(13, 9), 0)).toEqual([11, 12])
  expect(daysBetween(at(10, 23), at(12, 23), 2 * 3_600_000)).toEqual([12])
  expect(daysBetween(at(10, 9), at(10, 10), 0)).toEqual([])
})
