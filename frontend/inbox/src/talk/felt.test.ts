import { expect, test } from 'vitest'
import type { Felt } from '../../../shared/types-work.ts'
import { labelsOf, quoteOf } from './felt.ts'

const felt = (message_id: string, kind: Felt['kind'], value: string): Felt => ({
  message_id,
  kind,
  value,
  confidence: 0.9,
  start: null,
  end: null,
  why: '',
  by: '',
})

test('a message says what was heard in it, and nothing of thanks and what is plain', () => {
  const found = labelsOf([
    felt('a', 'mood', 'angry'),
    felt('a', 'threat', 'churn'),
    felt('b', 'mood', 'neutral'),
    felt('b', 'thanks', 'thanks'),
    felt('c', 'mood', 'happy'),
  ])
  expect(Object.keys(found)).toEqual(['a'])
  expect(found.a!.split(' · ')).toHaveLength(2)
})

test('a message says of which kind is what its writer states of themselves', () => {
  const found = labelsOf([felt('a', 'fact', 'plan:Moves to Oslo: in May'), felt('a', 'mood', 'angry')])
  expect(found.a).toMatch(/. · .+: .*plan$/)
  expect(found.a).not.toContain('Oslo')
})

test('the words that show it are found behind emoji, too', () => {
  expect(quoteOf('😡😡 shame', { start: 3, end: 8 })).toBe('shame')
  expect(quoteOf('shame', { start: null, end: null })).toBe('')
  expect(quoteOf(undefined, { start: 0, end: 1 })).toBe('')
})

test('a message lists what is named in it that its words do not say by themselves', () => {
  const found = labelsOf([
    felt('a', 'entity', 'product:Lamp 4'),
    felt('a', 'entity', 'Contract:KX:17'),
    felt('a', 'entity', 'email:ann@example.org'),
    felt('b', 'entity', 'date:+1'),
    felt('c', 'entity', 'product:Lamp 4'),
    felt('c', 'mood', 'angry'),
  ])
  expect(found.a).toBe('Lamp 4 · Contract KX:17')
  expect(found.b).toBeUndefined()
  expect(found.c).toMatch(/. · Lamp 4$/)
})
