import { expect, test } from 'vitest'
import type { Template } from '../../../shared/types-company.ts'
import { cleaned, fileOf, findTemplates, guess, placesOf, readAs } from './templates.ts'

const SENT: Template = {
  id: '1',
  name: 'order_sent',
  language: 'en',
  category: '',
  state: 'approved',
  header_kind: 'text',
  header: 'Order {{1}}',
  text: 'Hello {{1}}, order {{2}} comes on {{ 3 }}. {{4}}',
  footer: 'Answer here',
  buttons: ['Thanks', 'Follow'],
  links: { 2: 'https://parcels.example/{{1}}' },
  values: ['header 1', '1', '2', '3'],
}
const VALUES = { 'header 1': 'A7', '1': 'Ann', '2': 'A7', '3': 'Friday' }

test('it reads as the server lets it read', () => {
  expect(readAs(SENT, VALUES)).toBe('Order A7\n\nHello Ann, order A7 comes on Friday. {{4}}\n\nAnswer here')
  expect(cleaned(' Ann\n Ek ')).toBe('Ann Ek')
})

test('it needs what stands in its places, on top and behind its buttons', () => {
  expect(placesOf(SENT)).toEqual(['header 1', '1', '2', '3', 'button 2'])
  expect(placesOf({ ...SENT, header_kind: 'location' })[0]).toBe('header')
  expect(fileOf({ ...SENT, header_kind: 'video' })).toBe('video')
  expect(fileOf(SENT)).toBeNull()
})

test('those in the language of the customer come first, and only those that may be sent', () => {
  const list = [SENT, { ...SENT, id: '2', language: 'sv_SE' }, { ...SENT, id: '3', state: 'paused' as const }]
  expect(findTemplates(list, '', ['sv', 'en']).map((one) => one.id)).toEqual(['2', '1'])
  expect(findTemplates(list, 'order sent', [null, 'en']).map((one) => one.id)).toEqual(['1', '2'])
  expect(findTemplates(list, 'offer', ['en'])).toEqual([])
})

test('a name is guessed, other values are not', () => {
  expect([guess('name'), guess('first_name'), guess('1'), guess('order_name_of')]).toEqual([
    '{{contact.first_name}}',
    '{{contact.first_name}}',
    '',
    '',
  ])
})
