// Sums as the agent's language writes them.
import { locale } from '../../../shared/words.ts'

/** Millionths of a currency, with as many places as a small sum needs to be told from nothing. */
export function money({ micros, currency }: { micros: number; currency: string }): string {
  const sum = micros / 1_000_000
  const form = new Intl.NumberFormat(locale(), { style: 'currency', currency })
  const places = form.resolvedOptions().maximumFractionDigits ?? 2
  const needed = Number.isInteger(Number((sum * 10 ** places).toFixed(6))) ? places : places + 2
  return new Intl.NumberFormat(locale(), { style: 'currency', currency, maximumFractionDigits: needed }).format(sum)
}

/** Digits behind the point of a currency. */
export function placesOf(currency: string): number {
  const form = new Intl.NumberFormat('en', { style: 'currency', currency })
  return form.resolvedOptions().maximumFractionDigits ?? 2
}

/** A sum in minor units, as cents. */
export function sumOf(units: number, currency: string): string {
  return money({ micros: Math.round((units / 10 ** placesOf(currency)) * 1_000_000), currency })
}
