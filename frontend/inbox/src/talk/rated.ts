// Ratings as the timeline shows them: a quiet line each. Fetched only where a ticket has one.
import { call } from '../../../shared/api.ts'
import type { RatingRow } from '../../../shared/types-surveys.ts'
import type { GroupChange, Id } from '../../../shared/types.ts'
import { said } from '../pages/feedback/figures.ts'

/** When a message was said: its id carries it. */
const timeOf = (id: Id) => parseInt(id.slice(0, 8) + id.slice(9, 13), 16)

/** What happened in a conversation beside its words, as `GroupChange`s; `name` is what is said. */
export async function ratingsIn(conversation: Id): Promise<GroupChange[]> {
  const rows = await call<RatingRow[]>('GET', `/conversations/${conversation}/ratings`)
  return rows
    .filter(({ rating }) => rating.score !== null)
    .map(({ rating }) => ({
      id: rating.id,
      at: rating.answer_id ? timeOf(rating.answer_id) + 1 : rating.answered_at!,
      change: 'rated' as const,
      scheme: null,
      value: null,
      name: rating.words ? `${said(rating)}: ${rating.words}` : said(rating),
    }))
}
