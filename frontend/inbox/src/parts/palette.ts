// Which commands match what was typed: every word has to begin a word of the label, or all letters come in order.
interface Named {
  id: string
  label: string
  shortcut: string
}

function score(label: string, words: string): number {
  const text = label.toLocaleLowerCase()
  if (text.startsWith(words)) return 3
  const parts = text.split(/[\s\p{P}]+/u)
  if (words.split(/\s+/).every((word) => parts.some((part) => part.startsWith(word)))) return 2
  let at = 0
  for (const letter of words.replace(/\s/g, '')) {
    at = text.indexOf(letter, at) + 1
    if (!at) return 0
  }
  return 1
}

/** The best first, and among equals what was used last; without words all of them. `recent`: ids, the last one first. */
export function rank<T extends Named>(commands: readonly T[], typed: string, recent: readonly string[] = []): T[] {
  const words = typed.trim().toLocaleLowerCase()
  const used = (id: string) => recent.indexOf(id) + 1 || recent.length + 1
  return commands
    .map((command) => ({
      command,
      score: words ? score(command.label, words) + (command.shortcut === words ? 2 : 0) : 1,
    }))
    .filter((one) => one.score > 0)
    .sort((one, other) => other.score - one.score || used(one.command.id) - used(other.command.id))
    .map((one) => one.command)
}

const KEY = 'lyhord.recent'
const KEPT = 12

/** What was chosen here, the last one first. Ids alone: no names stay in the browser. */
export function recent(): string[] {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? '[]') as unknown
    return Array.isArray(kept) ? kept.filter((one) => typeof one === 'string') : []
  } catch {
    return []
  }
}

export function remember(id: string): void {
  try {
    localStorage.setItem(KEY, JSON.stringify([id, ...recent().filter((one) => one !== id)].slice(0, KEPT)))
  } catch {
    // a browser without storage forgets
  }
}
