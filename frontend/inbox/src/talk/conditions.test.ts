import { expect, it } from 'vitest'
import { FIELDS, fresh, inUnits, isWhole, named, operators, RULE_FIELDS, withOperator } from './conditions.ts'

it.each([...FIELDS, ...RULE_FIELDS, 'attribute:Plan', 'ticket:product'])(
  'a new line about %s is about that, and can be turned round and back',
  (name) => {
    const condition = fresh(name)
    expect(named(condition)).toBe(name)
    const { all, now } = operators(condition)
    expect(now).toBe(all[0])
    const turned = withOperator(condition, all[1]!)
    expect(operators(turned).now).toBe(all[1])
    expect(operators(withOperator(turned, all[0]!)).now).toBe(all[0])
  },
)

it('a line without values asks for nothing yet', () => {
  expect(isWhole(fresh('inbox'))).toBe(false)
  expect(isWhole({ type: 'one_of', field: 'inbox', values: ['i1'] })).toBe(true)
  expect(isWhole(fresh('draft'))).toBe(true)
  expect(isWhole({ type: 'since', field: 'waiting', minutes: 0 })).toBe(false)
  expect(isWhole({ type: 'due', field: 'task', minutes: 0 })).toBe(true) // what is late
})

it('times are told in the unit that people would use', () => {
  expect([30, 60, 90, 1440, 2880].map(inUnits)).toEqual([
    [30, 'minutes'],
    [1, 'hours'],
    [90, 'minutes'],
    [1, 'days'],
    [2, 'days'],
  ])
})
