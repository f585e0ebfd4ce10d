import { expect, test } from 'vitest'
import { useTexts } from '../../../shared/words.ts'
import { money } from './money.ts'

const plain = (text: string) => text.replace(/\s/g, ' ')

test('a sum stands as its language writes it', () => {
  useTexts('sv', {})
  expect(plain(money({ micros: 1_230_000, currency: 'SEK' }))).toBe('1,23 kr')
  useTexts('en', {})
  expect(money({ micros: 1_230_000, currency: 'EUR' })).toBe('€1.23')
})

test('a small sum has the places that it needs', () => {
  useTexts('en', {})
  expect(money({ micros: 7_500, currency: 'USD' })).toBe('$0.0075')
  expect(money({ micros: 75_000, currency: 'EUR' })).toBe('€0.075')
  expect(money({ micros: 3_000_000, currency: 'JPY' })).toBe('¥3')
})
