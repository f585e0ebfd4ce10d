// What was said, as a live region: each message is made once and stays, only its state changes.
import { locale, t } from '../../shared/words.ts'
import type { File_, Message, Quote } from './api.ts'
import type { Chat } from './chat.ts'
import { fill, h, icon, say, tool } from './dom.ts'
import type { Waiting } from './outbox.ts'
import { pieces, size } from './text.ts'

interface Row {
  element: HTMLElement
  state?: HTMLElement
  quoted?: HTMLElement
  choices?: HTMLElement
  of: Message | Waiting
}

export class Log {
  readonly element: HTMLElement
  private rows = new Map<string, Row>()
  private days = new Map<string, HTMLElement>()
  private atEnd = true
  private readonly clock = new Intl.DateTimeFormat(region(), { hour: '2-digit', minute: '2-digit' })
  private readonly date = new Intl.DateTimeFormat(region(), { weekday: 'long', day: 'numeric', month: 'long' })
  private readonly exact = new Intl.DateTimeFormat(region(), { dateStyle: 'full', timeStyle: 'short' })
  private readonly earlier: HTMLElement
  private readonly hello = h('p', { class: 'hello' }, t('chat.greeting'), h('br'), t('chat.stays'))
  private readonly promise = h('p', { class: 'promise' })
  private readonly soon = new Intl.DateTimeFormat(region(), { weekday: 'long', hour: '2-digit', minute: '2-digit' })
  private readonly typing = h('p', { class: 'typing' }, h('span'), h('i'), h('i'), h('i'))

  constructor(private readonly chat: Chat) {
    this.earlier = h(
      'button',
      { class: 'more', type: 'button', onclick: () => void this.showEarlier() },
      t('chat.earlier'),
    )
    this.element = h('div', { class: 'log', role: 'log', 'aria-label': t('chat.log'), tabindex: 0 })
    this.element.onscroll = () => {
      const { scrollHeight, scrollTop, clientHeight } = this.element
      this.atEnd = scrollHeight - scrollTop - clientHeight < 60
    }
    new ResizeObserver(() => this.stay()).observe(this.element)
  }

  update(): void {
    const { chat } = this
    const nodes: Node[] = []
    const rows = new Map<string, Row>()
    const own = chat.messages.findLast((message) => message.direction === 'in')
    const open = chat.waiting.length ? undefined : chat.messages.at(-1)
    let day = ''
    if (chat.earlier) nodes.push(this.earlier)
    if (chat.state !== 'starting' && !chat.messages.length && !chat.waiting.length) nodes.push(this.hello)
    for (const message of chat.messages) {
      const today = new Date(message.at).toDateString()
      if (today !== day) nodes.push(this.dayLine((day = today), message.at))
      const row = this.row(message.key ?? message.id, message, () => this.drawMessage(message))
      if (row.state) say(row.state, message === own ? ` · ${this.reached(message)}` : '')
      if (row.quoted) this.sayQuoted(row.quoted, message.quote!)
      if (row.choices) row.choices.hidden = message !== open
      rows.set(message.key ?? message.id, row)
      nodes.push(row.element)
    }
    for (const one of chat.waiting) {
      const row = this.row(one.key, one, () => this.drawWaiting(one))
      if (row.state && !one.failed) say(row.state, t(chat.online ? 'chat.state.sending' : 'chat.state.waiting'))
      rows.set(one.key, row)
      nodes.push(row.element)
    }
    const { promise, again } = chat.told
    if (promise) {
      const today = new Date(promise.due_at).toDateString() === new Date().toDateString()
      const time = (today ? this.clock : this.soon).format(promise.due_at)
      say(this.promise, t(again ? 'chat.told_again' : 'chat.told', { time }))
      nodes.push(this.promise)
    }
    if (chat.typist) {
      say(this.typing.firstElementChild!, t('chat.typing', { name: chat.typist }))
      nodes.push(this.typing)
    }
    this.rows = rows
    fill(this.element, nodes)
    this.stay()
  }

  /** Show the end from the next update on: the visitor has said something, or opened the panel. */
  toEnd(): void {
    this.atEnd = true
    this.stay()
  }

  private stay(): void {
    if (this.atEnd) this.element.scrollTop = 1e9
  }

  private async showEarlier(): Promise<void> {
    const { element } = this
    const below = element.scrollHeight - element.scrollTop
    await this.chat.showEarlier()
    this.update()
    element.scrollTop = element.scrollHeight - below
    element.focus()
  }

  private row(key: string, of: Message | Waiting, draw: () => Row): Row {
    const held = this.rows.get(key)
    return held?.of === of ? held : draw()
  }

  private reached(message: Message): string {
    return t(this.chat.config?.read_marks && this.chat.seen >= message.id ? 'chat.state.read' : 'chat.state.sent')
  }

  private dayLine(key: string, at: number): HTMLElement {
    const days = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(at).setHours(0, 0, 0, 0)) / 864e5)
    const text = days === 0 ? t('chat.today') : days === 1 ? t('chat.yesterday') : this.date.format(at)
    const line = this.days.get(key) ?? h('h3', { class: 'day' })
    this.days.set(key, line)
    say(line, text)
    return line
  }

  private drawMessage(message: Message): Row {
    const mine = message.direction === 'in'
    const channel = { webchat: '', mail: t('chat.by_mail') }[message.channel] ?? t('chat.elsewhere')
    const state = h('span')
    const quoted = h('span')
    const choose = (label: string) => {
      void this.chat.say(label, [], message.id)
      this.toEnd()
      this.element.focus()
    }
    const choices =
      message.buttons.length > 0 &&
      h(
        'p',
        { class: 'choices', role: 'group', 'aria-label': t('chat.answers') },
        ...message.buttons.map((label) => h('button', { type: 'button', onclick: () => choose(label) }, label)),
      )
    const element = h(
      'article',
      { class: message.direction },
      h(
        'p',
        { class: 'who' },
        h('span', { class: mine && 'hidden' }, this.whoSaid(message)),
        ` ${[channel, message.subject].filter(Boolean).join(' · ')}`,
      ),
      message.quote && h('blockquote', {}, h('b', {}, this.whoSaid(message.quote)), quoted),
      message.text && bubble(message.text),
      ...message.attachments.map((file) => this.drawFile(file)),
      h(
        'p',
        { class: 'when' },
        h(
          'time',
          { datetime: new Date(message.at).toISOString(), title: this.exact.format(message.at) },
          this.clock.format(message.at),
        ),
        message.edited && ` · ${t('chat.edited')}`,
        state,
        !mine && this.drawSmile(message),
      ),
      (message.mine || message.reactions.length > 0) &&
        h('p', { class: 'signs' }, message.reactions.join(''), message.mine),
      choices,
    )
    return {
      element,
      state: mine ? state : undefined,
      quoted: message.quote ? quoted : undefined,
      choices: choices || undefined,
      of: message,
    }
  }

  private whoSaid({ direction, author }: Message | Quote): string {
    return direction === 'in' ? t('chat.you') : author || (this.chat.config?.company ?? '')
  }

  private sayQuoted(words: HTMLElement, quote: Quote): void {
    const text = this.chat.quoted(quote)
    say(words, text)
    words.parentElement!.hidden = !text
  }

  /** A button that opens the emoji to answer with. */
  private drawSmile(message: Message): HTMLElement | undefined {
    const { chat } = this
    const signs = chat.config?.emoji ?? []
    const choose = (sign: string) => {
      void chat.react(message, sign)
      this.element.focus()
    }
    const row = h(
      'span',
      { hidden: true },
      ...signs.map((sign) =>
        h(
          'button',
          { type: 'button', 'aria-pressed': String(sign === message.mine), onclick: () => choose(sign) },
          sign,
        ),
      ),
    )
    const onclick = () => {
      row.hidden = !row.hidden
      smile.ariaExpanded = String(!row.hidden)
    }
    const smile = tool('emoji', t('chat.react'), onclick, 'smile')
    smile.ariaExpanded = 'false'
    return signs.length ? h('span', { class: 'react' }, smile, row) : undefined
  }

  private drawWaiting(one: Waiting): Row {
    const { chat } = this
    const state = h('span')
    const foot = one.failed
      ? h(
          'p',
          { class: 'when' },
          `${t('chat.state.failed')} `,
          h('button', { type: 'button', onclick: () => chat.retry(one.key) }, t('chat.again')),
          ' ',
          h('button', { type: 'button', onclick: () => chat.discard(one.key) }, t('chat.discard')),
        )
      : h('p', { class: 'when' }, state)
    const files = one.files.map((file) => h('p', { class: 'file' }, icon('file'), file.name))
    const element = h(
      'article',
      { class: one.failed ? 'in failed' : 'in' },
      one.text && bubble(one.text),
      ...files,
      foot,
    )
    return { element, state, of: one }
  }

  // Files need the token, so they are fetched, never linked to.
  private drawFile(file: File_): HTMLElement {
    const picture = /^image\/(png|jpeg|gif|webp|avif)$/.test(file.type) && file.size < 5e6
    const fetched = () => this.chat.api.blob(file.id).then((blob) => URL.createObjectURL(blob))
    let source: Promise<string> | undefined
    const save = async () => {
      const href = await (source ??= fetched())
      h('a', { href, download: file.name }).click()
    }
    const play = async () => {
      const src = await (source ??= fetched())
      button.replaceWith(h('audio', { src, controls: true, autoplay: true, 'aria-label': file.name }))
    }
    const sounds = file.type.startsWith('audio/')
    const act = sounds ? play : save
    const onclick = () => void act().catch(() => (source = undefined))
    const button = h('button', { class: picture ? 'picture' : 'file', type: 'button', title: file.name, onclick })
    if (!picture)
      button.append(icon(sounds ? 'play' : 'file'), h('span', {}, file.name), h('small', {}, size(file.size, locale())))
    else {
      button.append(file.name)
      source = fetched()
      void source
        .then((src) => button.replaceChildren(h('img', { src, alt: file.name, onload: () => this.stay() })))
        .catch(() => (source = undefined))
    }
    return button
  }
}

/** The visitor's own variant of the language in use: 14:10 in Britain, 2:10 PM in America. */
export function region(): string {
  return navigator.languages.find((one) => one.startsWith(locale().slice(0, 2))) ?? locale()
}

function bubble(text: string): HTMLElement {
  const parts = pieces(text).map((piece) =>
    piece.href
      ? h('a', { href: piece.href, target: '_blank', rel: 'noopener noreferrer nofollow' }, piece.text)
      : piece.text,
  )
  return h('p', { class: 'bubble' }, ...parts)
}
