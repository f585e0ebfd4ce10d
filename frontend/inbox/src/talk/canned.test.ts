import { expect, test } from 'vitest'
import type { CannedReply } from '../../../shared/types-company.ts'
import { findCanned } from './canned.svelte.ts'

function reply(name: string, shortcut: string, text: string): CannedReply {
  const texts = [{ language: 'en', text }]
  return {
    id: name,
    name,
    shortcut,
    texts,
    attachments: [],
    buttons: [],
    team_id: null,
    agent_id: null,
    uses: 0,
    changed_at: 0,
  }
}
const list = [
  reply('Opening hours', 'hours', 'We are open from nine'),
  reply('Return policy', 'ret', 'Thirty days, in the box'),
  reply('Thanks', '', 'Open questions? Write again'),
]
const found = (words: string) => findCanned(list, words).map((one) => one.name)

test('a shortcut, the words of a name, some of its letters, or what it says', () => {
  expect(found('ret')).toEqual(['Return policy'])
  expect(found('pol')[0]).toBe('Return policy')
  expect(found('oph')).toEqual(['Opening hours'])
  expect(found('open')).toEqual(['Opening hours', 'Thanks'])
  expect(found('')).toHaveLength(3)
  expect(found('zzz')).toEqual([])
})
