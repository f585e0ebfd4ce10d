// A quiet line by which customers say that what they wrote is a complaint. Fetched once they have written something.
import { addTexts, t } from '../../shared/words.ts'
import type { Chat } from './chat.ts'
import { fill, h, say } from './dom.ts'
import { laterTexts } from './later.ts'

/** The line. Fails without a network. */
export async function makeComplaining(chat: Chat): Promise<Complaining> {
  addTexts(await laterTexts())
  return new Complaining(chat)
}

export class Complaining {
  readonly element = h('div', { class: 'telling', role: 'group', 'aria-label': t('telling.complaint') })
  private readonly words = h('p', { 'aria-live': 'polite', tabindex: -1 })
  private readonly press = h('button', { type: 'button', onclick: () => void this.complain() }, t('telling.complaint'))

  constructor(private readonly chat: Chat) {
    fill(this.element, [this.press, this.words])
  }

  private async complain(): Promise<void> {
    try {
      await this.chat.api.call('POST', 'complaint')
      say(this.words, t('telling.complained'))
      this.words.focus()
      this.press.remove()
    } catch {
      say(this.words, t('telling.uncomplained'))
    }
  }
}
