import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { forInput, fromInput, moment, useZone, wall } from './zone.ts'

const browser = process.env.TZ
beforeEach(() => (process.env.TZ = 'America/New_York'))
afterEach(() => {
  process.env.TZ = browser
  useZone('')
})

const HOUR = 3_600_000
const utc = (text: string) => Date.parse(`${text}Z`)

// Helsinki is two hours ahead of UTC, three in summer; Kathmandu 5:45; clocks in Europe change at 01:00 UTC.
describe.each([
  ['Europe/Helsinki', '2026-07-01T12:00', '2026-07-01T15:00'],
  ['Europe/Helsinki', '2026-01-01T22:30', '2026-01-02T00:30'],
  ['Asia/Kathmandu', '2026-01-01T12:00', '2026-01-01T17:45'],
  ['', '2026-01-01T12:00', '2026-01-01T07:00'],
])('the clock in %s', (zone, at, shown) => {
  it('is read and meant', () => {
    useZone(zone)
    expect(wall(utc(at)).getTime()).toBe(utc(shown))
    expect(moment(utc(shown))).toBe(utc(at))
    expect(forInput(utc(at))).toBe(shown)
    expect(fromInput(shown)).toBe(utc(at))
  })
})

describe.each([['Europe/Helsinki'], ['']])('when clocks change in %s', (zone) => {
  const [gap, twice] = zone ? ['2026-03-29T03:30', '2026-10-25T03:30'] : ['2026-03-08T02:30', '2026-11-01T01:30']

  it('an hour that is left out is as much later', () => {
    useZone(zone)
    expect(wall(moment(utc(gap))).getTime()).toBe(utc(gap) + HOUR)
  })
  it('of an hour that comes twice the first is meant', () => {
    useZone(zone)
    const at = moment(utc(twice))
    expect(wall(at).getTime()).toBe(utc(twice))
    expect(wall(at + HOUR).getTime()).toBe(utc(twice))
  })
  it('nine is nine on both sides', () => {
    useZone(zone)
    for (const day of [gap, twice].map((one) => one.slice(0, 10)))
      for (const hour of ['00:00', '09:00', '23:59'])
        expect(forInput(moment(utc(`${day}T${hour}`)))).toBe(`${day}T${hour}`)
  })
})

it('what is no moment is none, in any zone', () => {
  for (const zone of ['', 'Europe/Helsinki']) {
    useZone(zone)
    expect(fromInput('')).toBeNaN()
  }
})

it('a zone that the browser does not know is the browser’s own', () => {
  useZone('Mars/Olympus')
  expect(forInput(utc('2026-01-01T12:00'))).toBe('2026-01-01T07:00')
})
