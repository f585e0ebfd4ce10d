// All canned replies that this agent can use, fetched when the first is wanted and again once they changed.
import { call, query } from '../../../shared/api.ts'
import type { Attachment, CannedReply, Page } from '../../../shared/types.ts'
import { rank } from '../parts/palette.ts'
import { screens } from '../screens.svelte.ts'

const CHANGED = 'canned_reply.changed'

class Canned {
  list = $state.raw<CannedReply[]>([])
  loaded = $state(false)
  private loading: Promise<void> | undefined

  get isStale(): boolean {
    return !this.loaded || screens.state.stale.has(CHANGED)
  }

  /** Fetch them unless what we have is what there is. */
  async load(): Promise<void> {
    if (!this.isStale) return
    this.loading ??= this.fetch().finally(() => (this.loading = undefined))
    await this.loading
  }

  private async fetch(): Promise<void> {
    screens.took(CHANGED)
    const found: CannedReply[] = []
    let cursor: string | null = null
    do {
      const page: Page<CannedReply> = await call('GET', `/canned-replies${query({ cursor, limit: 200 })}`)
      found.push(...page.items)
      cursor = page.next
    } while (cursor)
    this.list = found
    this.loaded = true
  }

  /** Those that fit what was typed: by name or shortcut first, then by what they say. */
  find(words: string): CannedReply[] {
    return findCanned(this.list, words)
  }

  /** It goes into a message: count that, and get copies of its files. */
  use(reply: CannedReply): Promise<Attachment[]> {
    this.list = this.list.map((one) => (one.id === reply.id ? { ...one, uses: one.uses + 1 } : one))
    return call<Attachment[]>('POST', `/canned-replies/${reply.id}/use`)
  }
}

export function findCanned(list: readonly CannedReply[], typed: string): CannedReply[] {
  const words = typed.trim().toLocaleLowerCase()
  if (!words) return [...list]
  const exact = list.filter((one) => one.shortcut === words)
  const named = rank(
    list.map((one) => ({ label: one.name, shortcut: one.shortcut, reply: one })),
    words,
  ).map((one) => one.reply)
  const begun = list.filter((one) => one.shortcut.startsWith(words))
  const said = list.filter((one) => one.texts.some((text) => text.text.toLocaleLowerCase().includes(words)))
  return [...new Set([...exact, ...begun, ...named, ...said])]
}

export const canned = new Canned()
