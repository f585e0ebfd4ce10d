import { describe, expect, it } from 'vitest'
import { nearestLocale, reason, t, useLocale, useTexts } from './words.ts'

describe('t', () => {
  it('fills slots, and shows what it does not know', () => {
    useTexts('en', { hello: 'Hello {name}' })
    expect(t('hello', { name: 'Åsa' })).toBe('Hello Åsa')
    expect(t('missing.key')).toBe('missing.key')
  })
  it('picks plural forms by the language', async () => {
    await useLocale('sv')
    expect([t('time.minutes', { n: 1 }), t('time.minutes', { n: 2 })]).toEqual(['1 minut', '2 minuter'])
    await useLocale('zh-CN')
    expect(t('time.minutes', { n: 1 })).toBe('1 分钟')
  })
})

it('says a stored reason, whatever stands in it', () => {
  useTexts('en', { 'problem.mail.too_large': 'Too large' })
  expect(reason('problem.mail.too_large')).toBe('Too large')
  expect(reason('problem.mail.too_large: 552 no')).toBe('Too large: 552 no')
  expect(reason('550 5.1.1 Nobody: here')).toBe('550 5.1.1 Nobody: here')
  expect(reason('problem.unheard_of')).toBe('problem.unheard_of')
})

it('finds the nearest language', () => {
  expect(nearestLocale(['de', 'nn-NO'])).toBe('nb')
  expect(nearestLocale(['zh-TW'])).toBe('zh-CN')
  expect(nearestLocale(['de'])).toBe('en')
})
