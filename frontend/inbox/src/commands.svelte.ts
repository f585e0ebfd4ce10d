// Everything that can be done by key or palette, where it can be done now.
import { untrack } from 'svelte'
import { t } from '../../shared/words.ts'
import { Ahead, isMac, keyLabels } from './keys.ts'
import { session } from './session.svelte.ts'

export interface Command {
  id: string
  label: string
  /** The usual one: "e", "g i", "mod+enter"; empty when there is none. Agents may choose another. */
  shortcut: string
  group: 'talk' | 'list' | 'go' | 'app'
  /** Before others with the same key, for as long as it is offered. */
  first?: boolean
  /** It opens a field to type into, which comes a moment later. */
  types?: boolean
  run: () => void
}

/** One of the open conversation. `types`: it opens a field to type into. */
export function inTalk(id: string, label: string, shortcut: string, run: () => void, types = false): Command {
  return { id, label: t(label), shortcut, group: 'talk', types, run }
}

/** What is typed meanwhile. */
export const ahead = new Ahead()

function typing(run: () => void): () => void {
  return () => {
    ahead.begin(performance.now())
    run()
  }
}

class Commands {
  private sets = $state.raw<ReadonlyMap<object, () => Command[]>>(new Map())
  /** With the keys that this agent wants. */
  readonly all = $derived.by(() => {
    const own = session.me?.shortcuts ?? {}
    const offered = [...this.sets.values()].flatMap((list) => list())
    return offered.map((command) => ({
      ...command,
      shortcut: own[command.id] ?? command.shortcut,
      run: command.types ? typing(command.run) : command.run,
    }))
  })
  private readonly firstKeys = $derived(
    new Set(this.all.flatMap(({ shortcut }) => (shortcut.includes(' ') ? shortcut.split(' ')[0]! : []))),
  )

  /** Whether a key begins a sequence. */
  starts(key: string): boolean {
    return this.firstKeys.has(key)
  }

  /** The key that this agent wants for a command. */
  key(id: string, usual: string): string {
    return session.me?.shortcuts?.[id] ?? usual
  }

  /** The same for the words on its button, in brackets. */
  hint(id: string, usual: string): string {
    const shortcut = this.key(id, usual)
    return shortcut && session.me?.agent.keys !== false ? ` (${keyLabels(shortcut, isMac).join(' ')})` : ''
  }

  /** Offer commands for as long as a component lives; answers with what takes them back. */
  offer(list: () => Command[]): () => void {
    const key = {}
    const offered = $derived.by(list) // by itself: what others offer hasn't changed with it
    this.sets = new Map(untrack(() => this.sets)).set(key, () => offered)
    return () => {
      const left = new Map(untrack(() => this.sets))
      left.delete(key)
      this.sets = left
    }
  }

  run(id: string): void {
    this.all.findLast((command) => command.id === id)?.run()
  }

  /** The latest offer of a shortcut wins, those that come first aside. */
  byShortcut(shortcut: string): Command | undefined {
    const found = this.all.filter((command) => command.shortcut === shortcut)
    return found.findLast((command) => command.first) ?? found.at(-1)
  }
}

export const commands = new Commands()
