// What an answer answers: what its writer knew of, who answered meanwhile, and which way it goes where a customer speaks in public and in private.
import { untrack } from 'svelte'
import type { ConversationView, Id, Message } from '../../../shared/types.ts'
import type { Composing } from './draft.svelte.ts'
import { sameWay, wayOf } from './publicity.ts'
import { crossing } from './together.ts'

interface Said {
  view: ConversationView
  messages: readonly Message[]
}

/** Made by a component, for as long as that is there; `said` is what stands before the writer now. */
export class Answering {
  /** While nothing is written, what was said last is known to who begins. */
  private known = $state<Id>('')
  /** Of whose answer the writer was told. */
  private warned = $state<Id>()
  private readonly crossed = $derived.by(() =>
    this.composing.kind === 'note' ? undefined : crossing(this.said().messages, this.known),
  )
  /** What a colleague answered meanwhile, once the writer was told of it. */
  readonly told = $derived.by(() => (this.crossed?.id === this.warned ? this.crossed : undefined))

  constructor(
    private readonly composing: Composing,
    private readonly said: () => Said,
  ) {
    const last = () => said().messages.at(-1)?.id ?? ''
    this.known = untrack(last)
    $effect(() => {
      if (composing.isEmpty) this.known = last()
    })
    // The way is that of what is answered, and stays once something is written.
    $effect(() => {
      const { view, messages } = said()
      const isNote = composing.kind === 'note'
      const way = isNote ? null : wayOf(view, messages, this.known, composing.door?.inbox_id, composing)
      if (!sameWay(way, composing.way)) composing.way = way
    })
  }

  /** Whether something was answered of which the writer has to be told first; now they are. */
  warns(): boolean {
    const news = this.crossed?.id
    if (!news || news === this.warned) return false
    this.warned = news
    return true
  }
}
