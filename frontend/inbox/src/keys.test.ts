// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest'
import { Ahead, isTyping, keyLabels, KeyReader, nameOf } from './keys.ts'

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

describe('what is typed ahead', () => {
  it('is kept for the field that was called for, and given once', () => {
    const ahead = new Ahead()
    expect(ahead.keeps(press('e'), 0)).toBe(false)
    ahead.begin(0)
    expect([...'Pia'].map((key) => ahead.keeps(press(key), 10))).toEqual([true, true, true])
    expect([ahead.take(), ahead.take()]).toEqual(['Pia', ''])
    expect(ahead.keeps(press('e'), 20)).toBe(false)
  })
  it('is a shortcut again where the field never comes, or nobody wants it any more', () => {
    const ahead = new Ahead()
    ahead.begin(0)
    expect(ahead.keeps(press('e'), 60_000)).toBe(false)
    ahead.begin(0)
    expect([ahead.keeps(press('k', { ctrlKey: true }), 1), ahead.keeps(press('Escape'), 2)]).toEqual([false, false])
    expect(ahead.keeps(press('e'), 3)).toBe(false)
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
