// What the keys of charts are called.
import { region, span } from '../../../../shared/times.ts'
import { has, t } from '../../../../shared/words.ts'
import { channelName } from '../../parts/channels.ts'
import { languageName } from '../../parts/languages.ts'
import { session } from '../../session.svelte.ts'
import { kindName } from '../../talk/ticket-kinds.ts'
import { NONE, type By, type Chart } from './pictures.ts'

/** Where one class of waiting ends and the next begins, in minutes. */
const WAITS = [5, 60, 240, 1440, 4320]

/** The name of a row; `names` are those that came with the answer. */
export function nameOf(by: By, key: string, names: Record<string, string> = {}): string {
  if (key === NONE) return t(has(`picture.none.${by}`) ? `picture.none.${by}` : 'picture.none.other')
  switch (by) {
    case 'reason':
      return names[key] || (has(`reason.${key}`) ? t(`reason.${key}`) : t('numbers.gone'))
    case 'channel':
      return channelName(key)
    case 'inbox':
      return session.inbox(key)?.name ?? t('numbers.gone')
    case 'team':
      return session.team(key)?.name ?? t('numbers.gone')
    case 'agent':
      return session.agent(key)?.name ?? t('numbers.gone')
    case 'language':
      return languageName(key)
    case 'kind':
      return kindName(key)
    case 'organization':
      return names[key] ?? t('numbers.gone')
    case 'mood':
      return t(`picture.mood.${key}`)
    case 'wait': {
      const end = WAITS[Number(key)]
      return end === undefined
        ? t('numbers.longer', { time: span(WAITS.at(-1)! * 60_000) })
        : t('numbers.up_to', { time: span(end * 60_000) })
    }
    case 'day':
      return new Intl.DateTimeFormat(region(), { day: 'numeric', month: 'short', timeZone: 'UTC' }).format(
        Number(key) * 86_400_000,
      )
    case 'hour':
      return `${weekday(Math.floor(Number(key) / 24))} ${hour(Number(key) % 24)}`
    default:
      return key
  }
}

/** "Mon"; 0 is Monday. */
export function weekday(day: number): string {
  return new Intl.DateTimeFormat(region(), { weekday: 'short', timeZone: 'UTC' }).format((4 + day) * 86_400_000)
}

export function hour(of: number): string {
  return `${String(of).padStart(2, '0')}–${String((of + 1) % 24).padStart(2, '0')}`
}

/** What is said above a chart; of the whole only where it isn't `known` from a chart before. */
export function sayings(chart: Chart, known = false): string[] {
  const form = new Intl.NumberFormat(region(), { maximumFractionDigits: 1 })
  const said = chart.sentences.filter((one) => !known || one.key || one.text === 'calm' || one.text === 'nothing')
  return said.map((one) => {
    const slots = {
      what: one.key ? nameOf(chart.by, one.key, chart.names) : t('picture.all'),
      percent: form.format(one.percent),
      now: form.format(one.now),
      before: form.format(one.before),
      days: chart.days,
    }
    return t(`picture.said.${one.text}`, slots)
  })
}
