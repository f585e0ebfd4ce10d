import { expect, it } from 'vitest'
import { snippetParts } from './snippet.ts'

it('marks what was found and nothing else', () => {
  expect(snippetParts('the parcel & <b>co</b>', [[4, 10]])).toEqual([
    { text: 'the ', hit: false },
    { text: 'parcel', hit: true },
    { text: ' & <b>co</b>', hit: false },
  ])
  expect(snippetParts('退货吗', [[0, 2]])).toEqual([
    { text: '退货', hit: true },
    { text: '吗', hit: false },
  ])
  expect(snippetParts('nothing', [])).toEqual([{ text: 'nothing', hit: false }])
})
