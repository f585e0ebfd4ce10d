// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest'
import { isTyping, keyLabels, KeyReader, nameOf } from './keys.ts'

const press = (key: string, more: object = {}) => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...more,
})

describe('KeyReader', () => {
  const reader = () => new KeyReader((key) => key === 'g')
  it('reads single keys at once', () => {
    expect(reader().read(press('e'), 0)).toEqual(['e'])
  })
  it('reads sequences, and forgets a first key that nothing followed', () => {
    const keys = reader()
    expect(keys.read(press('g'), 0)).toEqual([])
    expect(keys.read(press('i'), 500)).toEqual(['g i', 'i'])
    keys.read(press('g'), 1000)
    expect(keys.read(press('i'), 3000)).toEqual(['i'])
  })
  it('ignores modifiers by themselves', () => {
    expect(reader().read(press('Shift', { shiftKey: true }), 0)).toEqual([])
  })
})

it('names keys the same on every keyboard', () => {
  expect(nameOf(press('k', { metaKey: true }))).toBe('mod+k')
  expect(nameOf(press('Enter', { ctrlKey: true, shiftKey: true }))).toBe('mod+shift+enter')
  expect(nameOf(press('?', { shiftKey: true }))).toBe('?')
  expect(nameOf(press('å', { altKey: true }))).toBe('')
  expect(keyLabels('mod+k', true)).toEqual(['⌘', 'K'])
  expect(keyLabels('g i', false)).toEqual(['G', 'I'])
  expect(keyLabels('U', false)).toEqual(['Shift', 'U'])
})

it('knows when somebody is typing', () => {
  const field = document.createElement('textarea')
  const box = document.createElement('input')
  box.type = 'checkbox'
  expect([isTyping(field), isTyping(box), isTyping(document.body)]).toEqual([true, false, false])
})
