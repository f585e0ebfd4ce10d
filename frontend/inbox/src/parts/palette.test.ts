import { expect, it } from 'vitest'
import { rank } from './palette.ts'

const commands = ['Resolve', 'Reply', 'Go to settings', 'Snooze'].map((label) => ({
  label,
  shortcut: label === 'Resolve' ? 'e' : '',
}))
const found = (typed: string) => rank(commands, typed).map((command) => command.label)

it('shows everything before something is typed', () => expect(found('')).toHaveLength(4))
it('finds beginnings first, then words, then letters in order', () => {
  expect(found('re')).toEqual(['Resolve', 'Reply'])
  expect(found('set')).toEqual(['Go to settings'])
  expect(found('szo')).toEqual([])
  expect(found('snz')).toEqual(['Snooze'])
})
it('knows commands by their key', () => expect(found('e')[0]).toBe('Resolve'))
