// What the composer of one conversation holds. Kept on the server while it is written, so that it is there on every device.
import { call, newKey, type Problem } from '../../../shared/api.ts'
import type {
  Attachment,
  WayOut,
  Draft,
  Id,
  Outgoing,
  SendPlan,
  SharedDraft,
  ConversationView,
} from '../../../shared/types.ts'
import { t } from '../../../shared/words.ts'
import { screens } from '../screens.svelte.ts'
import { session } from '../session.svelte.ts'
import { toasts } from '../toasts.svelte.ts'
import { Files } from './files.svelte.ts'
import { mentionsIn } from './mentions.ts'
import { Held, share, wordsOf } from './sharing.svelte.ts'
import type { Way } from './publicity.ts'
import { readAddresses } from './suggest.ts'

const SAVE_AFTER = 900
const AGAIN_AFTER = 5_000
const PLAN_AFTER = 450

export class Composing {
  kind = $state<'reply' | 'note'>('reply')
  text = $state('')
  /** The words formatted, as long as nobody went on with them as plain ones; null: they aren't. */
  html = $state<string | null>(null)
  subject = $state('')
  copies = $state('')
  blindCopies = $state('')
  door = $state.raw<WayOut | null>(null)
  /** The door that the agent picked by hand; without one the answer follows the customer. */
  private chosen: WayOut | null = null
  /** The message that is quoted, or none. */
  answers = $state<Id | null>(null)
  /** Answers to choose from, as they are written: some may be empty yet. */
  buttons = $state<string[]>([])
  /** Whether it is to be public, as the agent chose; null: the way of what it answers. */
  public = $state<boolean | null>(null)
  /** The way it goes where there are two, and the public message that it then answers. */
  way = $state.raw<Way | null>(null)
  readonly files = new Files(() => this.touched())
  /** A template that was taken back, with its file. */
  template = $state.raw<Draft | null>(null)
  /** What leaves instead of what is written: its translation, seen and agreed to. */
  translated = $state.raw<Pick<Outgoing, 'text' | 'written'> | null>(null)
  plan = $state.raw<SendPlan | null>(null)
  saved = $state<'' | 'saving' | 'saved' | 'unsaved'>('')
  /** The shared draft that is written on here; without one nobody else sees it. */
  held = $state.raw<Held | null>(null)
  /** The one that ended here, whatever an older view says. */
  private ended: Id | null = null
  private edits = 0
  /** Whether keeping is a matter of time. */
  private due = false
  dirty = false
  private saveTimer: ReturnType<typeof setTimeout> | undefined
  private planTimer: ReturnType<typeof setTimeout> | undefined
  private planned = 0
  private had = false

  constructor(readonly id: Id) {}

  /** Take over what the server keeps, unless something is being written here. */
  restore(view: ConversationView): void {
    this.door = this.doorOf(view, this.chosen)
    if (this.held) return this.follow(this.held, view)
    if (this.dirty) return
    const draft = view.draft
    if (!draft && this.pickUp(view)) return
    if (!draft && !this.had) return // nothing was kept: what was chosen here, a note or an answer, stays
    this.had = draft !== null
    this.fill(draft ?? { text: '', kind: 'reply' }, view)
  }

  fill(draft: Draft, view: ConversationView): void {
    this.kind = draft.kind
    this.text = draft.text
    this.html = draft.html ?? null
    this.subject = draft.subject ?? ''
    this.copies = (draft.copies ?? []).map((one) => one.value).join(', ')
    this.blindCopies = (draft.blind_copies ?? []).map((one) => one.value).join(', ')
    this.answers = draft.answers ?? null
    this.buttons = [...(draft.buttons ?? [])]
    this.public = draft.public ?? null
    const wanted = view.ways_out.find((one) => one.inbox_id === draft.inbox_id && one.value === draft.value)
    this.chosen = wanted ?? null
    this.door = this.doorOf(view, this.chosen)
    const files =
      draft.attachments ??
      (draft.attachment_ids ?? []).map((id) => ({ id, name: t('composer.file'), type: '', size: 0 }))
    this.template = draft.template ? { ...draft, attachments: files } : null
    this.files.set(this.template ? [] : files, this.html)
  }

  /** A template was taken back. What is written here stays. */
  chooseAgain(draft: Draft, view: ConversationView): void {
    if (this.isEmpty) this.fill(draft, view)
    else this.template = draft
  }

  /** Write on a shared draft. */
  hold(shared: SharedDraft, view: ConversationView): void {
    this.fill(wordsOf(shared), view)
    this.held = new Held(shared)
    this.had = this.dirty = false
    this.saved = 'saved'
    this.planSoon()
  }

  /** It was written on elsewhere, or isn't this agent's any more. What isn't kept yet is kept first: the server tells then. */
  private follow(held: Held, view: ConversationView): void {
    if (this.saved !== 'saved') return
    const now = view.shared_drafts.find((one) => one.id === held.id)
    if (!now) return void this.ask(held)
    if (now.version <= held.version) return
    if (now.agent_id === session.me?.agent.id) return this.hold(now, view)
    toasts.say(t('shared.lost', { name: session.agent(now.agent_id)?.name ?? '' }))
    this.clear()
    this.ended = null
  }

  /** A view doesn't know of it: because it is older, or because the draft was sent or discarded on another device. */
  private async ask(held: Held): Promise<void> {
    try {
      await call('GET', `/shared-drafts/${held.id}`)
    } catch (problem) {
      if ((problem as Problem).status === 404 && this.held === held && this.saved === 'saved') this.clear()
    }
  }

  /** Colleagues see it from now on, or no more. Whether that was done. */
  async share(): Promise<boolean> {
    clearTimeout(this.saveTimer)
    this.due = false
    this.translated = null
    const body = this.body()
    if (!body || this.kind === 'note' || this.isEmpty || this.held) return false
    try {
      const edits = this.edits
      this.held = new Held(await share(this.id, body, newKey()))
      this.had = false
      this.saved = 'saved'
      if (edits !== this.edits) this.touched()
      return true
    } catch (problem) {
      toasts.fail(problem)
      return false
    }
  }
  async unshare(): Promise<boolean> {
    const { held } = this
    if (!held) return false
    try {
      if (this.saved === 'unsaved') await this.save()
      await held.unshare()
    } catch (problem) {
      toasts.fail(problem)
      return false
    }
    if (this.held === held) {
      this.ended = held.id
      this.held = null
      this.had = this.dirty = true
    }
    return true
  }

  /** Reply or note. A shared draft stays in the thread while its writer notes something. */
  turn(kind: 'reply' | 'note'): void {
    if (this.kind === kind) return
    this.layDown()
    this.kind = kind
    if (this.text) this.touched()
  }

  /** Leave a shared draft in the thread. */
  layDown(): void {
    if (!this.held) return
    if (this.saved === 'unsaved') void this.save()
    this.clear()
    this.ended = null
  }
  /** Go on with one that this agent left there, where nothing else is written. */
  pickUp(view: ConversationView): boolean {
    if (this.held || !this.isEmpty || this.kind === 'note') return false
    const left = view.shared_drafts.find((one) => one.agent_id === session.me?.agent.id && one.id !== this.ended)
    if (left) this.hold(left, view)
    return !!left
  }

  /** Answer by another door than the customer's last. */
  choose(door: WayOut | null): void {
    this.chosen = this.door = door
    this.touched()
  }

  /** The door chosen by hand, else where the customer wrote last, else any that is open. */
  private doorOf(view: ConversationView, before: WayOut | null): WayOut | null {
    const same = (one: WayOut, other: { inbox_id: Id | null; scheme: string | null; value: string | null }) =>
      one.inbox_id === other.inbox_id && one.scheme === other.scheme && one.value === other.value
    const { ways_out: doors, conversation } = view
    return (
      (before && doors.find((one) => same(one, before))) ??
      doors.find((one) => one.usable && same(one, conversation)) ??
      doors.find((one) => one.usable) ??
      doors[0] ??
      null
    )
  }

  get isEmpty(): boolean {
    return !this.text.trim() && !this.going.length
  }

  /** The files that go along. */
  get going(): Attachment[] {
    return this.files.going(this.html)
  }

  /** The body of a command; null when an address can't be read. */
  body(more: Partial<Outgoing> = {}): Outgoing | null {
    const body: Outgoing = {
      kind: this.kind,
      text: this.text.trim(),
      attachment_ids: this.going.map((one) => one.id),
    }
    if (this.kind === 'note') return { ...body, mentions: mentionsIn(this.text, session.named), ...more }
    if (this.html && !this.translated) body.html = this.html
    const copies = readAddresses(this.copies)
    const blind = readAddresses(this.blindCopies)
    if (!copies || !blind) return null
    const { door } = this
    if (door) Object.assign(body, { inbox_id: door.inbox_id, scheme: door.scheme, value: door.value })
    if (this.subject.trim()) body.subject = this.subject.trim()
    if (copies.length) body.copies = copies
    if (blind.length) body.blind_copies = blind
    if (this.answers) body.answers = this.answers
    const buttons = this.buttons.map((one) => one.trim()).filter(Boolean)
    if (buttons.length) body.buttons = buttons
    if (this.way) Object.assign(body, { public: this.way.public, answers: this.way.answers ?? this.answers })
    if (this.held) body.shared_id = this.held.id
    return { ...body, ...this.translated, ...more }
  }

  /** Something was changed by hand. */
  touched(): void {
    this.dirty = true
    this.translated = null
    this.edits++
    // Colleagues who look on see words come while they are written; of one's own a pause is early enough.
    if (!this.held || !this.due) this.saveIn(SAVE_AFTER)
    this.saved = 'unsaved'
    this.planSoon()
  }

  private saveIn(time: number): void {
    clearTimeout(this.saveTimer)
    this.due = true
    this.saveTimer = setTimeout(() => void this.save(), time)
  }

  planSoon(): void {
    clearTimeout(this.planTimer)
    if (this.kind === 'note' || this.isEmpty) {
      this.plan = null
      return
    }
    this.planTimer = setTimeout(() => void this.preview(), PLAN_AFTER)
  }

  private async preview(): Promise<void> {
    const body = this.body()
    if (!body) return
    const turn = ++this.planned
    try {
      const plan = await call<SendPlan>('POST', `/conversations/${this.id}/plan`, body)
      if (turn === this.planned) this.plan = plan
    } catch {
      if (turn === this.planned) this.plan = null // sending will say what is wrong
    }
  }

  async save(): Promise<void> {
    clearTimeout(this.saveTimer)
    this.due = false
    const body = this.body()
    if (!this.dirty || !body) return
    if (this.held) return this.keep(this.held, body)
    this.saved = 'saving'
    try {
      if (this.isEmpty) {
        if (this.had) await call('DELETE', `/conversations/${this.id}/draft`)
        this.had = false
        this.saved = ''
      } else {
        await call('PUT', `/conversations/${this.id}/draft`, body)
        this.had = true
        this.saved = 'saved'
      }
    } catch (problem) {
      this.saved = 'unsaved'
      if ((problem as Problem).status === 0) this.saveIn(AGAIN_AFTER)
    }
    screens.tookDraft(this.id)
  }

  /** The same for a shared draft. What came too late is kept as an own one, unless it has left from here already. */
  private async keep(held: Held, body: Outgoing): Promise<void> {
    this.saved = 'saving'
    const edits = this.edits
    try {
      if (this.isEmpty) await this.discard(held)
      else await held.keep(body)
      if (this.held === held && edits === this.edits) this.saved = 'saved'
    } catch (problem) {
      const { status } = problem as Problem
      if (status === 409) return this.parted(held, problem)
      if (this.held !== held) return
      this.saved = 'unsaved'
      if (status === 0) this.saveIn(AGAIN_AFTER)
    }
  }
  private async discard(held: Held): Promise<void> {
    await held.discard()
    this.ended = held.id
    if (this.held === held) this.held = null
    this.saved = ''
    toasts.say(t('shared.stopped'))
  }
  private parted(held: Held, problem: unknown): void {
    if (this.ended === held.id) return void call('DELETE', `/conversations/${this.id}/draft`).catch(() => undefined)
    toasts.fail(problem)
    if (this.held !== held) return
    this.held = null
    this.had = true
    this.touched()
  }

  /** The words are on their way: begin anew. */
  clear(): void {
    clearTimeout(this.saveTimer)
    clearTimeout(this.planTimer)
    this.due = false
    this.planned++
    this.kind = 'reply'
    this.text = ''
    this.html = null
    this.translated = null
    this.subject = ''
    this.copies = ''
    this.blindCopies = ''
    this.answers = null
    this.buttons = []
    this.public = null
    this.template = null
    this.files.set([])
    this.plan = null
    this.saved = ''
    this.dirty = false
    if (this.had) call('DELETE', `/conversations/${this.id}/draft`).catch(() => undefined) // sending discards it too
    this.had = false
    if (this.held) this.ended = this.held.id
    this.held = null
  }

  /** In public or in private: chosen by hand. */
  publish(wanted: boolean): void {
    this.public = wanted
    this.touched()
  }

  /** Answer one message, which is quoted then; null: none in particular. */
  quote(messageId: Id | null): void {
    this.answers = messageId
    this.public = null
    this.touched()
  }

  stop(): void {
    if (this.saved === 'unsaved') void this.save()
    clearTimeout(this.planTimer)
  }
}
