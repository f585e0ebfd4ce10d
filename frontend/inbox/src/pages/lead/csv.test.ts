import { expect, test } from 'vitest'
import { table } from './csv.ts'

test('cells with commas and quotes are quoted, and none starts a formula', () => {
  expect(
    table([
      ['Day', 'In, all'],
      ['=1+1', 5],
      ['a "b"', -2],
    ]),
  ).toBe('Day,"In, all"\r\n\'=1+1,5\r\n"a ""b""",-2\r\n')
})
