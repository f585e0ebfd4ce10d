// What was found in a text, for people to see.
import type { Named } from '../../../../shared/types-work.ts'

/** The text in pieces: what names something, and what stands between. Places are those of characters as Python counts them. */
export function partsOf(text: string, named: readonly Named[]): { text: string; named: boolean }[] {
  const signs = [...text]
  const parts: { text: string; named: boolean }[] = []
  let done = 0
  for (const one of named) {
    parts.push({ text: signs.slice(done, one.start).join(''), named: false })
    parts.push({ text: signs.slice(one.start, one.end).join(''), named: true })
    done = one.end
  }
  parts.push({ text: signs.slice(done).join(''), named: false })
  return parts.filter((one) => one.text)
}
