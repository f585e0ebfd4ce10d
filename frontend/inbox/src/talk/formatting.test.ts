// @vitest-environment happy-dom
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it, test } from 'vitest'
import { addressOf, fromPlain, isFormatted, kept, safe, toPlain } from './formatting.ts'

const cases = JSON.parse(
  readFileSync(resolve(import.meta.dirname, '../../../../tests/conversations/plain_forms.json'), 'utf8'),
) as [string, string][]
const ID = '019ca8a0-3e80-76e5-bc27-b6c6b97292e2'

const built = (html: string) => {
  const box = document.createElement('div')
  box.append(safe(html))
  return box.innerHTML
}

test.each(cases)('%s becomes the text that the server makes of it', (html, text) => {
  expect(toPlain(html)).toBe(text)
})

describe('what is pasted', () => {
  it.each([
    ['<script>a()</script><style>b{}</style><b onclick="a()" class="x">y</b>', '<b>y</b>'],
    [
      '<a href="javascript:a()">x</a><a href="/app">y</a><a href="https://z.example" target="w">z</a>',
      'xy<a href="https://z.example">z</a>',
    ],
    ['<img src="https://tracker.example/p.gif" onerror="a()">', ''],
    [`<img src="cid:${ID}" alt="a" style="x">`, `<img src="/api/v1/attachments/${ID}" alt="a">`],
    ['<b style="font-weight:normal"><span style="font-weight:700">x</span></b>', '<b>x</b>'],
    ['<span style="font-style:italic;text-decoration:underline">x</span>', '<i><u>x</u></i>'],
    ['<section><font color="red">x</font></section>', '<div>x</div>'],
    ['<ol start="3" type="a"><li>x</li></ol>', '<ol start="3"><li>x</li></ol>'],
    ['<iframe src="https://x.example">x</iframe><form><button>Go</button>y</form>', 'y'],
  ])('%s becomes %s', (html, wanted) => {
    expect(built(html)).toBe(wanted)
  })
})

it('keeps pictures by the ids of their attachments', () => {
  expect(kept(`<img alt="a" src="/api/v1/attachments/${ID}">`)).toBe(`<img alt="a" src="cid:${ID}">`)
  expect(kept(`<a href="/api/v1/attachments/${ID}">`)).toBe(`<a href="/api/v1/attachments/${ID}">`)
})

it('tells formatting from mere lines', () => {
  expect(isFormatted('<div>One</div><div><br></div><p>two</p>')).toBe(false)
  expect(isFormatted('<div>One <b>two</b></div>')).toBe(true)
})

it.each(['One\n\n two  three', '<b>&amp;', ''])('gives plain words back as they were: %s', (text) => {
  expect(isFormatted(fromPlain(text))).toBe(false)
  expect(toPlain(fromPlain(text))).toBe(text)
})

it.each([
  ['shop.example/a?b', 'https://shop.example/a?b'],
  ['http://shop.example', 'http://shop.example'],
  [' anna@shop.example ', 'mailto:anna@shop.example'],
  ['tel:+4612345', 'tel:+4612345'],
  ['shop.example:8080/a', 'https://shop.example:8080/a'],
  ['javascript:alert(1)', null],
  ['nowhere', null],
  ['two words.example', null],
  ['', null],
])('%s as the address of a link is %s', (typed, address) => {
  expect(addressOf(typed)).toBe(address)
})
