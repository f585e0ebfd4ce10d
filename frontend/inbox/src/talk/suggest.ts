// What stands before the caret and asks for a suggestion: `:smi` or, in notes, `@an`.
export interface Asked {
  kind: 'emoji' | 'person'
  words: string
  /** Where the sign stands. */
  from: number
}

export function askedAt(text: string, caret: number, isNote: boolean): Asked | null {
  const before = text.slice(0, caret)
  const emoji = /(?:^|[\s(]):([a-z_]{2,})$/.exec(before)
  if (emoji) return { kind: 'emoji', words: emoji[1]!, from: caret - emoji[1]!.length - 1 }
  if (!isNote) return null
  const person = /(?:^|[\s(])@([\p{L}\p{N}.-]{0,30})$/u.exec(before)
  return person ? { kind: 'person', words: person[1]!, from: caret - person[1]!.length - 1 } : null
}

/** The text with what was asked replaced, and where the caret goes. */
export function answered(text: string, caret: number, asked: Asked, answer: string): { text: string; caret: number } {
  const start = text.slice(0, asked.from) + answer + ' '
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
