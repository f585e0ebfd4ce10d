// Everything that can be done by key or palette, where it can be done now.
import { untrack } from 'svelte'

export interface Command {
  id: string
  label: string
  /** "e", "g i", "mod+enter"; empty when there is none. */
  shortcut: string
  group: 'talk' | 'list' | 'go' | 'app'
  run: () => void
}

class Commands {
  private sets = $state.raw<ReadonlyMap<object, () => Command[]>>(new Map())
  readonly all = $derived([...this.sets.values()].flatMap((list) => list()))

  /** Offer commands for as long as a component lives; answers with what takes them back. */
  offer(list: () => Command[]): () => void {
    const key = {}
    this.sets = new Map(untrack(() => this.sets)).set(key, list)
    return () => {
      const left = new Map(untrack(() => this.sets))
      left.delete(key)
      this.sets = left
    }
  }

  run(id: string): void {
    this.all.findLast((command) => command.id === id)?.run()
  }

  /** The latest offer of a shortcut wins. */
  byShortcut(shortcut: string): Command | undefined {
    return this.all.findLast((command) => command.shortcut === shortcut)
  }
}

export const commands = new Commands()
