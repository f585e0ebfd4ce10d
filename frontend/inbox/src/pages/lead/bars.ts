// The shapes of a bar plot: zero-based, a whole number of units high, with few lines behind.

/** The least of 1, 2, 5, 10, 20 … times a power of ten that is no lower than the highest value. */
export function ceiling(values: number[]): number {
  const highest = Math.max(1, ...values)
  const power = 10 ** Math.floor(Math.log10(highest))
  return [1, 2, 5, 10].map((step) => step * power).find((top) => top >= highest)!
}

/** "+18 %", "−5 %"; empty where there was nothing before. */
export function changed(now: number, before: number): string {
  if (!before) return ''
  const percent = Math.round(((now - before) / before) * 100)
  return `${percent > 0 ? '+' : percent < 0 ? '−' : '±'}${Math.abs(percent)} %`
}
