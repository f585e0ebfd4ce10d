// Public or private: which way an answer goes where customers speak in both.
import type { ConversationView, Id, Message, Place } from '../../../shared/types.ts'

export interface Way {
  public: boolean
  /** The message that it answers, where that is a public one. */
  answers: Id | null
  /** Where everybody reads it. */
  place: Place | null
}
interface Wanted {
  answers: Id | null
  public: boolean | null
}

/** The way of an answer through an inbox; null where nothing public was said there. `known`: the last message that its writer knows of. */
export function wayOf(
  view: Pick<ConversationView, 'abilities'>,
  messages: readonly Message[],
  known: Id,
  inboxId: Id | undefined,
  wanted: Wanted,
): Way | null {
  if (!view.abilities.find((one) => one.inbox_id === inboxId)?.public) return null
  const there = messages.filter((one) => one.inbox_id === inboxId && one.direction !== 'note' && !one.removed_at)
  const heard = there.filter((one) => one.direction === 'in' && one.id <= known)
  const last = heard.findLast((one) => one.place)
  const answered = there.find((one) => one.id === wanted.answers) ?? heard.at(-1)
  if (!last && !answered?.place) return null
  const goesPublic = wanted.public ?? !!answered?.place
  const under = answered?.place ? answered : goesPublic ? last : undefined
  return { public: goesPublic, answers: under?.id ?? null, place: (goesPublic && under?.place) || null }
}

export function sameWay(one: Way | null, other: Way | null): boolean {
  return one?.public === other?.public && one?.answers === other?.answers && one?.place?.id === other?.place?.id
}
