// Canned replies, found while one types and counted when used.
import { call } from '../../../shared/api.ts'
import type { Attachment } from '../../../shared/types.ts'
import type { CannedReply } from '../../../shared/types-company.ts'
import { Kept } from '../kept.svelte.ts'
import { rank } from '../parts/palette.ts'

class Canned extends Kept<CannedReply> {
  constructor() {
    super('/canned-replies', 'canned_reply.changed')
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
    list.map((one) => ({ id: one.id, label: one.name, shortcut: one.shortcut, reply: one })),
    words,
  ).map((one) => one.reply)
  const begun = list.filter((one) => one.shortcut.startsWith(words))
  const said = list.filter((one) => one.texts.some((text) => text.text.toLocaleLowerCase().includes(words)))
  return [...new Set([...exact, ...begun, ...named, ...said])]
}

export const canned = new Canned()
