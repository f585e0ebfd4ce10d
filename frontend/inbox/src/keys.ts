// Single keys and short sequences ("g i"). Never while somebody is typing.

export interface Press {
  key: string
  ctrlKey: boolean
  metaKey: boolean
  altKey: boolean
  shiftKey: boolean
}

const PATIENCE = 1200

/** Turns presses into shortcut names. `starts` says whether a first key begins a sequence. */
export class KeyReader {
  private first = ''
  private at = 0

  constructor(private readonly starts: (key: string) => boolean) {}

  /** The shortcut to try, longest first: ["g i", "i"]. */
  read(press: Press, now: number): string[] {
    const name = nameOf(press)
    if (!name) return []
    const sequence = this.first && now - this.at < PATIENCE ? `${this.first} ${name}` : ''
    this.first = ''
    if (!sequence && this.starts(name)) {
      this.first = name
      this.at = now
      return []
    }
    return sequence ? [sequence, name] : [name]
  }
}

/** Milliseconds after which what was called for won't come any more. */
const COMING = 3000

/** What is typed between a key and the field that it calls for: words for that field, and no shortcuts. */
export class Ahead {
  private until = -Infinity
  private words = ''

  /** A field was called for. */
  begin(now: number): void {
    this.until = now + COMING
    this.words = ''
  }

  /** Whether a press is kept for it. */
  keeps({ key, ctrlKey, metaKey, altKey }: Press, now: number): boolean {
    if (key === 'Escape') this.until = -Infinity
    if (now > this.until || key.length > 1 || ctrlKey || metaKey || altKey) return false
    this.words += key
    return true
  }

  /** A field is there. */
  take(): string {
    const { words } = this
    this.until = -Infinity
    this.words = ''
    return words
  }
}

/** "e", "?", "mod+k", "mod+shift+enter"; nothing for a modifier by itself. */
export function nameOf(press: Press): string {
  const { key } = press
  if (['Control', 'Meta', 'Alt', 'Shift', 'Dead', 'Process', 'Unidentified'].includes(key) || press.altKey) return ''
  const mod = press.ctrlKey || press.metaKey
  if (!mod) return key.length === 1 ? key : key.toLowerCase()
  return `mod+${press.shiftKey ? 'shift+' : ''}${key.toLowerCase()}`
}

/** Whether keys go into a field, so that they are no shortcuts. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  return target.isContentEditable || target.matches('input:not([type=checkbox], [type=radio]), textarea, select')
}

/** What a key is called on this machine's keyboard. */
export function keyLabels(shortcut: string, mac: boolean): string[] {
  const names: Record<string, string> = {
    mod: mac ? '⌘' : 'Ctrl',
    shift: mac ? '⇧' : 'Shift',
    alt: mac ? '⌥' : 'Alt',
    enter: '↵',
    escape: 'Esc',
  }
  return shortcut
    .split(/[ +]/)
    .filter(Boolean)
    .flatMap((key) =>
      /^[A-Z]$/.test(key) ? [names.shift!, key] : [names[key] ?? (key.length === 1 ? key.toUpperCase() : key)],
    )
}

export const isMac = typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.userAgent)
