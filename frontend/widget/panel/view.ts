// The dialog: head, status, questions before the first word, log and composer.
import { t } from '../../shared/words.ts'
import type { Chat } from './chat.ts'
import type { Complaining } from './complaining.ts'
import { Composer } from './composer.ts'
import { fill, h, mark, say, tool } from './dom.ts'
import { Log, region } from './log.ts'
import { News } from './news.ts'
import type { Telling } from './telling.ts'

const phone = matchMedia('(max-width: 480px)')

export class View {
  readonly element: HTMLElement
  private readonly picture = h('img', { alt: '', width: 32, height: 32 })
  private readonly company = h('h2')
  private readonly promise = h('p')
  private readonly opens = new Intl.DateTimeFormat(region(), {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
  })
  private readonly head: HTMLElement
  private readonly words = h('span')
  private readonly act: HTMLButtonElement
  private readonly status: HTMLElement
  private readonly drop = h('div', { class: 'drop' }, t('chat.drop'))
  private readonly news = new News()
  private readonly log: Log
  private readonly composer: Composer
  private before?: HTMLFormElement
  private content?: HTMLElement
  private telling?: Telling
  private fetching = false
  private complaining?: Complaining
  private asking = false

  constructor(private readonly chat: Chat) {
    this.log = new Log(chat)
    this.composer = new Composer(chat, () => this.log.toEnd())
    const close = tool('close', t('chat.close'), () => chat.toggle(false))
    this.head = h('header', {}, h('div', {}, this.company, this.promise), close)
    this.act = h('button', {
      type: 'button',
      onclick: () => (chat.state === 'ended' ? location.reload() : void chat.start()),
    })
    this.status = h('div', { class: 'status' }, h('span', { role: 'status' }, this.words))
    this.element = h('div', {
      class: 'panel',
      role: 'dialog',
      tabindex: -1,
      hidden: true,
      onkeydown: (event: KeyboardEvent) => this.key(event),
      ondragover: (event: DragEvent) => {
        event.preventDefault()
        this.element.append(this.drop)
      },
      ondragleave: (event: DragEvent) => event.relatedTarget || this.drop.remove(),
      ondrop: (event: DragEvent) => {
        event.preventDefault()
        this.drop.remove()
        if (!this.before) this.composer.add(event.dataTransfer?.files ?? [])
      },
    })
  }

  /** Show the chat as it is now. */
  update(): void {
    const { chat } = this
    this.element.hidden = !chat.isOpen
    if (!chat.isOpen) {
      this.content = undefined
      return
    }
    this.drawHead()
    this.drawStatus()
    this.news.update(this.chat.config?.updates ?? [])
    this.log.update()
    this.composer.update()
    this.drawTelling()
    this.drawComplaining()
    this.show(chat.asks)
  }

  /** The offer to tell of answers, once there is one to make. */
  private drawTelling(): void {
    this.telling?.update()
    if (!this.chat.tells || this.telling || this.fetching) return
    this.fetching = true
    void import('./telling.ts')
      .then(async ({ makeTelling }) => {
        this.telling = await makeTelling(this.chat)
        this.update()
      })
      .catch(() => undefined) // without a network nobody is asked
      .finally(() => (this.fetching = false))
  }

  /** The offer to say that it is a complaint. */
  private drawComplaining(): void {
    if (!this.chat.complains || this.complaining || this.asking) return
    this.asking = true
    void import('./complaining.ts')
      .then(async ({ makeComplaining }) => {
        this.complaining = await makeComplaining(this.chat)
        this.update()
      })
      .catch(() => undefined)
      .finally(() => (this.asking = false))
  }

  /** The questions where there are any, else the talk; the focus follows when one takes the other's place. */
  private show(asks: readonly string[]): void {
    this.before = asks.length ? (this.before ?? this.question(asks)) : undefined
    const told = this.telling && this.chat.tells ? [this.telling.element] : []
    const left =
      !told.length && this.telling?.element.contains((this.element.getRootNode() as ShadowRoot).activeElement)
    const complaint = this.complaining && this.chat.complains ? [this.complaining.element] : []
    const talk = this.chat.isKnown ? [this.log.element, ...complaint, ...told, this.composer.element] : []
    fill(this.element, [this.head, this.news.element, this.status, ...(this.before ? [this.before] : talk)])
    if (left) this.composer.focus()
    const content = this.before ?? talk.at(-1) ?? this.element
    if (content === this.content) return
    this.content = content
    this.log.toEnd()
    if (this.before) this.before.querySelector('input')?.focus()
    else if (talk.length) this.composer.focus()
    else this.element.focus()
  }

  private drawHead(): void {
    const { config } = this.chat
    this.company.hidden = !config
    say(this.company, config?.company ?? '')
    mark(this.element, 'aria-label', config ? t('chat.title', { company: config.company }) : t('chat.button'))
    const { promise, opens_at } = config ?? {}
    say(
      this.promise,
      promise
        ? t(`chat.promise_${promise.form}`, { n: promise.n, time: this.opens.format(promise.due_at) })
        : opens_at
          ? t('chat.opens', { time: this.opens.format(opens_at) })
          : '',
    )
    if (config?.logo && !this.picture.isConnected) {
      this.picture.src = config.logo
      this.head.prepend(this.picture)
    }
  }

  private drawStatus(): void {
    const { state, online, notice } = this.chat
    const key = !online
      ? 'chat.offline'
      : ({ ended: 'chat.ended', unavailable: 'chat.unavailable', away: 'chat.reconnecting' }[state as string] ?? notice)
    say(this.words, key ? t(key) : '')
    const action = online ? { ended: 'chat.reload', unavailable: 'chat.again' }[state as string] : undefined
    if (action) say(this.act, t(action))
    fill(this.status, action ? [this.status.firstChild!, this.act] : [this.status.firstChild!])
    mark(this.status, 'class', key ? 'status shown' : 'status')
  }

  private question(asks: readonly string[]): HTMLFormElement {
    const kinds = {
      name: { autocomplete: 'name', maxlength: 100 },
      email: { type: 'email', autocomplete: 'email', maxlength: 250 },
    }
    const fields = asks.map((one) => h('input', { name: one, required: true, ...kinds[one as 'name'] }))
    const form = h(
      'form',
      { class: 'before' },
      h('h3', {}, t('chat.before')),
      ...fields.map((field) => h('label', {}, t(`chat.${field.name}`), field)),
      h('button', { class: 'strong' }, t('chat.start')),
    )
    form.onsubmit = (event) => {
      event.preventDefault()
      const said = Object.fromEntries(fields.map((field) => [field.name, field.value.trim()]))
      this.chat.introduce(said.name ?? '', said.email ?? '')
    }
    return form
  }

  private key(event: KeyboardEvent): void {
    if (event.key === 'Escape') {
      event.stopPropagation()
      this.chat.toggle(false)
    } else if (event.key === 'Tab' && phone.matches) this.stay(event)
  }

  // On a phone the panel covers the page, so the focus stays in it.
  private stay(event: KeyboardEvent): void {
    const stops = [...this.element.querySelectorAll<HTMLElement>('button, input, textarea, a, [tabindex="0"]')].filter(
      (one) => one.offsetParent && !one.matches(':disabled'),
    )
    const at = stops.indexOf((this.element.getRootNode() as ShadowRoot).activeElement as HTMLElement)
    const next = at + (event.shiftKey ? -1 : 1)
    if (next >= 0 && next < stops.length) return
    event.preventDefault()
    stops.at(event.shiftKey ? -1 : 0)?.focus()
  }
}
