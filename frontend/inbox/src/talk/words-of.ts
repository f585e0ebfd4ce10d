// Plain text with its links found. Nothing from outside ever becomes markup.
export type Piece = { text: string; href?: string }

const LINK = /\b(?:https?:\/\/|www\.)[^\s<>"'`]+|\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+/gi

/** Pieces of text in order; those with `href` are links to http, https or mail addresses only. */
export function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = []
  let at = 0
  for (const found of text.matchAll(LINK)) {
    const word = trimEnd(found[0])
    if (found.index > at) pieces.push({ text: text.slice(at, found.index) })
    const isMail = !/^(https?:|www\.)/i.test(word)
    pieces.push({ text: word, href: isMail ? `mailto:${word}` : /^www/i.test(word) ? `https://${word}` : word })
    at = found.index + word.length
  }
  if (at < text.length || !pieces.length) pieces.push({ text: text.slice(at) })
  return pieces
}

/** What ends a sentence doesn't belong to the address; a closing bracket does when it was opened inside. */
function trimEnd(word: string): string {
  let end = word.replace(/[.,;:!?。，；：！？]+$/u, '')
  while (/[)\]}]$/.test(end) && !/[([{]/.test(end)) end = end.slice(0, -1).replace(/[.,;:!?]+$/, '')
  return end
}
