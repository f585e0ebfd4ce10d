// What this browser remembers about the screen. Losing it loses nothing but comfort.
const KEY = 'lyhord.screen'

interface Remembered {
  listWidth: number
  panel: boolean
}

function load(): Remembered {
  try {
    return { listWidth: 344, panel: true, ...(JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Remembered>) }
  } catch {
    return { listWidth: 344, panel: true }
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
