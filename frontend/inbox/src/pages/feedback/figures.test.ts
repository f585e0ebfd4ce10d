import { describe, expect, it } from 'vitest'
import type { Spread } from '../../../../shared/types-surveys.ts'
import { scoresOf, sharesOf } from './figures.ts'

const spread = (counts: number[]): Spread => ({
  counts,
  n: counts.reduce((sum, one) => sum + one, 0),
  asked: 100,
  figure: null,
  low: null,
  high: null,
  small: true,
})

describe('ratings', () => {
  it('are bad up to two of five and good from four on', () => {
    expect(sharesOf('csat', spread([1, 1, 1, 1, 1]))).toEqual([40, 20, 40])
  })
  it('are bad up to six of ten and good from nine on', () => {
    expect(sharesOf('nps', spread([1, 0, 0, 0, 0, 0, 1, 1, 1, 2, 4]))).toEqual([20, 20, 60])
  })
  it('have no shares where nobody rated', () => {
    expect(sharesOf('effort', spread([0, 0, 0, 0, 0]))).toBeNull()
  })
  it('have their scores', () => {
    expect(scoresOf('csat')).toEqual(['1', '2', '3', '4', '5'])
    expect(scoresOf('nps')).toHaveLength(11)
  })
})
