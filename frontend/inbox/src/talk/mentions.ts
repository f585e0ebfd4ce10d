// Who is named by an @ in a note: colleagues and teams, found by their names.
import type { Id } from '../../../shared/types.ts'

interface Named {
  id: Id
  name: string
}

/** Longest names first, so that "@Support Nordic" isn't "@Support"; letters that go on make another word of it. */
function pattern(names: readonly string[]): RegExp | null {
  const sorted = names.filter(Boolean).sort((one, other) => other.length - one.length)
  const either = sorted.map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|')
  return either ? new RegExp(`(@(?:${either}))(?![\\p{Script=Latin}\\p{N}])`, 'u') : null
}

/** Those of `people` whose names stand in the text. */
export function mentionsIn(text: string, people: readonly Named[]): Id[] {
  const found = new Set(piecesAround(text, people).flatMap((piece) => (piece.named ? [piece.text] : [])))
  return people.filter((one) => found.has(`@${one.name}`)).map((one) => one.id)
}

/** The text in pieces, in order; those that name somebody are marked. */
export function piecesAround(text: string, people: readonly Named[]): { text: string; named: boolean }[] {
  const found = pattern(people.map((one) => one.name))
  return (found ? text.split(found) : [text]).map((piece, index) => ({ text: piece, named: index % 2 === 1 }))
}
