import { expect, test } from 'vitest'
import { unanswered } from './unanswered.ts'

const reply = (name: string, text: string) => ({
  id: name,
  name,
  shortcut: name.toLowerCase(),
  texts: [{ language: 'en', text }],
  attachments: [],
  buttons: [],
  team_id: null,
  agent_id: null,
  uses: 0,
  changed_at: 0,
})

test('a tag is answered where a canned reply speaks of it', () => {
  const uses = ['delivery-time', 'lamp', 'refund'].map((name) => ({ name, uses: 3 }))
  const replies = [reply('Delivery time', 'Three days.'), reply('Money', 'Your refund is on its way.')]
  expect(unanswered(uses, replies).map((one) => one.name)).toEqual(['lamp'])
})
