// A snippet marks what was found with <mark> or with the control characters 2 and 3; everything else is text.
export interface Part {
  text: string
  hit: boolean
}

export function snippetParts(snippet: string): Part[] {
  const parts: Part[] = []
  let hit = false
  for (const piece of snippet.split(/(<\/?mark>|[\u0002\u0003])/)) {
    if (piece === '<mark>' || piece === '\u0002') hit = true
    else if (piece === '</mark>' || piece === '\u0003') hit = false
    else if (piece) parts.push({ text: piece, hit })
  }
  return parts
}
