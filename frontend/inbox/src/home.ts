// Where somebody begins: each role has a screen made for its work, and a person may choose another one.
import type { Me } from '../../shared/types-company.ts'
import type { Route } from './router.ts'

interface Home {
  route: Route
  power: string
}
export const HOMES: Record<string, Home> = {
  queue: { route: { page: 'inbox', list: 'mine', conversation: null, message: null }, power: 'conversations.read' },
  wallboard: { route: { page: 'wallboard' }, power: 'wallboard.read' },
  numbers: { route: { page: 'numbers' }, power: 'numbers.read' },
  administration: { route: { page: 'home', desk: 'administration' }, power: 'workspace.manage' },
  replies: { route: { page: 'home', desk: 'replies' }, power: 'replies.manage' },
  moderation: { route: { page: 'home', desk: 'moderation' }, power: 'tickets.work' },
}
const OF_ROLE: Partial<Record<string, string>> = {
  lead: 'wallboard',
  director: 'numbers',
  analyst: 'numbers',
  editor: 'replies',
  moderator: 'moderation',
  administrator: 'administration',
}

/** What they chose, else what their role is for, else where their powers lead. */
export function homeOf({ agent, powers, home }: Me): Route {
  const wanted = [home, OF_ROLE[agent.role], 'queue', 'numbers', 'wallboard']
  const found = wanted.map((name) => HOMES[name ?? '']).find((one) => one && powers.includes(one.power))
  return found?.route ?? { page: 'settings', tab: 'profile' }
}
