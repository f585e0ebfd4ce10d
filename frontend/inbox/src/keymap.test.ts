import { readFileSync, readdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, it } from 'vitest'
import { conflicts, KEYMAP, keyOf, KeyRecorder, withKey } from './keymap.ts'
import type { Press } from './keys.ts'

const one = (id: string) => KEYMAP.find((mapped) => mapped.id === id)!
const press = (key: string, more: Partial<Press> = {}): Press => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...more,
})

it('has every command that the app offers, with the key that it offers it by', () => {
  const sources = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.svelte'),
  )
  const offered = sources.flatMap((name) => {
    const text = readFileSync(resolve(import.meta.dirname, name), 'utf8')
    return [...text.matchAll(/id: '([a-z-]+)',\s+label: [^,]+,\s+shortcut: '([^']*)'/g)].map(([, id, shortcut]) => [
      id!,
      shortcut!,
    ])
  })
  expect(offered.length).toBeGreaterThan(20)
  for (const [id, shortcut] of offered)
    expect([id, KEYMAP.find((mapped) => mapped.id === id)?.usual]).toEqual([id, shortcut])
})

it('has no conflicts of its own', () => {
  for (const mapped of KEYMAP) expect(conflicts(mapped, {})).toEqual([])
})

it('names what stands in the way, also where one key begins a sequence', () => {
  expect(conflicts(one('note'), { note: 'r' }).map((other) => other.id)).toEqual(['reply'])
  expect(conflicts(one('note'), { note: 'g' }).length).toBe(13)
  expect(conflicts(one('go-mine'), { note: 'g' }).map((other) => other.id)).toEqual(['note'])
  expect(conflicts(one('note'), { note: '', reply: '' })).toEqual([])
})

it('keeps only what is other than usual', () => {
  const own = withKey({}, one('note'), 'y')
  expect([own, keyOf(one('note'), own)]).toEqual([{ note: 'y' }, 'y'])
  expect(withKey(own, one('note'), 'n')).toEqual({})
  expect(withKey(own, one('reply'), '')).toEqual({ note: 'y', reply: '' })
})

it('takes down one key, a sequence, or one with modifiers, and leaves alone what pages live by', () => {
  const recorder = new KeyRecorder()
  expect(recorder.press(press('Tab'))).toBe('')
  expect(recorder.press(press('g'))).toBe('g')
  expect(recorder.press(press('Shift', { shiftKey: true }))).toBe('g')
  expect(recorder.press(press('b'))).toBe('g b')
  expect(recorder.press(press('q'))).toBe('q')
  expect(new KeyRecorder().press(press('e', { ctrlKey: true }))).toBe('mod+e')
})
