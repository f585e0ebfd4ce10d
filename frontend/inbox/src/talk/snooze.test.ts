import { expect, it } from 'vitest'
import { presets } from './snooze.ts'

const at = (day: number, hour: number) => new Date(2026, 10, day, hour, 20).getTime()

it('offers only times that are still to come, in order', () => {
  for (let day = 16; day < 23; day++)
    for (const hour of [0, 8, 15, 16, 23]) {
      const times = presets(at(day, hour)).map((preset) => preset.at)
      expect(times.every((time) => time > at(day, hour))).toBe(true)
    }
})

it('leaves out Monday on a Sunday, since that is tomorrow', () => {
  expect(presets(at(22, 10)).map((preset) => preset.id)).toEqual(['later', 'evening', 'tomorrow', 'week'])
  expect(presets(at(20, 17)).map((preset) => preset.id)).toEqual(['later', 'tomorrow', 'monday', 'week'])
})

it('says later today only where that is today', () => {
  expect(presets(at(17, 21)).map((preset) => preset.id)).toContain('later')
  expect(presets(at(17, 22)).map((preset) => preset.id)).not.toContain('later')
})
