import { expect, it } from 'vitest'
import { initials } from './initials.ts'

it.each([
  ['Maija Virtanen', 'MV'],
  ['åsa', 'Å'],
  ['Anna Maria von Essen', 'AE'],
  ['王小明', '王'],
  ['+46 70 123 45 67', ''],
  ['', ''],
  ['(ACME) Support', 'AS'],
])('%s is %s', (name, letters) => expect(initials(name)).toBe(letters))
