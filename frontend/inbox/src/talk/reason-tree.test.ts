// The tree of reasons as people read it.
import { expect, test } from 'vitest'
import type { Reason, TicketReasons } from '../../../shared/types-work.ts'
import { findReasons, inTree, saidOf } from './reason-tree.ts'

const reason = (id: string, more: Partial<Reason> = {}): Reason => ({
  id,
  parent_id: null,
  key: '',
  name: id,
  description: '',
  examples: [],
  place: 0,
  merged_into: null,
  archived: false,
  ...more,
})
const LIST = [
  reason('Late', { parent_id: 'Delivery', place: 1 }),
  reason('Praise', { place: 1 }),
  reason('Lost', { parent_id: 'Delivery', place: 0 }),
  reason('Delivery'),
  reason('Old', { archived: true }),
]
const shape = (lines: { one: Reason; depth: number }[]) => lines.map(({ one, depth }) => `${depth} ${one.id}`)

test('siblings stand in their order, each below what it belongs to', () => {
  expect(shape(inTree(LIST))).toEqual(['0 Delivery', '1 Lost', '1 Late', '0 Praise'])
})

test('archived ones are shown only where they were chosen', () => {
  expect(shape(inTree(LIST, ['Old']))).toContain('0 Old')
})

test('what hangs below an archived one is not lost', () => {
  const list = [reason('Top', { archived: true }), reason('Below', { parent_id: 'Top' })]
  expect(shape(inTree(list))).toEqual(['0 Below'])
})

test('reasons are found by a part of their name, whatever its case', () => {
  expect(shape(findReasons(LIST, ' LA '))).toEqual(['1 Late'])
  expect(findReasons(LIST, '')).toHaveLength(4)
  expect(findReasons(LIST, 'old')).toEqual([])
})

test('what a model told is nothing that somebody said', () => {
  const told = (by: string): TicketReasons => ({
    reasons: [{ reason_id: 'Late', confidence: 1, by, why: '' }],
    likely: [],
    messages: {},
    alike: [],
    ask: false,
  })
  expect(saidOf(told('model'))).toBeNull()
  expect(saidOf(told('agent:1'))).toEqual(['Late'])
  expect(saidOf(undefined)).toBeNull()
})
