// The workspace's translator, as far as agents have to know of it, and what they ask of it.
import { call } from '../../../shared/api.ts'
import type { Id, Message } from '../../../shared/types.ts'
import type { Translator } from '../../../shared/types-company.ts'
import { t } from '../../../shared/words.ts'
import { screens } from '../screens.svelte.ts'
import { session } from '../session.svelte.ts'
import { toasts } from '../toasts.svelte.ts'

const CHANGED = 'translator.changed'

class Translating {
  translator = $state.raw<Translator | null>(null)
  private loaded = false

  /** Read it where it wasn't yet, or is another one now. */
  async load(): Promise<void> {
    if (this.loaded && !screens.state.stale.has(CHANGED)) return
    this.loaded = true
    screens.took(CHANGED)
    try {
      this.translator = (await call<{ translator: Translator | null }>('GET', '/translator')).translator
    } catch {
      this.loaded = false // asked again with the next conversation
    }
  }
  took(translator: Translator | null): void {
    this.translator = translator
    this.loaded = true
  }
}

export const translating = new Translating()

/** The language into which this agent has things translated. */
export const mine = (): string => session.me?.reads?.[0] ?? session.locale.split('-')[0]!

export async function translateMessage(message: Pick<Message, 'id'>): Promise<void> {
  try {
    await call('POST', `/messages/${message.id}/translation`, { into: mine() })
    toasts.say(t('translate.asked'))
  } catch (problem) {
    toasts.fail(problem)
  }
}

export function translateReply(conversationId: Id, text: string, into: string): Promise<{ text: string }> {
  return call('POST', `/conversations/${conversationId}/translation`, { text, source: mine(), into })
}
