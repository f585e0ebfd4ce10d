// How schedules are told in words.
import { region } from '../../../../shared/times.ts'
import type { Opening } from '../../../../shared/types-company.ts'
import type { PublicHoliday } from '../../../../shared/types-work.ts'
import { t } from '../../../../shared/words.ts'

/** "38 hours a week"; without hours it is always open. */
export function weekly(hours: Opening[]): string {
  if (!hours.length) return t('hours.always')
  const minutes = hours.reduce((sum, one) => sum + one.closes - one.opens, 0)
  const told = new Intl.NumberFormat(region(), {
    style: 'unit',
    unit: 'hour',
    unitDisplay: 'long',
    maximumFractionDigits: 1,
  })
  return t('schedule.a_week', { hours: told.format(minutes / 60) })
}

/** What a country is called here; its code where nobody knows. */
export function countryName(code: string): string {
  try {
    return new Intl.DisplayNames(region(), { type: 'region' }).of(code) ?? code
  } catch {
    return code
  }
}

/** The next public holidays of some countries, at most three, with what they are called there; "" while none are known. */
export function nextHolidays(known: PublicHoliday[], countries: string[], today: string): string {
  const date = new Intl.DateTimeFormat(region(), { day: 'numeric', month: 'long', timeZone: 'UTC' })
  return known
    .filter((one) => countries.includes(one.country) && one.day >= today)
    .slice(0, 3)
    .map((one) => `${date.format(new Date(one.day))} (${one.name})`)
    .join(', ')
}
