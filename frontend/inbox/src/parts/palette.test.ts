import { expect, it, vi } from 'vitest'
import { rank, recent, remember } from './palette.ts'

const commands = ['Resolve', 'Reply', 'Go to settings', 'Snooze'].map((label) => ({
  id: label,
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
it('puts what was used last first, among equals', () => {
  const ids = (typed: string) => rank(commands, typed, ['Snooze', 'Reply']).map((command) => command.id)
  expect(ids('')).toEqual(['Snooze', 'Reply', 'Resolve', 'Go to settings'])
  expect(ids('re')).toEqual(['Reply', 'Resolve'])
})
it('remembers what was chosen, the last one first and once', () => {
  const kept = new Map<string, string>()
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
  })
  for (const id of ['a', 'b', 'a']) remember(id)
  expect(recent()).toEqual(['a', 'b'])
})
it('knows commands by their key', () => expect(found('e')[0]).toBe('Resolve'))
