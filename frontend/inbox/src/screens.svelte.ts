// The state behind the screens: fetches views, takes the live stream in, and hands both to the pure functions of live.ts.
// Events wait in a queue and are applied once per animation frame.
import { call, Problem, query } from '../../shared/api.ts'
import type { StreamEvent } from '../../shared/stream.ts'
import type {
  ChangedRow,
  Contact,
  Frame,
  Id,
  Message,
  Page,
  Signal,
  Stretch,
  TicketInTalk,
  TicketRow,
} from '../../shared/types.ts'
import type { Me } from '../../shared/types-company.ts'
import { bell } from './bell/bell.svelte.ts'
import { isView, type ListName } from './lists.ts'
import * as live from './live.ts'
import { presence } from './presence.svelte.ts'
import { prefs } from './prefs.svelte.ts'
import { session } from './session.svelte.ts'
import { steadily } from './steadily.ts'
import { shareStream, type Shared } from './tabs.ts'
import { toasts } from './toasts.svelte.ts'
import { views } from './views.svelte.ts'

const PAGE = 60

/** Read something again, and once more while the network is away: nobody will point at it a second time. */
function afresh(load: () => Promise<unknown>): void {
  void steadily(() =>
    load().catch((problem) => {
      if (problem instanceof Problem && problem.status === 0) throw problem
    }),
  )
}

class Screens {
  state = $state.raw<live.State>(null as unknown as live.State)
  /** Whether events reach us; null before the first word. */
  live = $state<boolean | null>(null)
  /** The clock of the screen: moves twice a minute, so that waiting times do. */
  now = $state(Date.now())
  /** Called whenever everything has to be read afresh. */
  private queue: Frame[] = []
  private scheduled = false
  epoch = ''
  private seq = 0
  private shared: Shared | null = null
  private fetching = new Set<string>()
  /** What came while answers are on their way, one tape for each. */
  private readonly tapes = new Set<Frame[]>()
  private readonly listeners = new Set<(frame: Frame) => void>()
  private countsTimer: ReturnType<typeof setTimeout> | undefined
  /** Conversations of which the server is to say where their tickets stand. */
  private doubts = new Set<Id>()
  /** The list on the screen. */
  private open: ListName = 'mine'

  start(me: Me): void {
    if (!this.state) this.resume(live.emptyState(me), String(me.stream.epoch))
    this.shared = shareStream('/api/v1/stream', {
      onEvent: (event) => this.hear(event),
      onState: (state) => (this.live = state),
      onOut: () => session.end(),
      last: () => `${this.epoch}:${this.seq}`,
    })
    setInterval(() => this.tick(), 30_000)
    void this.loadCounts()
    void views.load()
  }

  /** Go on from what was known once. */
  resume(state: live.State, epoch: string): void {
    this.state = state
    this.epoch = epoch
    this.seq = state.seq
  }

  /** The network is back after a start without one. Events bring the rest. */
  back(): void {
    void this.loadCounts()
    void views.load()
    if (this.state.lists.has(this.open)) void this.reloadList(this.open)
  }

  stop(): void {
    this.shared?.tellOut()
    this.shared?.stop()
    this.shared = null
  }

  /** Time passes, and with it what stands in a view that asks how long. */
  private tick(): void {
    this.now = Date.now()
    if (document.hidden) return
    if (isView(this.open) && views.moves(this.open)) void this.reloadList(this.open)
    if (views.all.some((one) => views.moves(`view:${one.id}`))) views.countSoon()
  }

  private hear(event: StreamEvent): void {
    if (event.event === 'signal') return presence.hear(JSON.parse(event.data) as Signal)
    if (event.event === 'reset') return void this.reset(event.id)
    if (!event.id) return
    const [epoch = '', number = '0'] = event.id.split(':')
    if (epoch !== this.epoch) return void this.reset(event.id)
    const seq = Number(number)
    if (event.event === 'skip') {
      this.seq = Math.max(this.seq, seq)
      this.state = live.passed(this.state, seq)
      return
    }
    if (event.event !== 'change' || seq <= this.seq) return
    this.seq = seq
    this.queue.push(JSON.parse(event.data) as Frame)
    this.schedule()
  }

  private schedule(): void {
    if (this.scheduled) return
    this.scheduled = true
    if (document.hidden) setTimeout(() => this.flush(), 200)
    else requestAnimationFrame(() => this.flush())
  }

  private flush(): void {
    this.scheduled = false
    const frames = this.queue
    this.queue = []
    this.state = live.applyAll(this.state, frames)
    for (const tape of this.tapes) tape.push(...frames)
    for (const frame of frames) {
      presence.wrote(frame)
      for (const hear of this.listeners) hear(frame)
      live.touched(frame).forEach((id) => this.doubt(id))
    }
    if (this.state.stale.size) this.refresh()
  }

  /** Hear each frame once it is applied, for pages with rows of their own. Returns how to stop: an effect may return it. */
  listen(hear: (frame: Frame) => void): () => void {
    this.listeners.add(hear)
    return () => this.listeners.delete(hear)
  }

  /** Fetch what frames could only point at. */
  private refresh(): void {
    const stale = this.state.stale
    const take = (what: string) => {
      this.state = live.withoutStale(this.state, what)
    }
    for (const what of stale) {
      if (what === 'counts') this.loadCountsSoon()
      else if (what === 'mentioned' || what === 'watched') {
        if (this.state.lists.has(what)) afresh(() => this.loadList(what))
        this.loadCountsSoon()
      } else if (what === 'saved_view.changed' || what === 'views') this.reloadViews()
      else if (what === 'agent.changed') afresh(() => Promise.all([session.loadAgents(), session.load()]))
      else if (what === 'role.changed')
        afresh(() =>
          Promise.all([session.load(), session.loadAgents(), session.roles.length ? session.loadRoles() : null]),
        )
      else if (what === 'team.changed')
        afresh(() => Promise.all([session.loadTeams(), session.load()]).then(() => this.reloadViews()))
      else if (what === 'kind.changed') afresh(() => session.loadKinds().then(() => this.reloadViews()))
      else if (what === 'inbox.changed') afresh(() => session.loadInboxes())
      else if (what === 'workspace.changed') afresh(() => session.load())
      else if (what.startsWith('view:')) afresh(() => this.loadView(what.slice(5)))
      else if (what === 'notification.changed') bell.hear()
      else if (what.startsWith('conversation:')) afresh(() => this.loadConversation(what.slice(13)))
      else continue // drafts, canned replies and macros are read by who shows them
      take(what)
    }
  }

  /** The server's past is another one, or too long ago: read everything that is on a screen again. */
  private async reset(id: string | null): Promise<void> {
    this.queue = []
    try {
      const me = await call<Me>('GET', '/me')
      await session.take(me)
      const lists = [...this.state.lists.keys()]
      const threads = [...this.state.threads.keys()]
      this.epoch = id?.split(':')[0] || String(me.stream.epoch)
      this.seq = Math.max(Number(id?.split(':')[1] ?? 0), me.stream.seq)
      await Promise.all([
        session.loadDirectory(),
        this.loadCounts(),
        bell.hear(),
        ...lists.map((list) => this.loadList(list)),
        ...threads.slice(-1).map((thread) => this.loadConversation(thread)),
      ])
      for (const thread of threads.slice(0, -1)) this.forget(thread)
    } catch (problem) {
      toasts.fail(problem)
    }
  }

  private forget(id: Id): void {
    const threads = new Map(this.state.threads)
    threads.delete(id)
    this.state = { ...this.state, threads }
  }

  private loadCountsSoon(): void {
    this.countsTimer ??= setTimeout(() => {
      this.countsTimer = undefined
      void this.loadCounts()
    }, 1500)
  }

  private doubt(id: Id): void {
    views.countSoon()
    if (!isView(this.open)) return
    if (!this.doubts.size) setTimeout(() => void this.settle(this.open), 200)
    this.doubts.add(id)
  }

  /** Which of the tickets in doubt stand in the open view. */
  private async settle(list: ListName): Promise<void> {
    const asked = [...this.doubts].slice(0, 200)
    this.doubts = new Set([...this.doubts].slice(200))
    if (list !== this.open || !this.state.lists.has(list)) return this.doubts.clear()
    try {
      await this.fetched(
        call<TicketRow[]>('POST', '/tickets/within', { list, conversation_ids: asked }),
        (state, rows) => live.settled(state, list, asked, rows),
      )
    } catch {
      void this.loadList(list).catch(() => undefined) // away for a moment: then all of it
    }
    if (this.doubts.size) void this.settle(list)
  }

  private reloadViews(): void {
    void views.load()
    if (isView(this.open)) void this.reloadList(this.open)
  }

  /** A list comes on the screen. */
  async openList(list: ListName): Promise<void> {
    this.open = list
    this.doubts.clear()
    this.state = live.withoutViews(this.state, list)
    await this.loadList(list)
  }

  /** As much of it as is here, afresh. */
  private async reloadList(list: ListName): Promise<void> {
    const wanted = this.state.lists.get(list)?.ids.length ?? 0
    const all: Page<TicketRow> = { items: [], next: null }
    const pages = async () => {
      do {
        const page = await call<Page<TicketRow>>('GET', `/tickets${query({ list, cursor: all.next, limit: 200 })}`)
        all.items.push(...page.items)
        all.next = page.next
      } while (all.next && all.items.length < wanted)
      return all
    }
    await this.fetched(pages(), (state, page) => live.withPage(state, list, page, true)).catch(() => undefined)
  }

  async loadCounts(): Promise<void> {
    try {
      const counts = await call<Record<string, number>>('GET', '/tickets/counts')
      this.state = live.withCounts(this.state, flat(counts))
    } catch {
      // numbers come back with the next change; the stream's state says that we are offline
    }
  }

  /** The first page, or the next one. */
  async loadList(list: ListName, more = false): Promise<void> {
    const old = this.state.lists.get(list)
    const cursor = more ? old?.next : null
    const name = `list:${list}:${cursor ?? ''}`
    if ((more && !cursor) || this.fetching.has(name)) return
    this.fetching.add(name)
    try {
      await this.fetched(
        call<Page<TicketRow>>('GET', `/tickets${query({ list, cursor, limit: PAGE })}`),
        (state, page) => live.withPage(state, list, page, !more),
      )
    } finally {
      this.fetching.delete(name)
    }
  }

  /** Fetch what is likely to be opened next, so that it will stand there at once. */
  async ahead(id: Id): Promise<void> {
    if (!this.state.threads.has(id)) await this.loadConversation(id, true).catch(() => undefined)
  }

  /** The conversation and its newest messages; it is the one that is open, unless it is fetched ahead. */
  async loadConversation(id: Id, ahead = false): Promise<void> {
    const answers = Promise.all([
      call<live.Plain>('GET', `/conversations/${id}`),
      call<TicketInTalk[]>('GET', `/conversations/${id}/tickets`),
      call<Stretch>('GET', `/conversations/${id}/messages${query({ limit: PAGE })}`),
    ])
    await this.fetched(answers, (state, [view, tickets, page]) =>
      live.withMessages(live.withView(state, { ...view, ...live.talked(tickets) }), id, page, true),
    )
    this.keepFew(id, ahead)
  }

  /** What a conversation shows beside its messages and tickets, once more. */
  private async loadView(id: Id): Promise<void> {
    await this.fetched(call<live.Plain>('GET', `/conversations/${id}`), (state, view) => {
      const before = state.threads.get(id)?.view
      return before ? live.withView(state, { ...before, ...view }) : state
    }).catch(() => undefined) // it comes with the next change, or when it is opened again
  }

  /** Apply an answer, and once more what came while it was on its way: that may be newer. */
  async fetched<T>(answer: Promise<T>, apply: (state: live.State, answer: T) => live.State): Promise<T> {
    const tape: Frame[] = []
    this.tapes.add(tape)
    try {
      const given = await answer
      this.state = live.again(apply(this.state, given), tape)
      // What came meanwhile may ask for the very thing that was on its way.
      if (this.state.stale.size) setTimeout(() => this.refresh())
      return given
    } finally {
      this.tapes.delete(tape)
    }
  }

  /** Conversations that nobody looks at any more are forgotten after a dozen. The open one is the last. */
  private keepFew(id: Id, ahead: boolean): void {
    const { threads } = this.state
    const kept = threads.get(id)
    if (!kept) return
    const others = [...threads].filter(([other]) => other !== id)
    const few = new Set(others.filter(([other]) => !prefs.tabs.includes(other)).slice(-11))
    const order = others.filter((one) => few.has(one) || prefs.tabs.includes(one[0]))
    order.splice(ahead ? -1 : order.length, 0, [id, kept])
    this.state = { ...this.state, threads: new Map(order) }
  }

  async loadOlder(id: Id): Promise<void> {
    const before = this.state.threads.get(id)?.before
    if (!before || this.fetching.has(id)) return
    this.fetching.add(id)
    try {
      const page = await call<Stretch>('GET', `/conversations/${id}/messages${query({ before, limit: PAGE })}`)
      this.state = live.withMessages(this.state, id, page, false)
    } finally {
      this.fetching.delete(id)
    }
  }

  keepTicket(row: TicketRow): void {
    this.state = live.withTicket(this.state, row)
  }
  /** What this agent changed is shown until rows have it, or `unmake` says that they never will. */
  make(made: Omit<live.Made, 'until'>): void {
    if (this.state) this.state = live.withChange(this.state, { ...made, until: null })
  }
  unmake(key: string): void {
    this.state = live.withoutChange(this.state, key)
  }
  async takeChange(key: string, answer: Promise<ChangedRow>): Promise<void> {
    await this.fetched(answer, (state, row) => live.withAnswer(state, key, row))
  }
  async takeTicket(answer: Promise<TicketRow>): Promise<void> {
    await this.fetched(answer, live.withTicket)
  }
  async takeMessage(answer: Promise<Message>): Promise<void> {
    await this.fetched(answer, live.withMessage)
  }
  keepMessage(message: Message): void {
    this.state = live.withMessage(this.state, message)
  }
  keepContact(contact: Contact): void {
    this.state = live.withContact(this.state, contact)
  }
  keepWatcher(id: Id, agentId: Id, watching: boolean): void {
    this.state = live.withWatcher(this.state, id, agentId, watching)
  }
  tookDraft(id: Id): void {
    this.took(`draft:${id}`)
  }
  /** Who shows it has it fresh, or is about to. */
  took(what: string): void {
    this.state = live.withoutStale(this.state, what)
  }

  /** I have read up to here. Told to the server without waiting. */
  async markRead(id: Id, messageId: Id): Promise<void> {
    if ((this.state.reads.get(id) ?? '') >= messageId) return
    this.state = live.withRead(this.state, id, messageId)
    await call('POST', `/conversations/${id}/read`, { message_id: messageId }).catch(() => undefined)
  }

  /** The stream says where the mark stands then. */
  async markUnread(id: Id, messageId: Id): Promise<void> {
    try {
      await call('POST', `/conversations/${id}/read`, { message_id: messageId, unread: true })
    } catch (problem) {
      toasts.fail(problem)
    }
  }
}

/** Counts of teams may come nested; screens know them as `team:<id>`. */
function flat(counts: Record<string, unknown>): Record<string, number> {
  const found: Record<string, number> = {}
  for (const [name, count] of Object.entries(counts)) {
    if (typeof count === 'number') found[name] = count
    else if (count && typeof count === 'object')
      for (const [id, number] of Object.entries(count)) found[`team:${id.replace(/^team:/, '')}`] = Number(number)
  }
  return found
}

export const screens = new Screens()
