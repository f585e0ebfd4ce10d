// What the composer of one conversation holds. Kept on the server while it is written, so that it is there on every device.
import { call, type Problem } from '../../../shared/api.ts'
import type { Attachment, WayOut, Draft, Id, Outgoing, SendPlan, ConversationView } from '../../../shared/types.ts'
import { t } from '../../../shared/words.ts'
import { screens } from '../screens.svelte.ts'
import { session } from '../session.svelte.ts'
import { Files } from './files.svelte.ts'
import { mentionsIn } from './mentions.ts'
import { readAddresses } from './suggest.ts'

const SAVE_AFTER = 900
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
  readonly files = new Files(() => this.touched())
  /** What leaves instead of what is written: its translation, seen and agreed to. */
  translated = $state.raw<Pick<Outgoing, 'text' | 'written'> | null>(null)
  plan = $state.raw<SendPlan | null>(null)
  saved = $state<'' | 'saving' | 'saved' | 'unsaved'>('')
  dirty = false
  private saveTimer: ReturnType<typeof setTimeout> | undefined
  private planTimer: ReturnType<typeof setTimeout> | undefined
  private planned = 0
  private had = false

  constructor(readonly id: Id) {}

  /** Take over what the server keeps, unless something is being written here. */
  restore(view: ConversationView): void {
    this.door = this.doorOf(view, this.chosen)
    if (this.dirty) return
    const draft = view.draft
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
    const wanted = view.ways_out.find((one) => one.inbox_id === draft.inbox_id && one.value === draft.value)
    this.chosen = wanted ?? null
    this.door = this.doorOf(view, this.chosen)
    const files =
      draft.attachments ??
      (draft.attachment_ids ?? []).map((id) => ({ id, name: t('composer.file'), type: '', size: 0 }))
    this.files.set(files, this.html)
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
    return { ...body, ...this.translated, ...more }
  }

  /** Something was changed by hand. */
  touched(): void {
    this.dirty = true
    this.translated = null
    this.saved = 'unsaved'
    clearTimeout(this.saveTimer)
    this.saveTimer = setTimeout(() => void this.save(), SAVE_AFTER)
    this.planSoon()
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
    const body = this.body()
    if (!this.dirty || !body) return
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
      if ((problem as Problem).status === 0) this.saveTimer = setTimeout(() => void this.save(), 5_000)
    }
    screens.tookDraft(this.id)
  }

  /** The words are on their way: begin anew. */
  clear(): void {
    clearTimeout(this.saveTimer)
    clearTimeout(this.planTimer)
    this.planned++
    this.kind = 'reply'
    this.text = ''
    this.html = null
    this.translated = null
    this.subject = ''
    this.copies = ''
    this.blindCopies = ''
    this.answers = null
    this.files.set([])
    this.plan = null
    this.saved = ''
    this.dirty = false
    if (this.had) call('DELETE', `/conversations/${this.id}/draft`).catch(() => undefined) // sending discards it too
    this.had = false
  }

  /** Answer one message, which is quoted then; null: none in particular. */
  quote(messageId: Id | null): void {
    this.answers = messageId
    this.touched()
  }

  stop(): void {
    if (this.saved === 'unsaved') void this.save()
    clearTimeout(this.planTimer)
  }
}
