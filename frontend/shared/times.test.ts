import { afterEach, expect, it } from 'vitest'
import { dayHeading, dayName, whenTime } from './times.ts'
import { useLocale } from './words.ts'
import { useZone } from './zone.ts'

const DAY = 86_400_000
const NOW = Date.UTC(2026, 10, 27, 12)

afterEach(() => useZone(''))

it.each([
  ['en', 'today', 'Today', 'yesterday', 'tomorrow'],
  ['sv', 'i dag', 'I dag', 'i går', 'i morgon'],
  ['nb', 'i dag', 'I dag', 'i går', 'i morgen'],
  ['fi', 'tänään', 'Tänään', 'eilen', 'huomenna'],
  ['zh-CN', '今天', '今天', '昨天', '明天'],
] as const)(
  'a day in %s is small inside a sentence and large as a line begins',
  async (locale, today, begins, before, after) => {
    useZone('Europe/Stockholm')
    await useLocale(locale)
    expect([dayName(NOW, NOW), dayHeading(NOW, NOW), dayName(NOW - DAY, NOW)]).toEqual([today, begins, before])
    expect(whenTime(NOW + DAY, NOW)).toMatch(new RegExp(`^${after} `))
  },
)
