import { expect, it } from 'vitest'
import { piecesOf } from './words-of.ts'

const links = (text: string) => piecesOf(text).flatMap((piece) => (piece.href ? [piece.href] : []))

it('finds links and leaves the sentence around them', () => {
  expect(piecesOf('See https://example.com/a?b=1, or (www.example.fi).')).toEqual([
    { text: 'See ' },
    { text: 'https://example.com/a?b=1', href: 'https://example.com/a?b=1' },
    { text: ', or (' },
    { text: 'www.example.fi', href: 'https://www.example.fi' },
    { text: ').' },
  ])
  expect(links('https://en.example.org/Turku_(city)')).toEqual(['https://en.example.org/Turku_(city)'])
  expect(links('write to maija@example.fi!')).toEqual(['mailto:maija@example.fi'])
})

it('never makes a link that runs', () => {
  expect(links('javascript:alert(1) data:text/html,x vbscript:x file:///etc/passwd')).toEqual([])
})

it('gives the same words back', () => {
  const text = '请看 https://example.cn/退货。谢谢\n\n<script>alert(1)</script>'
  expect(
    piecesOf(text)
      .map((piece) => piece.text)
      .join(''),
  ).toBe(text)
})
