// What service levels promise, in words.
import { region } from '../../../../shared/times.ts'
import type { Target } from '../../../../shared/types-work.ts'
import { t } from '../../../../shared/words.ts'
import type { FieldName } from '../../talk/conditions.ts'
import { inUnits } from '../../talk/conditions.ts'

/** The kinds of clock, in the order in which they are offered. */
export const CLOCKS = ['first_answer', 'next_answer', 'resolution'] as const
/** What may decide a level: what a ticket is and whose, never what happens to it by the hour. */
export const LEVEL_FIELDS: readonly FieldName[] = [
  'kind',
  'inbox',
  'team',
  'channel',
  'tag',
  'contact_tag',
  'organization',
  'language',
]

/** "First answer: 2 hours of opening hours", "Resolved: 2 days, day and night". */
export function promised(target: Target): string {
  const [amount, unit] = inUnits(target.minutes)
  const one = unit.slice(0, -1)
  const time = new Intl.NumberFormat(region(), { style: 'unit', unit: one, unitDisplay: 'long' }).format(amount)
  return `${t(`clock.${target.clock}`)}: ${time}${target.always ? `, ${t('level.all_hours')}` : ` ${t('level.open_hours')}`}`
}
