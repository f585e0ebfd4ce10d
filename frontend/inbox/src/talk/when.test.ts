import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Locale } from '../../../shared/words.ts'
import { useZone } from '../../../shared/zone.ts'
import { presets } from './snooze.ts'
import { readWhen } from './when.ts'

const zone = process.env.TZ
beforeEach(() => (process.env.TZ = 'Europe/Helsinki'))
afterEach(() => (process.env.TZ = zone))

/** Thursday 26 November 2026, 14:20. */
const now = () => new Date(2026, 10, 26, 14, 20).getTime()
const shown = (at: number | null) => {
  if (at === null) return null
  const date = new Date(at)
  const two = (n: number) => String(n).padStart(2, '0')
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}`
}

const TABLE: Record<Locale, Record<string, string>> = {
  en: {
    'next tuesday 3pm': '2026-12-01 15:00',
    'next friday': '2026-12-04 09:00',
    friday: '2026-11-27 09:00',
    thursday: '2026-12-03 09:00',
    'thursday 16:00': '2026-11-26 16:00',
    'tomorrow at 8': '2026-11-27 08:00',
    'the day after tomorrow at noon': '2026-11-28 12:00',
    'tomorrow afternoon': '2026-11-27 14:00',
    'tomorrow at 3 in the afternoon': '2026-11-27 15:00',
    tonight: '2026-11-26 18:00',
    'in 3 days': '2026-11-29 09:00',
    'in three days at 10:30': '2026-11-29 10:30',
    'in half an hour': '2026-11-26 14:50',
    'in 2 hours': '2026-11-26 16:20',
    '2h 15min': '2026-11-26 16:35',
    'in a week': '2026-12-03 09:00',
    'next week': '2026-11-30 09:00',
    'next month': '2026-12-01 09:00',
    '3pm': '2026-11-26 15:00',
    '9:30 am': '2026-11-27 09:30',
    '12am': '2026-11-27 00:00',
    '3 december': '2026-12-03 09:00',
    'dec 3rd 15:00': '2026-12-03 15:00',
    'march 1': '2027-03-01 09:00',
    '2027-02-03 11:15': '2027-02-03 11:15',
  },
  sv: {
    'på tisdag 15': '2026-12-01 15:00',
    'nästa fredag kl 9': '2026-12-04 09:00',
    'om tre dagar': '2026-11-29 09:00',
    'i morgon': '2026-11-27 09:00',
    'imorgon eftermiddag': '2026-11-27 14:00',
    'i kväll': '2026-11-26 18:00',
    'om en halv timme': '2026-11-26 14:50',
    'om 2 timmar': '2026-11-26 16:20',
    'nästa vecka': '2026-11-30 09:00',
    'tisdag nästa vecka kl 14': '2026-12-01 14:00',
    'om en vecka': '2026-12-03 09:00',
    'om en månad': '2026-12-26 09:00',
    'i övermorgon kl. 15.30': '2026-11-28 15:30',
    'den 3 december': '2026-12-03 09:00',
  },
  nb: {
    'på tirsdag 15': '2026-12-01 15:00',
    'neste fredag kl. 9': '2026-12-04 09:00',
    'om tre dager': '2026-11-29 09:00',
    'i morgen kl 10': '2026-11-27 10:00',
    'i overmorgen': '2026-11-28 09:00',
    'i kveld': '2026-11-26 18:00',
    'om en halv time': '2026-11-26 14:50',
    'om to uker': '2026-12-10 09:00',
    'neste uke': '2026-11-30 09:00',
    '3. desember kl 12': '2026-12-03 12:00',
    'i morgen ettermiddag': '2026-11-27 14:00',
  },
  fi: {
    'ensi maanantaina klo 9': '2026-11-30 09:00',
    'tiistaina klo 15': '2026-12-01 15:00',
    'kolmen päivän päästä': '2026-11-29 09:00',
    'kahden tunnin kuluttua': '2026-11-26 16:20',
    'puolen tunnin päästä': '2026-11-26 14:50',
    'viikon päästä': '2026-12-03 09:00',
    huomenna: '2026-11-27 09:00',
    'huomenna iltapäivällä': '2026-11-27 14:00',
    'ylihuomenna klo 8.15': '2026-11-28 08:15',
    illalla: '2026-11-26 18:00',
    'ensi viikolla': '2026-11-30 09:00',
    'ensi kuussa': '2026-12-01 09:00',
    '3.12.': '2026-12-03 09:00',
    '3. joulukuuta klo 12': '2026-12-03 12:00',
    'pe klo 10': '2026-11-27 10:00',
  },
  'zh-CN': {
    明天下午三点: '2026-11-27 15:00',
    后天: '2026-11-28 09:00',
    三天后: '2026-11-29 09:00',
    '3天后': '2026-11-29 09:00',
    下周二下午3点: '2026-12-01 15:00',
    周五上午十点半: '2026-11-27 10:30',
    半小时后: '2026-11-26 14:50',
    两个小时后: '2026-11-26 16:20',
    今晚八点: '2026-11-26 20:00',
    下周: '2026-11-30 09:00',
    '12月3日': '2026-12-03 09:00',
    一个月后: '2026-12-26 09:00',
    二十分钟后: '2026-11-26 14:40',
    明天晚上: '2026-11-27 18:00',
  },
}

describe.each(Object.keys(TABLE) as Locale[])('in %s', (language) => {
  it.each(Object.entries(TABLE[language]))('%s', (text, expected) => {
    expect(String(shown(readWhen(text, now(), language)))).toBe(expected)
  })
  it('says English too', () => {
    expect(shown(readWhen('tomorrow 10am', now(), language))).toBe('2026-11-27 10:00')
  })
})

it.each([
  '',
  'soon',
  'yesterday',
  'today at 9',
  '25:00',
  '31 june',
  '2020-01-01',
  'in 9 years',
  'tuesday banana',
  '3 4 5',
  'in 900 weeks',
])('understands nothing of “%s”', (text) => expect(readWhen(text, now(), 'en')).toBeNull())

describe('where clocks are put forward and back', () => {
  it('keeps the hour that people mean', () => {
    const evening = new Date(2027, 2, 27, 20).getTime()
    expect(shown(readWhen('tomorrow 9:00', evening, 'en'))).toBe('2027-03-28 09:00')
    expect(readWhen('tomorrow 9:00', evening, 'en')! - evening).toBe(12 * 3_600_000)
    const autumn = new Date(2026, 9, 24, 20).getTime()
    expect(readWhen('tomorrow 9:00', autumn, 'en')! - autumn).toBe(14 * 3_600_000)
  })
  it('lets hours be hours', () => {
    const before = new Date(2027, 2, 28, 2, 30).getTime()
    expect(readWhen('in 2 hours', before, 'en')! - before).toBe(2 * 3_600_000)
  })
  it('finds an hour that the clocks leave out behind the gap', () => {
    const evening = new Date(2027, 2, 27, 20).getTime()
    expect(shown(readWhen('tomorrow 3:30', evening, 'en'))).toBe('2027-03-28 04:30')
  })
})

it.each([
  'Europe/Helsinki',
  'America/New_York',
  'Asia/Kolkata',
  'Asia/Shanghai',
  'Pacific/Auckland',
  'America/St_Johns',
])('means the reader’s own clock in %s, on every day of two years', (name) => {
  process.env.TZ = name
  for (let day = 0; day < 730; day++) {
    const at = new Date(2026, 0, 1 + day, 11, 5).getTime()
    const tuesday = new Date(readWhen('next tuesday 3pm', at, 'en')!)
    expect([tuesday.getDay(), tuesday.getHours(), tuesday.getMinutes()]).toEqual([2, 15, 0])
    const days = (tuesday.getTime() - at) / 86_400_000
    expect(days).toBeGreaterThan(1)
    expect(days).toBeLessThan(14.3)
    const three = new Date(readWhen('in 3 days', at, 'en')!)
    expect(three.getDate()).toBe(new Date(2026, 0, 4 + day).getDate())
    for (const preset of presets(at)) expect(preset.at).toBeGreaterThan(at)
  }
})

describe('in a zone that isn’t the browser’s', () => {
  afterEach(() => useZone(''))

  it('words and presets are meant in the agent’s', () => {
    useZone('America/New_York')
    // 14:20 in Helsinki is 07:20 in New York.
    expect(shown(readWhen('today at 9', now(), 'en'))).toBe('2026-11-26 16:00')
    expect(shown(readWhen('tomorrow 9:00', now(), 'en'))).toBe('2026-11-27 16:00')
    expect(shown(readWhen('in 2 hours', now(), 'en'))).toBe('2026-11-26 16:20')
    expect(presets(now()).map((one) => shown(one.at))).toEqual([
      '2026-11-26 16:30',
      '2026-11-27 01:00',
      '2026-11-27 16:00',
      '2026-11-30 16:00',
      '2026-12-03 16:00',
    ])
  })

  it('nine tomorrow is nine where the clocks change tonight', () => {
    useZone('America/New_York')
    const before = Date.UTC(2026, 9, 31, 16)
    expect(new Date(readWhen('tomorrow 9:00', before, 'en')!).toISOString()).toBe('2026-11-01T14:00:00.000Z')
  })
})

describe('in a zone that isn’t the browser’s', () => {
  afterEach(() => useZone(''))

  it('words and presets are meant in the agent’s', () => {
    useZone('America/New_York')
    // 14:20 in Helsinki is 07:20 in New York.
    expect(shown(readWhen('today at 9', now(), 'en'))).toBe('2026-11-26 16:00')
    expect(shown(readWhen('tomorrow 9:00', now(), 'en'))).toBe('2026-11-27 16:00')
    expect(shown(readWhen('in 2 hours', now(), 'en'))).toBe('2026-11-26 16:20')
    expect(presets(now()).map((one) => shown(one.at))).toEqual([
      '2026-11-26 16:30',
      '2026-11-27 01:00',
      '2026-11-27 16:00',
      '2026-11-30 16:00',
      '2026-12-03 16:00',
    ])
  })

  it('nine tomorrow is nine where the clocks change tonight', () => {
    useZone('America/New_York')
    const before = Date.UTC(2026, 9, 31, 16)
    expect(new Date(readWhen('tomorrow 9:00', before, 'en')!).toISOString()).toBe('2026-11-01T14:00:00.000Z')
  })
})
