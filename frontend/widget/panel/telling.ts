// A quiet line that offers to tell this browser of answers. Fetched once the visitor has written something.
import { addTexts, locale, t } from '../../shared/words.ts'
import type { Chat } from './chat.ts'
import { fill, h, say } from './dom.ts'
import { laterTexts } from './later.ts'

interface Subscription {
  endpoint: string
  p256dh: string
  auth: string
}

/** The line. Fails without a network. */
export async function makeTelling(chat: Chat): Promise<Telling> {
  addTexts(await laterTexts())
  return new Telling(chat)
}

export class Telling {
  readonly element = h('div', { class: 'telling', role: 'group', 'aria-label': t('telling.title') })
  private readonly words = h('p', { 'aria-live': 'polite' })
  private readonly yes = h('button', { type: 'button', onclick: () => this.ask() }, t('telling.yes'))
  private readonly no = h('button', { type: 'button', onclick: () => this.chat.decline() }, t('telling.no'))
  private readonly stop = h('button', { type: 'button', onclick: () => void this.end() }, t('telling.stop'))
  private problem = ''
  private window: Window | null = null

  constructor(private readonly chat: Chat) {
    addEventListener('message', (event: MessageEvent<unknown>) => void this.hear(event))
    this.update()
  }

  update(): void {
    const on = this.chat.push === 'on'
    say(this.words, t(this.problem || (on ? 'telling.on' : 'telling.how')))
    fill(this.element, [this.words, ...(on ? [this.stop] : [this.yes, this.no])])
  }

  private ask(): void {
    const address = `${this.chat.api.page('push.html')}?lang=${locale()}`
    this.window = open(address, 'lyhord-push', 'popup,width=440,height=400')
    this.show(this.window ? 'telling.asking' : 'telling.blocked')
  }

  /** What the window says: that it is there, or what the browser gave it. */
  private async hear({ source, origin, data }: MessageEvent<unknown>): Promise<void> {
    const { api } = this.chat
    if (!this.window || source !== this.window || origin !== new URL(api.page('')).origin) return
    const tell = (said: object) => this.window?.postMessage(said, origin)
    try {
      if (data === 'ready') return tell(await api.call<{ key: string }>('GET', 'push'))
      const page = location.href.split('#')[0]
      await api.call('POST', 'push', { ...(data as Subscription), page, locale: locale() })
      this.chat.push = 'on'
      this.show('')
      this.stop.focus()
      tell({ worked: true })
    } catch {
      this.show('telling.failed')
      tell({ worked: false })
    }
  }

  private async end(): Promise<void> {
    try {
      await this.chat.api.call('DELETE', 'push')
      this.chat.push = 'off'
      this.show('')
      this.yes.focus()
    } catch {
      this.show('telling.failed')
    }
  }

  private show(problem: string): void {
    this.problem = problem
    this.update()
  }
}
