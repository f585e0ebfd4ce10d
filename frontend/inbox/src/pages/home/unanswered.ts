import { findCanned } from '../../talk/canned.svelte.ts'
import type { CannedReply } from '../../../../shared/types-company.ts'

export interface TagUse {
  name: string
  uses: number
}

/** Tags that no canned reply has in its name, shortcut or words. */
export function unanswered(uses: readonly TagUse[], replies: readonly CannedReply[]): TagUse[] {
  return uses.filter(
    ({ name }) => !findCanned(replies, name.replaceAll('-', ' ')).length && !findCanned(replies, name).length,
  )
}
