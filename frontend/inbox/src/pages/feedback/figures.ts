// How ratings are said: the figure with how sure it is, and how many stand behind it.
import { region } from '../../../../shared/times.ts'
import type { Rating, Spread, SurveyKind } from '../../../../shared/types-surveys.ts'
import { t } from '../../../../shared/words.ts'

const whole = (value: number) =>
  new Intl.NumberFormat(region(), { maximumFractionDigits: 0, signDisplay: 'negative' }).format(Math.round(value))

/** "82 %" of satisfied customers, "+31" points; a dash where nobody rated. */
export function figureOf(kind: SurveyKind, spread: Spread): string {
  if (spread.figure === null) return '–'
  if (kind !== 'nps') return t('feedback.percent', { n: whole(spread.figure) })
  return spread.figure > 0 ? `+${whole(spread.figure)}` : whole(spread.figure)
}

/** "74 to 88": between what the figure may well lie; nothing where nobody rated. */
export function rangeOf(spread: Spread): string {
  if (spread.low === null || spread.high === null) return ''
  return t('feedback.range', { low: whole(spread.low), high: whole(spread.high) })
}

export const LEAST: Record<SurveyKind, number> = { csat: 1, nps: 0, effort: 1 }
export const MOST: Record<SurveyKind, number> = { csat: 5, nps: 10, effort: 5 }

/** What each place of `Spread.counts` is called. */
export function scoresOf(kind: SurveyKind): string[] {
  return Array.from({ length: MOST[kind] - LEAST[kind] + 1 }, (_, at) => String(at + LEAST[kind]))
}

/** Shares of bad, middling and good ratings, in per cent of all; nothing where nobody rated. */
export function sharesOf(kind: SurveyKind, { counts, n }: Spread): [number, number, number] | null {
  if (!n) return null
  const [good, bad] = kind === 'nps' ? [9, 6] : [4, 2]
  const sum = (wanted: (score: number) => boolean) =>
    counts.reduce((all, count, at) => all + (wanted(at + LEAST[kind]) ? count : 0), 0)
  const [low, high] = [sum((score) => score <= bad), sum((score) => score >= good)]
  return [(100 * low) / n, (100 * (n - low - high)) / n, (100 * high) / n]
}

/** "4 of 5 · Satisfaction with the answer". */
export function said({ score, kind, about }: Pick<Rating, 'score' | 'kind' | 'about'>): string {
  const what = t(`feedback.kind_${kind}_${about}`)
  return score === null ? what : `${t('feedback.score', { score, most: MOST[kind] })} · ${what}`
}
