// Who can be written a coaching note.
import type { Agent } from '../../../shared/types-company.ts'
import { session } from '../session.svelte.ts'

/** Everybody who works here but oneself; nobody for who doesn't coach. */
export function colleagues(): Agent[] {
  if (!session.may('agents.coach')) return []
  return session.colleagues.filter((one) => one.id !== session.me?.agent.id)
}
