// What the company says to everybody now, pinned above the talk, before and while somebody writes.
import { locale } from '../../shared/words.ts'
import type { Update } from './api.ts'
import { fill, h } from './dom.ts'

export class News {
  readonly element = h('div', { class: 'news', role: 'status' })
  private shown = ''

  update(updates: readonly Update[]): void {
    this.element.hidden = !updates.length
    const text = JSON.stringify(updates)
    if (text === this.shown) return
    this.shown = text
    fill(this.element, updates.map(line))
  }
}

function line({ texts }: Update): HTMLElement {
  const { language, text } = inMine(texts)
  return h('p', { lang: language }, text)
}

/** In the visitor's language, region aside where need be; else in the first. */
function inMine(texts: Update['texts']): Update['texts'][number] {
  const mine = [...new Set([locale(), ...navigator.languages])].map((one) => one.toLowerCase())
  const bare = (one: string) => one.toLowerCase().split('-')[0]
  for (const wanted of mine) {
    const found =
      texts.find((one) => one.language.toLowerCase() === wanted) ??
      texts.find((one) => bare(one.language) === bare(wanted))
    if (found) return found
  }
  return texts[0]!
}
