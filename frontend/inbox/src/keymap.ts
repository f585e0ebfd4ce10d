// Every command that can have a key, with its usual one: for the page on which agents choose their own.
import { nameOf, type Press } from './keys.ts'

export interface Mapped {
  id: string
  /** The key of its words. */
  label: string
  usual: string
  group: 'talk' | 'list' | 'go' | 'app'
}

const talk = (id: string, usual: string, label = `key.${id}`): Mapped => ({ id, label, usual, group: 'talk' })
const list = (id: string, usual: string, label: string): Mapped => ({ id, label, usual, group: 'list' })
const go = (id: string, usual: string, label: string): Mapped => ({ id, label, usual, group: 'go' })
const app = (id: string, usual: string, label: string): Mapped => ({ id, label, usual, group: 'app' })

export const KEYMAP: readonly Mapped[] = [
  talk('reply', 'r'),
  talk('note', 'n'),
  talk('send', 'mod+enter', 'composer.send'),
  talk('send-resolve', 'mod+shift+enter', 'composer.send_resolve'),
  talk('send-next', 'mod+alt+enter', 'composer.send_next'),
  talk('send-later', 'mod+shift+l', 'composer.send_later'),
  talk('share-draft', 'mod+shift+d', 'shared.share'),
  talk('quote', 'q'),
  talk('translate', 'y'),
  talk('translate-reply', 'Y', 'key.translate_reply'),
  talk('message-menu', 'o', 'act.open_menu'),
  talk('edit-message', '', 'act.edit_last'),
  talk('remove-message', '', 'act.remove_last'),
  talk('react', '', 'act.react_last'),
  talk('hide-comment', '', 'act.hide_last'),
  talk('turn-public', '', 'public.turn_public'),
  talk('voice', '', 'composer.voice'),
  talk('buttons', '', 'buttons.title'),
  talk('template', '', 'templates.choose'),
  talk('side', '', 'side.ask'),
  talk('forward', '', 'side.forward_last'),
  talk('merge', '', 'person.merge'),
  talk('block', '', 'person.block'),
  talk('spam', '', 'person.spam'),
  talk('macros', '.', 'key.macro'),
  talk('assign', 'a'),
  talk('hand-over', 'h', 'key.hand_over'),
  talk('tags', 't'),
  talk('kind', 'l', 'key.kind'),
  talk('reason', 'v', 'key.reason'),
  talk('matter', '', 'key.matter'),
  talk('summary', '', 'key.summary'),
  talk('fields', 'd'),
  talk('raise', '', 'complaint.raise'),
  talk('another-matter', 'M', 'act.another_matter'),
  talk('move-message', '', 'act.move_message'),
  talk('another-ticket', 'T', 'several.next'),
  talk('only-ticket', 'f', 'several.only_this'),
  talk('drop-ticket', '', 'several.drop'),
  talk('task', '', 'key.task'),
  talk('take', 'm'),
  talk('resolve', 'e'),
  talk('reopen', 'e'),
  talk('snooze', 's'),
  talk('unread', 'U'),
  talk('follow', 'w'),
  talk('panel', 'p'),
  talk('copy-link', '', 'key.copy_link'),
  talk('why', '', 'rule.why'),
  talk('routed', '', 'why.here'),
  talk('keep', 'b', 'key.keep'),
  list('next', 'j', 'key.next'),
  list('previous', 'k', 'key.previous'),
  list('back', 'u', 'key.back'),
  list('select', 'x', 'key.select'),
  list('select-to', 'X', 'key.select_to'),
  list('select-all', '* a', 'key.select_all'),
  list('select-none', 'escape', 'key.select_none'),
  list('export', '', 'look.export'),
  go('search', '/', 'key.search'),
  go('go-mine', 'g i', 'list.mine'),
  go('go-unassigned', 'g u', 'list.unassigned'),
  go('go-waiting', 'g w', 'list.waiting'),
  go('go-complaints', 'g k', 'list.complaints'),
  go('go-all', 'g a', 'list.all'),
  go('go-mentioned', 'g m', 'list.mentioned'),
  go('go-watched', 'g f', 'list.watched'),
  go('go-snoozed', 'g s', 'list.snoozed'),
  go('go-resolved', 'g r', 'list.resolved'),
  go('tab-next', ']', 'tabs.next'),
  go('tab-previous', '[', 'tabs.previous'),
  go('notifications', 'g n', 'key.notifications'),
  go('go-home', 'g h', 'places.home'),
  go('go-contacts', 'g c', 'places.contacts'),
  go('go-settings', 'g ,', 'places.settings'),
  app('palette', 'mod+k', 'key.palette'),
  app('help', '?', 'key.help'),
  app('undo', 'z', 'app.undo'),
  app('new', 'c', 'key.new'),
  app('new-view', '', 'look.new_view'),
  app('edit-view', '', 'look.edit_view'),
]

/** Never offered together, so that one key does for both. */
const APART = [['resolve', 'reopen']]

export function keyOf(one: Mapped, own: Readonly<Record<string, string>>): string {
  return own[one.id] ?? one.usual
}

/** Commands of which a key stands in the way: they have the same one, or one begins the other. */
export function conflicts(one: Mapped, own: Readonly<Record<string, string>>): Mapped[] {
  const key = keyOf(one, own)
  const apart = new Set(APART.find((ids) => ids.includes(one.id)))
  return !key ? [] : KEYMAP.filter((other) => other !== one && !apart.has(other.id) && clash(key, keyOf(other, own)))
}

function clash(one: string, other: string): boolean {
  return !!other && (one === other || one.startsWith(`${other} `) || other.startsWith(`${one} `))
}

/** The mapping with one key changed; what is as usual isn't kept. */
export function withKey(own: Readonly<Record<string, string>>, one: Mapped, key: string): Record<string, string> {
  const kept = { ...own, [one.id]: key }
  if (key === one.usual) delete kept[one.id]
  return kept
}

const PAUSE = 900

/** Takes down the keys that somebody presses for a command: one, or two one after another. */
export class KeyRecorder {
  private first = ''

  /** What stands there now; empty for keys that can't be taken. */
  press(press: Press): string {
    const name = nameOf(press)
    if (!name || RESERVED.has(name)) return this.first
    const both = this.first && !name.includes('+') && !this.first.includes(' ') && !this.first.includes('+')
    this.first = both ? `${this.first} ${name}` : name
    return this.first
  }
  /** Milliseconds after the last press at which nothing more is awaited. */
  readonly pause = PAUSE
}

/** Keys by which people get through any page, and those of the browser. */
const RESERVED = new Set([
  'tab',
  'enter',
  ' ',
  'arrowup',
  'arrowdown',
  'arrowleft',
  'arrowright',
  'mod+c',
  'mod+v',
  'mod+x',
  'mod+w',
  'mod+t',
  'mod+r',
])
