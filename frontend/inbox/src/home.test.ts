import { expect, test } from 'vitest'
import { homeOf } from './home.ts'
import { me as sampleMe } from './samples.ts'

test.each([
  ['agent', ['conversations.read'], 'inbox'],
  ['lead', ['conversations.read', 'wallboard.read', 'numbers.read'], 'wallboard'],
  ['director', ['conversations.read', 'wallboard.read', 'numbers.read'], 'numbers'],
  ['own', ['numbers.read'], 'numbers'],
  ['own', ['wallboard.read'], 'wallboard'],
  ['own', ['audit.read'], 'settings'],
])('%s with %j begins at %s', (role, powers, page) => {
  const me = sampleMe()
  expect(homeOf({ ...me, powers, agent: { ...me.agent, role } }).page).toBe(page)
})
