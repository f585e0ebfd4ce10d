// Which commands match what was typed: every word has to begin a word of the label, or all letters come in order.
interface Named {
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

export function rank<T extends Named>(commands: readonly T[], typed: string): T[] {
  const words = typed.trim().toLocaleLowerCase()
  if (!words) return [...commands]
  return commands
    .map((command) => ({ command, score: score(command.label, words) + (command.shortcut === words ? 2 : 0) }))
    .filter((one) => one.score > 0)
    .sort((one, other) => other.score - one.score)
    .map((one) => one.command)
}
