// Saved views: which there are for me, in the order that I like, and how many conversations stand in each.
import { call } from '../../shared/api.ts'
import type { Id } from '../../shared/types.ts'
import type { Me } from '../../shared/types-company.ts'
import type { SavedView } from '../../shared/types-work.ts'
import type { ListName } from './lists.ts'
import { session } from './session.svelte.ts'
import { toasts } from './toasts.svelte.ts'

/** Counting costs the server something for each view: at once, then not again for so long. */
const PAUSE = 4_000

class Views {
  private given = $state.raw<SavedView[]>([])
  counts = $state.raw<Record<Id, { count: number; exact: boolean }>>({})
  private timer: ReturnType<typeof setTimeout> | undefined
  private counted = 0

  readonly all = $derived.by(() => {
    const order = session.me?.view_order ?? []
    const place = (view: SavedView) => order.indexOf(view.id) + 1 || order.length + 1
    return [...this.given].sort((one, other) => place(one) - place(other))
  })

  /** The view of a list that is one. */
  of(list: ListName): SavedView | undefined {
    return this.given.find((view) => `view:${view.id}` === list)
  }

  /** Whether time alone changes what stands there. */
  moves(list: ListName): boolean {
    return this.of(list)?.filter.conditions?.some((one) => one.type === 'since' || one.type === 'due') ?? false
  }

  async load(): Promise<void> {
    try {
      this.given = await call<SavedView[]>('GET', '/saved-views')
      this.countSoon()
    } catch {
      // they come back with the next change; the stream's state says that we are offline
    }
  }

  countSoon(): void {
    if (!this.given.length || this.timer || document.hidden) return
    this.timer = setTimeout(() => void this.count(), Math.max(300, this.counted + PAUSE - Date.now()))
  }

  private async count(): Promise<void> {
    this.counted = Date.now()
    this.counts = await call<typeof this.counts>('GET', '/saved-views/counts').catch(() => this.counts)
    this.timer = undefined
  }

  /** To the place that another has now, from 0: at once on the screen, then on the server. */
  async move(id: Id, to: number): Promise<void> {
    const ids = this.all.map((view) => view.id)
    ids.splice(to, 0, ...ids.splice(ids.indexOf(id), 1))
    session.me = { ...session.me!, view_order: ids }
    try {
      await session.take(await call<Me>('PATCH', '/me', { view_order: ids }))
    } catch (problem) {
      toasts.fail(problem)
    }
  }
}

export const views = new Views()
