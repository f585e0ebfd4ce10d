// What stands before the caret and asks for a suggestion: `:smi`, `/thanks` or, in notes, `@an`.
export interface Asked {
  kind: 'emoji' | 'person' | 'canned' | 'shortcode'
  words: string
  /** Where the sign stands. */
  from: number
}

export function askedAt(text: string, caret: number, isNote: boolean): Asked | null {
  const before = text.slice(0, caret)
  const emoji = /(?:^|[\s(]):([a-z_]{2,})$/.exec(before)
  if (emoji) return { kind: 'emoji', words: emoji[1]!, from: caret - emoji[1]!.length - 1 }
  // Behind a word or a number a stroke means "and" or "per"; in scripts without spaces it may stand anywhere.
  const canned = /(?<![\p{Script=Latin}\p{N}/:.])\/((?:[\p{L}\p{N}_-]+ ?){0,4})$/u.exec(before)
  if (canned) return { kind: 'canned', words: canned[1]!, from: caret - canned[1]!.length - 1 }
  if (!isNote) return null
  const person = /(?:^|[\s(])@([\p{L}\p{N}.-]{0,30})$/u.exec(before)
  return person ? { kind: 'person', words: person[1]!, from: caret - person[1]!.length - 1 } : null
}

/** Whether the caret stands behind `:tada:`. */
export const endsShortcode = (text: string, caret: number): boolean =>
  /(?:^|[\s(]):[a-z_]{2,}:$/.test(text.slice(Math.max(0, caret - 40), caret))

/** Whether what is written on stands right behind the answer; else there is a space between. */
export const goesOn = (asked: Asked): boolean => asked.kind === 'canned' || asked.kind === 'shortcode'

/** The text with what was asked replaced, and where the caret goes. */
export function answered(text: string, caret: number, asked: Asked, answer: string): { text: string; caret: number } {
  const start = text.slice(0, asked.from) + answer + (goesOn(asked) ? '' : ' ')
  if (goesOn(asked)) return { text: start + text.slice(caret), caret: start.length }
  return { text: start + text.slice(caret).replace(/^ /, ''), caret: start.length }
}

/** `a@b.se, Åsa <asa@b.se>; c@d.fi` as addresses; null when one of them is none. */
export function readAddresses(line: string): { scheme: 'email'; value: string; name: string }[] | null {
  const found = []
  for (const part of line.split(/[,;\n]/)) {
    const text = part.trim()
    if (!text) continue
    const match = /^(?:"?([^"<]*?)"?\s*<([^<>\s]+@[^<>\s]+)>|([^\s<>]+@[^\s<>]+))$/.exec(text)
    const value = match?.[2] ?? match?.[3]
    if (!value) return null
    found.push({ scheme: 'email' as const, value, name: match?.[1]?.trim() ?? '' })
  }
  return found
}
