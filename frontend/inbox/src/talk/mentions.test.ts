import { expect, it } from 'vitest'
import { mentionsIn, piecesAround } from './mentions.ts'

const PEOPLE = [
  { id: 'a', name: 'Anna' },
  { id: 'b', name: 'Anna Berg' },
  { id: 's', name: 'Support' },
  { id: 'n', name: 'Support (Nordic)' },
  { id: 'z', name: '支持团队' },
  { id: 'e', name: '' },
]

it('finds who is named, by the longest name', () => {
  expect(mentionsIn('@Anna Berg, look', PEOPLE)).toEqual(['b'])
  expect(mentionsIn('@Support (Nordic) and @Anna', PEOPLE)).toEqual(['a', 'n'])
  expect(mentionsIn('@Support: yours. @Support', PEOPLE)).toEqual(['s'])
  expect(mentionsIn('请@支持团队看一下', PEOPLE)).toEqual(['z'])
})

it('finds nobody in other words', () => {
  for (const text of ['@Annabel', '@ Anna', 'Anna', '@', '']) expect(mentionsIn(text, PEOPLE)).toEqual([])
  expect(mentionsIn('@Anna', [])).toEqual([])
})

it('gives the same words back', () => {
  const pieces = piecesAround('Hi @Anna Berg and @Support.', PEOPLE)
  expect(pieces.map((piece) => piece.text).join('')).toBe('Hi @Anna Berg and @Support.')
  expect(pieces.filter((piece) => piece.named).map((piece) => piece.text)).toEqual(['@Anna Berg', '@Support'])
})
