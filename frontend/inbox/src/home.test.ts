import { expect, test } from 'vitest'
import { homeOf } from './home.ts'
import { me as sampleMe } from './samples.ts'

const ALL = [
  'conversations.read',
  'wallboard.read',
  'numbers.read',
  'workspace.manage',
  'replies.manage',
  'tickets.work',
]

test.each([
  ['agent', ['conversations.read'], '', 'inbox'],
  ['lead', ['conversations.read', 'wallboard.read', 'numbers.read'], '', 'wallboard'],
  ['director', ['conversations.read', 'wallboard.read', 'numbers.read'], '', 'numbers'],
  ['administrator', ALL, '', 'administration'],
  ['analyst', ['conversations.read', 'numbers.read'], '', 'numbers'],
  ['editor', ['conversations.read', 'replies.manage', 'numbers.read'], '', 'replies'],
  ['moderator', ['conversations.read', 'tickets.work'], '', 'moderation'],
  ['own', ['numbers.read'], '', 'numbers'],
  ['own', ['wallboard.read'], '', 'wallboard'],
  ['own', ['audit.read'], '', 'settings'],
  ['administrator', ALL, 'queue', 'inbox'],
  ['agent', ['conversations.read'], 'numbers', 'inbox'],
])('%s with %j who chose "%s" begins at %s', (role, powers, home, where) => {
  const me = sampleMe()
  const route = homeOf({ ...me, powers, home, agent: { ...me.agent, role } })
  expect(route.page === 'home' ? route.desk : route.page).toBe(where)
})
