import { expect, it } from 'vitest'
import { partsOf } from './entities.ts'

const found = (start: number, end: number) => ({ kind: 'product', value: 'Lamp', start, end })

it('takes a text apart where something is named, and loses nothing', () => {
  const text = '🙂 The lamp, and a lamp'
  const parts = partsOf(text, [found(6, 10), found(18, 22)])
  expect(parts.map((one) => one.text).join('')).toBe(text)
  expect(parts.filter((one) => one.named).map((one) => one.text)).toEqual(['lamp', 'lamp'])
})

it('is one piece where nothing is named', () => {
  expect(partsOf('Hello', [])).toEqual([{ text: 'Hello', named: false }])
  expect(partsOf('', [])).toEqual([])
})
