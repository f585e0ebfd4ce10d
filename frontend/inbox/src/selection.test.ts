import { beforeEach, expect, it } from 'vitest'
import { selection } from './selection.svelte.ts'

const ids = ['a', 'b', 'c', 'd', 'e']
const chosen = () => ids.filter((id) => selection.has(id)).join('')
beforeEach(() => selection.clear())

it('chooses one by one, and lets go again', () => {
  selection.toggle('all', 'b', ids)
  selection.toggle('all', 'd', ids)
  selection.toggle('all', 'b', ids)
  expect([chosen(), selection.active]).toEqual(['d', true])
  selection.toggle('all', 'd', ids)
  expect(selection.active).toBe(false)
})

it('extends from the last one, up and down', () => {
  selection.toggle('all', 'c', ids)
  selection.extend('all', 'e', ids)
  selection.extend('all', 'b', ids)
  expect(chosen()).toBe('bcde')
})

it('begins with one where there is nothing to extend', () => {
  selection.extend('all', 'c', ids)
  expect(chosen()).toBe('c')
})

it('takes all, and then all but one', () => {
  selection.takeAll('all')
  expect(chosen()).toBe('abcde')
  selection.toggle('all', 'c', ids)
  expect([chosen(), selection.all]).toEqual(['abde', false])
})

it('is of one list at a time', () => {
  selection.toggle('all', 'c', ids)
  selection.toggle('mine', 'd', ids)
  expect([chosen(), selection.list]).toEqual(['d', 'mine'])
})
