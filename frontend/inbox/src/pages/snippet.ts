// The words around a hit, cut into what was looked for and what stands between.
export interface Part {
  text: string
  hit: boolean
}

export function snippetParts(snippet: string, marks: readonly (readonly [number, number])[]): Part[] {
  const parts: Part[] = []
  let done = 0
  for (const [start, end] of marks) {
    parts.push({ text: snippet.slice(done, start), hit: false }, { text: snippet.slice(start, end), hit: true })
    done = end
  }
  parts.push({ text: snippet.slice(done), hit: false })
  return parts.filter((part) => part.text)
}
