import { describe, expect, it } from 'vitest'
import { EMOJI, findEmoji, shortcodeAt } from './emoji.ts'
import { answered, askedAt, endsShortcode, readAddresses } from './suggest.ts'

describe('askedAt', () => {
  it('asks for emoji after a colon and two letters, not in times or addresses', () => {
    expect(askedAt('Hi :sm', 6, false)).toEqual({ kind: 'emoji', words: 'sm', from: 3 })
    for (const text of ['at 12:30', 'https://ab', ':s', 'a:smile']) expect(askedAt(text, text.length, false)).toBeNull()
  })
  it('asks for people in notes only', () => {
    expect(askedAt('@Ån', 3, true)).toEqual({ kind: 'person', words: 'Ån', from: 0 })
    expect(askedAt('@An', 3, false)).toBeNull()
    expect(askedAt('me@an', 5, true)).toBeNull()
  })
  it('asks for canned replies after a stroke, wherever it means none of "per", "or" and an address', () => {
    expect(askedAt('/', 1, false)).toEqual({ kind: 'canned', words: '', from: 0 })
    expect(askedAt('Hi.\n/ret', 8, false)).toEqual({ kind: 'canned', words: 'ret', from: 4 })
    expect(askedAt('Hi /return pol there', 14, true)).toEqual({ kind: 'canned', words: 'return pol', from: 3 })
    expect(askedAt('您好/退货', 5, false)).toEqual({ kind: 'canned', words: '退货', from: 2 })
    for (const text of ['and/or', '5/6', 'https://shop', 'https:/', '5 / 6', '/a b c d e'])
      expect(askedAt(text, text.length, false)).toBeNull()
    const asked = askedAt('Hi /ret there', 7, false)!
    expect(answered('Hi /ret there', 7, asked, 'Thirty days')).toEqual({ text: 'Hi Thirty days there', caret: 14 })
  })
  it('puts the answer in place', () => {
    const asked = askedAt('Hi :sm there', 6, false)!
    expect(answered('Hi :sm there', 6, asked, '😄')).toEqual({ text: 'Hi 😄 there', caret: 6 })
  })
})

it('reads addresses as people write them', () => {
  expect(readAddresses('a@b.se, Åsa Öst <asa@b.se>; ')).toEqual([
    { scheme: 'email', value: 'a@b.se', name: '' },
    { scheme: 'email', value: 'asa@b.se', name: 'Åsa Öst' },
  ])
  expect(readAddresses('not an address')).toBeNull()
  expect(readAddresses('')).toEqual([])
})

it('has each emoji once, under a name that can be typed', () => {
  expect(new Set(EMOJI.map((one) => one.name)).size).toBe(EMOJI.length)
  expect(EMOJI.every((one) => /^[a-z_]+$/.test(one.name) && one.sign)).toBe(true)
  expect(findEmoji('thumbs')[0]!.sign).toBe('👍')
})

it('a short name that is written out becomes its sign, where it is one', () => {
  const write = (text: string, caret = text.length) => {
    const found = endsShortcode(text, caret) ? shortcodeAt(text, caret) : null
    return found && answered(text, caret, found, found.sign)
  }
  expect(write('Well done :tada:')).toEqual({ text: 'Well done 🎉', caret: 12 })
  expect(write(':tada:')?.text).toBe('🎉')
  expect(write('at 10:30:')).toBeNull()
  expect(write('a::b:')).toBeNull()
  expect(write('see :nothing_such:')).toBeNull()
  expect(write('a :tada: b', 8)).toEqual({ text: 'a 🎉 b', caret: 4 })
})
