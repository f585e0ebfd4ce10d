import { expect, it } from 'vitest'
import { snippetParts } from './snippet.ts'

it('marks what was found and nothing else', () => {
  expect(snippetParts('the <mark>parcel</mark> & <b>co</b>')).toEqual([
    { text: 'the ', hit: false },
    { text: 'parcel', hit: true },
    { text: ' & <b>co</b>', hit: false },
  ])
  expect(snippetParts('\u0002退货\u0003吗')).toEqual([
    { text: '退货', hit: true },
    { text: '吗', hit: false },
  ])
})
