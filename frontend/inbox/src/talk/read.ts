// What of a message's languages this agent reads.
import type { Message, Rendering } from '../../../shared/types.ts'
import { session } from '../session.svelte.ts'

export const reads = (language: string | null | undefined): boolean =>
  !language || (session.me?.reads ?? []).includes(language)

/** The words in a language that this agent reads, where the message's own isn't one; undefined where there are none yet. */
export function renderingOf(message: Message): Rendering | undefined {
  const { language, texts = [] } = message.translation ?? {}
  if (reads(language)) return undefined
  for (const one of session.me?.reads ?? []) {
    const found = texts.find((text) => text.language === one)
    if (found) return found
  }
  return undefined
}

/** What was written before it was translated and sent. */
export const writtenOf = (message: Message): Rendering | undefined =>
  message.translation?.texts?.find((text) => text.own)

/** Whether there is more to say about its languages than its words. */
export const isTranslated = (message: Message): boolean =>
  !!renderingOf(message) ||
  !!writtenOf(message) ||
  !!message.translation?.problem ||
  (!reads(message.translation?.language) && !isOwn(message))

/** Whoever wrote it knows its language. */
const isOwn = (message: Message): boolean => !!message.agent_id && message.agent_id === session.me?.agent.id
