// One visit: who the visitor is, what was said, what waits to be sent. The view shows it and calls it; it knows no elements
// but the launcher's button.
import { follow, type StreamEvent } from '../../shared/stream.ts'
import { t } from '../../shared/words.ts'
import {
  Api,
  Refused,
  type Config,
  type File_,
  type Message,
  type Page,
  type Push,
  type Quote,
  type Told,
  type Visit,
} from './api.ts'
import { isColour, readableOn } from './colour.ts'
import type { Identity, Options } from './main.ts'
import { Outbox, type Waiting } from './outbox.ts'

export type State = 'starting' | 'live' | 'away' | 'ended' | 'unavailable'

interface Remembered {
  token?: string
  style?: string
  name?: string
  email?: string
  read?: string
  /** The visitor doesn't want to be told of answers. */
  untold?: boolean
}

const typingEvery = 4000
const untold: Told = { promise: null, again: false }

export class Chat {
  isOpen = false
  state: State = 'starting'
  config: Config | undefined
  signed = false
  messages: Message[] = []
  waiting: Waiting[] = []
  earlier: string | null = null
  seen = ''
  typist = ''
  notice = ''
  readTo = ''
  asked = false
  online = navigator.onLine
  push: Push = 'never'
  /** What the visitor was told about when an answer comes, as long as they wait. */
  told = untold

  readonly api: Api
  private identity: Identity
  private readonly outbox: Outbox
  private mine: Remembered = {}
  private cursor: string | null = null
  private stream?: AbortController
  private starting?: Promise<void>
  private flushing = false
  private typedAt = 0
  private typingEnds?: ReturnType<typeof setTimeout>
  private promiseEnds?: ReturnType<typeof setTimeout>
  private title = ''
  /** Taken back while the page was looked at. */
  private readonly gone = new Set<string>()

  constructor(private readonly options: Options) {
    this.api = new Api(options.base)
    this.identity = options.identity
    this.outbox = new Outbox(`${options.place}:out`)
    this.waiting = this.outbox.read()
    this.mine = this.recall()
    this.readTo = this.mine.read ?? ''
    this.asked = Boolean(this.mine.name ?? this.mine.email)
  }

  /** Follow what happens to the page; go on at once where there is something to go on with. */
  wake(): void {
    addEventListener('online', () => this.connection(true))
    addEventListener('offline', () => this.connection(false))
    addEventListener('storage', (event) => {
      if (event.key === `${this.options.place}:out`) this.waiting = this.outbox.read()
    })
    document.addEventListener('visibilitychange', () => this.look())
    if (this.mine.token || this.waiting.length) void this.start()
  }

  /** New words of the company that nobody has looked at. */
  get unread(): number {
    return this.messages.filter((message) => message.direction === 'out' && message.id > this.readTo).length
  }

  /** Whether it is clear by now what to show. */
  get isKnown(): boolean {
    return Boolean(this.config ?? this.mine.token) || this.state === 'ended'
  }

  get asks(): Config['pre_chat'] {
    return this.signed || this.asked || this.messages.length ? [] : (this.config?.pre_chat ?? [])
  }

  /** Whether there is something to say about being told of answers: only to who has written, until they decline. */
  get tells(): boolean {
    if (this.push === 'on') return true
    const able = 'PushManager' in window && 'Notification' in window
    return this.push === 'off' && able && !this.mine.untold && this.messages.some((one) => one.direction === 'in')
  }

  /** Whether to offer to say that it is a complaint: to who has written, where the company wants to know. */
  get complains(): boolean {
    return Boolean(this.config?.complaints) && this.messages.some((one) => one.direction === 'in')
  }

  /** They don't want to be told of answers. */
  decline(): void {
    this.remember({ untold: true })
  }

  toggle(open = !this.isOpen): void {
    this.isOpen = open
    this.options.button.ariaExpanded = String(open)
    if (open) void this.start()
    else this.options.button.focus()
    this.look()
  }

  /** Somebody else, or nobody any more: what was shown goes away at once. */
  identify(who: Identity): void {
    const leaving = this.api.token && !who
    this.identity = who
    if (leaving) void this.api.call('DELETE', 'sessions').catch(() => undefined)
    this.forget(Boolean(leaving))
    if (this.isOpen || who) void this.start()
  }

  /** Begin, or try again after it failed. */
  start(): Promise<void> {
    return (this.starting ??= this.begin())
  }

  /** With `answers` it is what stood on a button of that message. */
  async say(text: string, files: File_[], answers?: string): Promise<void> {
    this.keep([...this.waiting, { key: newKey(), text, files, at: Date.now(), answers }])
    await this.flush()
  }

  retry(key: string): void {
    this.keep(this.waiting.map((one) => (one.key === key ? { ...one, failed: false } : one)))
    void this.flush()
  }

  discard(key: string): void {
    this.keep(this.waiting.filter((one) => one.key !== key))
  }

  /** What a quoted message says by now; nothing where it was taken back. */
  quoted({ id, text }: Quote): string {
    const now = this.messages.find((message) => message.id === id)
    if (!now) return this.gone.has(id) ? '' : text
    return now.text || now.subject || now.attachments.map((file) => file.name).join(', ')
  }

  introduce(name: string, email: string): void {
    this.asked = true
    this.remember({ name, email })
  }

  /** Answer a message with an emoji, in place of the one before; the same again takes it back. */
  async react(message: Message, sign: string): Promise<void> {
    const emoji = sign === message.mine ? '' : sign
    this.messages = merge(this.messages, [{ ...message, mine: emoji }])
    const answer = this.api.call<Message>('PUT', `messages/${message.id}/reaction`, { emoji })
    this.messages = merge(this.messages, [await answer.catch(() => message)])
  }

  async showEarlier(): Promise<void> {
    if (!this.earlier) return
    const page = await this.api.call<Page>('GET', `messages?before=${this.earlier}`)
    this.earlier = page.next
    this.messages = merge(this.messages, page.items)
  }

  /** The visitor is writing; told at most every few seconds. */
  types(): void {
    if (!this.config?.typing || !this.messages.length || Date.now() - this.typedAt < typingEvery) return
    this.typedAt = Date.now()
    void this.api.call('POST', 'typing').catch(() => undefined)
  }

  /** Whether what stands in the log has been seen, and the badges that follow from it. */
  look(): void {
    const last = this.messages.findLast((message) => message.direction === 'out')
    if (this.isOpen && document.visibilityState === 'visible' && last && last.id > this.readTo) {
      this.readTo = last.id
      this.remember({ read: last.id })
      void this.api.call('POST', 'read', { message_id: last.id }).catch(() => undefined)
    }
    this.announce()
  }

  private announce(): void {
    const { button } = this.options
    const unread = this.isOpen && document.visibilityState === 'visible' ? 0 : this.unread
    button.dataset.unread = unread ? String(Math.min(unread, 99)) : ''
    button.ariaLabel =
      t(this.isOpen ? 'chat.close' : 'chat.open') + (unread ? `, ${t('chat.unread', { n: unread })}` : '')
    const bare = document.title.startsWith(this.title) ? document.title.slice(this.title.length) : document.title
    this.title = unread ? `(${unread}) ` : ''
    if (document.title !== this.title + bare) document.title = this.title + bare
  }

  private async begin(): Promise<void> {
    this.state = 'starting'
    try {
      await this.arrive()
      await this.read()
      this.listen()
      void this.flush()
    } catch (error) {
      this.starting = undefined
      this.state = error instanceof Refused ? 'unavailable' : 'away'
      if (!(error instanceof Refused)) setTimeout(() => void (this.isOpen && this.start()), 5000)
    }
  }

  private async arrive(): Promise<void> {
    const { inbox } = this.options
    const signed = (await (typeof this.identity === 'function' ? this.identity() : this.identity)) || undefined
    const token = this.mine.token
    let visit: Visit
    try {
      visit = await this.api.call<Visit>('POST', 'sessions', { inbox, token, signed })
      this.notice = ''
    } catch (error) {
      if (!signed || !(error instanceof Refused) || error.status !== 401) throw error
      this.notice = 'chat.problem.signature'
      visit = await this.api.call<Visit>('POST', 'sessions', { inbox })
    }
    this.api.token = visit.token
    this.signed = visit.signed
    this.push = visit.push
    this.config = visit.config
    this.dress(visit.config.accent)
    this.remember({ token: visit.token, style: this.options.host.style.cssText })
  }

  private dress(accent: string): void {
    if (!isColour(accent)) return
    this.options.host.style.setProperty('--lyhord', accent)
    this.options.host.style.setProperty('--lyhord-on', readableOn(accent))
  }

  private async read(): Promise<void> {
    const page = await this.api.call<Page>('GET', 'messages')
    const known = this.messages[0]
    this.messages =
      known && page.items[0] && page.items[0].id > known.id ? merge(this.messages, page.items) : page.items
    if (!known) this.earlier = page.next
    this.seen = page.seen_id ?? ''
    if ((page.read_id ?? '') > this.readTo) this.readTo = page.read_id ?? ''
    this.settle(page.items)
    this.look()
    void this.askPromise()
  }

  /** By when an answer comes: asked once somebody waits, and again when the time is up without one. */
  private async askPromise(): Promise<void> {
    clearTimeout(this.promiseEnds)
    const waits = () => this.messages.at(-1)?.direction === 'in'
    const told = waits() && this.config?.promise ? this.api.call<Told>('POST', 'promise').catch(() => untold) : untold
    this.told = await told
    const { promise } = this.told
    if (!waits()) this.told = untold
    else if (promise) {
      const left = Math.min(Math.max(promise.due_at - Date.now(), 0) + 5000, 864e5)
      this.promiseEnds = setTimeout(() => void this.askPromise(), left)
    }
  }

  private listen(): void {
    this.stream?.abort()
    this.stream = new AbortController()
    void follow({
      address: this.api.address('stream'),
      headers: () => this.api.headers(),
      last: () => this.cursor,
      onEvent: (event) => this.hear(event),
      onState: (live) => (this.state = live ? 'live' : 'away'),
      onRefused: () => void this.renew(),
      signal: this.stream.signal,
    })
  }

  private hear(event: StreamEvent): void {
    if (event.id) this.cursor = event.id
    const data = JSON.parse(event.data) as Message & { message_id: string | null; name: string; until: number }
    if (event.event === 'message') {
      this.messages = merge(this.messages, [data])
      this.settle([data])
      if (data.direction === 'out') {
        this.typist = ''
        void this.askPromise()
      }
      this.look()
    } else if (event.event === 'removed') {
      this.gone.add(data.id)
      this.messages = this.messages.filter((message) => message.id !== data.id)
    } else if (event.event === 'seen') this.seen = data.message_id ?? ''
    else if (event.event === 'typing') this.showTyping(data.name, data.until)
    else if (event.event === 'updates' && this.config)
      this.config = { ...this.config, updates: JSON.parse(event.data) as Config['updates'] }
    else if (event.event === 'reset') void this.read().catch(() => undefined)
    else if (event.event === 'ended') void this.renew()
  }

  private showTyping(name: string, until: number): void {
    clearTimeout(this.typingEnds)
    const left = Math.min(until - Date.now(), 8000)
    this.typist = left > 0 ? name : ''
    this.typingEnds = setTimeout(() => (this.typist = ''), Math.max(left, 0))
  }

  /** The token ended: begin again where the page can say who the visitor is; else say so. */
  private async renew(): Promise<void> {
    this.stream?.abort()
    const wasSigned = this.signed
    if (wasSigned && typeof this.identity !== 'function') {
      this.forget(false)
      this.state = 'ended'
      return
    }
    this.forget(false)
    await this.start()
  }

  private async flush(): Promise<void> {
    if (this.flushing || !this.api.token || !this.online) return
    this.flushing = true
    try {
      for (let next = this.next(); next; next = this.next()) await this.send(next)
    } catch {
      setTimeout(() => void this.flush(), 4000) // nobody could be reached: it stays written, and is tried again
    } finally {
      this.flushing = false
    }
  }

  private next(): Waiting | undefined {
    return this.waiting.find((one) => !one.failed)
  }

  private async send(one: Waiting): Promise<void> {
    const { name, email } = this.mine
    const claims = this.signed ? {} : { name: name ?? '', email: email ?? '' }
    const { key, text, answers } = one
    const body = { key, text, answers, attachment_ids: one.files.map((file) => file.id), ...claims }
    try {
      const message = await this.api.call<Message>('POST', 'messages', body)
      this.messages = merge(this.messages, [message])
      this.settle([message])
      void this.askPromise()
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      if (error.status === 401) return void (await this.renew())
      if (error.status === 429) await new Promise((resolve) => setTimeout(resolve, error.wait * 1000))
      else this.keep(this.waiting.map((other) => (other.key === one.key ? { ...other, failed: true } : other)))
    }
  }

  /** What the server has is no longer waiting. */
  private settle(messages: Message[]): void {
    const keys = new Set(messages.map((message) => message.key))
    if (this.waiting.some((one) => keys.has(one.key))) this.keep(this.waiting.filter((one) => !keys.has(one.key)))
  }

  private keep(waiting: Waiting[]): void {
    this.waiting = waiting
    this.outbox.write(waiting)
  }

  private connection(online: boolean): void {
    this.online = online
    if (online) void this.start().then(() => this.flush())
  }

  private forget(token: boolean): void {
    this.stream?.abort()
    this.messages = []
    clearTimeout(this.promiseEnds)
    this.told = untold
    this.cursor = this.earlier = null
    this.starting = undefined
    this.api.token = ''
    this.readTo = ''
    this.signed = false
    this.push = 'never'
    if (token) this.mine = { style: this.mine.style }
    this.remember({ read: undefined })
    this.announce()
  }

  private recall(): Remembered {
    try {
      return JSON.parse(localStorage.getItem(this.options.place) ?? '{}') as Remembered
    } catch {
      return {}
    }
  }

  private remember(news: Remembered): void {
    this.mine = { ...this.mine, ...news }
    try {
      localStorage.setItem(this.options.place, JSON.stringify(this.mine))
    } catch {
      // Storage is forbidden: the visitor is remembered as long as the page lives.
    }
  }
}

/** `object`, with `changed` called once a frame after any of its fields was set. */
export function watched<T extends object>(object: T, changed: () => void): T {
  let due = false
  return new Proxy(object, {
    set(target, name, value) {
      if (!due) {
        due = true
        requestAnimationFrame(() => {
          due = false
          changed()
        })
      }
      return Reflect.set(target, name, value)
    },
  })
}

// crypto.randomUUID is missing on pages without TLS.
function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** Both, each message once, in the order in which they were said. */
export function merge(held: Message[], news: Message[]): Message[] {
  const all = new Map(held.map((message) => [message.id, message]))
  for (const message of news) all.set(message.id, message)
  return [...all.values()].sort((a, b) => (a.id < b.id ? -1 : 1))
}
