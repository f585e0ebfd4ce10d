// Where somebody begins: each role has a screen made for its work.
import type { Me } from '../../shared/types-company.ts'
import type { Route } from './router.ts'

const OWN: Partial<Record<string, Route>> = {
  lead: { page: 'wallboard' },
  director: { page: 'numbers' },
}

/** An own role begins where its powers lead. */
export function homeOf({ agent, powers }: Me): Route {
  const own = OWN[agent.role]
  if (own) return own
  if (powers.includes('conversations.read')) return { page: 'inbox', list: 'mine', conversation: null, message: null }
  if (powers.includes('numbers.read')) return { page: 'numbers' }
  return powers.includes('wallboard.read') ? { page: 'wallboard' } : { page: 'settings', tab: 'profile' }
}
