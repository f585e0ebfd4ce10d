// What can be done in a composer by keys and in the palette.
import { inTalk, type Command } from '../commands.svelte.ts'
import type { After } from './ComposerFoot.svelte'

interface Composer {
  mayReply: boolean
  isNote: boolean
  /** Which way an answer goes, where there are two. */
  public: boolean | undefined
  /** Whether its words are shared with colleagues; undefined: there is nothing to share. */
  shared: boolean | undefined
  templates: boolean
  focus: (kind: 'reply' | 'note') => void
  quote: () => void
  publish: (wanted: boolean) => void
  send: (after?: After) => void
  addButton: () => void
  chooseTemplate: () => void
  toggleShared: () => void
}

export function commandsOf(composer: Composer): Command[] {
  const { mayReply, isNote, focus, send, shared } = composer
  const found = mayReply ? toReply(composer) : []
  found.push(
    inTalk('note', 'key.note', 'n', () => focus('note')),
    inTalk('send', 'composer.send', 'mod+enter', () => send()),
    inTalk('send-resolve', 'composer.send_resolve', 'mod+shift+enter', () => send({ resolve: true })),
    inTalk('send-next', 'composer.send_next', 'mod+alt+enter', () => send({ next: true })),
    inTalk('send-later', 'composer.send_later', 'mod+shift+l', () => send({ later: true })),
  )
  if (!mayReply) return found
  if (!isNote) found.push(inTalk('buttons', 'buttons.title', '', composer.addButton))
  if (composer.templates) found.push(inTalk('template', 'templates.choose', '', composer.chooseTemplate))
  if (shared !== undefined)
    found.push(inTalk('share-draft', `shared.${shared ? 'unshare' : 'share'}`, 'mod+shift+d', composer.toggleShared))
  return found
}

function toReply({ focus, quote, public: isPublic, publish }: Composer): Command[] {
  const found = [inTalk('reply', 'key.reply', 'r', () => focus('reply')), inTalk('quote', 'key.quote', 'q', quote)]
  if (isPublic !== undefined)
    found.push(inTalk('turn-public', `public.turn_${isPublic ? 'private' : 'public'}`, '', () => publish(!isPublic)))
  return found
}
