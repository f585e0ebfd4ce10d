import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { bestText, fill, fillHtml, isOpen, OWN_VARIABLES, unknownIn } from './fill.ts'

const cases = JSON.parse(
  readFileSync(resolve(import.meta.dirname, '../../../../tests/conversations/canned/fills.json'), 'utf8'),
) as { values: Record<string, string>; cases: [string, string][] }

test.each(cases.cases)('%s becomes what the server makes of it', (text, filled) => {
  expect(fill(text, cases.values)).toBe(filled)
})

test('an unknown variable is named with the nearest', () => {
  expect(unknownIn('Hi {{contact.nmea|x}}')).toEqual({ name: 'contact.nmea', near: 'contact.name' })
  expect(unknownIn('{{agent.firstname}}')?.near).toBe('agent.first_name')
  expect(unknownIn('Hi {{contact.name|there}} {{ agent.name }}')).toBeNull()
})

test('a signature speaks of its writer alone', () => {
  expect(unknownIn('{{agent.email}} {{inbox.name}}', OWN_VARIABLES)).toBeNull()
  expect(unknownIn('{{contact.name}}', OWN_VARIABLES)?.name).toBe('contact.name')
})

test('a value is no markup', () => {
  expect(fillHtml('<b>{{agent.name}}</b>', { 'agent.name': '"A" <i> & B' })).toBe(
    '<b>&quot;A&quot; &lt;i&gt; &amp; B</b>',
  )
})

test('a variable that is not closed is noticed', () => {
  expect(isOpen('Hi {{contact.name')).toBe(true)
  expect(isOpen('Hi {{contact.name}}, {one}')).toBe(false)
})

test("the contact's language goes before the agent's, and both before the first", () => {
  const texts = [{ language: 'en' }, { language: 'sv' }, { language: 'zh-CN' }]
  expect(bestText(texts, ['sv-FI', 'en'])).toBe(1)
  expect(bestText(texts, ['fi', 'zh'])).toBe(2)
  expect(bestText(texts, [null, 'nb'])).toBe(0)
})
