// What this browser remembers about the screen. Losing it loses nothing but comfort.
import type { Id } from '../../shared/types.ts'

const KEY = 'lyhord.screen'

interface Remembered {
  listWidth: number
  panel: boolean
  /** Rows of one line. */
  compact: boolean
  /** Open the next conversation after an answer, or after resolving. */
  nextAfterSend: boolean
  nextAfterResolve: boolean
  /** Conversations kept at hand. */
  tabs: readonly Id[]
  /** The buttons of formatting, where it arrives. */
  formatBar: boolean
  /** The signature below a mail that is being written. */
  signature: boolean
}
const USUAL: Remembered = {
  listWidth: 344,
  panel: true,
  compact: false,
  nextAfterSend: false,
  nextAfterResolve: false,
  tabs: [],
  formatBar: true,
  signature: true,
}

function load(): Remembered {
  try {
    return { ...USUAL, ...(JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Remembered>) }
  } catch {
    return USUAL
  }
}

class Prefs {
  private kept = $state.raw(load())

  get listWidth(): number {
    return this.kept.listWidth
  }
  set listWidth(width: number) {
    this.keep({ listWidth: Math.round(Math.min(560, Math.max(280, width))) })
  }
  get panel(): boolean {
    return this.kept.panel
  }
  set panel(open: boolean) {
    this.keep({ panel: open })
  }

  get compact(): boolean {
    return this.kept.compact
  }
  set compact(compact: boolean) {
    this.keep({ compact })
  }
  get nextAfterSend(): boolean {
    return this.kept.nextAfterSend
  }
  set nextAfterSend(on: boolean) {
    this.keep({ nextAfterSend: on })
  }
  get nextAfterResolve(): boolean {
    return this.kept.nextAfterResolve
  }
  set nextAfterResolve(on: boolean) {
    this.keep({ nextAfterResolve: on })
  }

  get tabs(): readonly Id[] {
    return this.kept.tabs
  }
  set tabs(tabs: readonly Id[]) {
    this.keep({ tabs })
  }
  get formatBar(): boolean {
    return this.kept.formatBar
  }
  set formatBar(on: boolean) {
    this.keep({ formatBar: on })
  }

  get signature(): boolean {
    return this.kept.signature
  }
  set signature(open: boolean) {
    if (open !== this.kept.signature) this.keep({ signature: open })
  }

  private keep(change: Partial<Remembered>): void {
    this.kept = { ...this.kept, ...change }
    try {
      localStorage.setItem(KEY, JSON.stringify(this.kept))
    } catch {
      // a browser without storage forgets
    }
  }
}

export const prefs = new Prefs()
