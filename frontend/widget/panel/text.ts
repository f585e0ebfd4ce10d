// Plain words cut into pieces, so that addresses become links without any HTML being made.

export interface Piece {
  text: string
  href?: string
}

const address = /https?:\/\/[^\s<>"'`]+[^\s<>"'`.,;:!?)\]}]/g

export function pieces(text: string): Piece[] {
  const found: Piece[] = []
  let end = 0
  for (const match of text.matchAll(address)) {
    if (match.index > end) found.push({ text: text.slice(end, match.index) })
    found.push({ text: match[0], href: match[0] })
    end = match.index + match[0].length
  }
  if (end < text.length) found.push({ text: text.slice(end) })
  return found
}

export function size(bytes: number, locale: string): string {
  const [unit, share] = bytes < 1e6 ? (['kilobyte', 1e3] as const) : (['megabyte', 1e6] as const)
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit,
    maximumFractionDigits: unit === 'megabyte' ? 1 : 0,
  }).format(Math.max(bytes / share, unit === 'kilobyte' ? 1 : 0))
}
