// Which conversations of a list are chosen, to do one thing with all of them.
import type { Id } from '../../shared/types.ts'
import type { ListName } from './lists.ts'

class Selection {
  list = $state<ListName>('mine')
  /** Ids of tickets, whether or not they still stand in the list. */
  ids = $state.raw<ReadonlySet<Id>>(new Set())
  /** All that stand in the list, also those that aren't loaded. */
  all = $state(false)
  private anchor: Id | null = null

  readonly active = $derived(this.all || this.ids.size > 0)

  has(id: Id): boolean {
    return this.all || this.ids.has(id)
  }

  /** Choose one, or leave it out; `loaded` are the ids of the list. */
  toggle(list: ListName, id: Id, loaded: readonly Id[]): void {
    const chosen = new Set(this.start(list, loaded))
    if (!chosen.delete(id)) chosen.add(id)
    this.anchor = id
    this.ids = chosen
  }

  /** Everything from where the last one was chosen to here. */
  extend(list: ListName, id: Id, loaded: readonly Id[]): void {
    const from = this.list === list && this.anchor ? loaded.indexOf(this.anchor) : -1
    if (from < 0) return this.toggle(list, id, loaded)
    const to = loaded.indexOf(id)
    const span = loaded.slice(Math.min(from, to), Math.max(from, to) + 1)
    this.ids = new Set([...this.start(list, loaded), ...span])
  }

  take(list: ListName, ids: readonly Id[]): void {
    this.list = list
    this.all = false
    this.ids = new Set(ids)
  }

  takeAll(list: ListName): void {
    this.list = list
    this.all = true
  }

  clear(): void {
    this.ids = new Set()
    this.all = false
    this.anchor = null
  }

  /** What is chosen one by one from here on. */
  private start(list: ListName, loaded: readonly Id[]): Iterable<Id> {
    const kept = this.list !== list ? [] : this.all ? loaded : this.ids
    this.list = list
    this.all = false
    return kept
  }
}

export const selection = new Selection()
