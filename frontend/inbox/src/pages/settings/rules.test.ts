import { beforeAll, expect, test } from 'vitest'
import type { RuleWords } from '../../../../shared/types-work.ts'
import { addTexts } from '../../../../shared/words.ts'
import { startOf } from './rules.ts'

beforeAll(() => {
  addTexts({ 'rule.when_customer_wrote': 'a customer writes', 'rule.conditions_one': 'with {n} condition' })
})

const rule = (...conditions: RuleWords['conditions']): RuleWords => ({
  name: 'Money back',
  when: 'customer_wrote',
  minutes: null,
  match: 'all',
  conditions,
  steps: [],
  stops: false,
})

test('a list of rules tells one that always acts from one that acts now and then', () => {
  expect(startOf(rule())).toBe('a customer writes')
  expect(startOf(rule({ type: 'one_of', field: 'tag', values: ['vip'] }))).toBe('a customer writes, with 1 condition')
})
