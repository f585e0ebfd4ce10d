// Things that an agent chooses from while working, such as canned replies: all of them, fetched when the first is wanted and again
// once they changed.
import { call, query } from '../../shared/api.ts'
import type { Page } from '../../shared/types.ts'
import { screens } from './screens.svelte.ts'

export class Kept<T> {
  list = $state.raw<T[]>([])
  loaded = $state(false)
  private loading: Promise<void> | undefined

  /** `changed` is the kind of event after which they are others. */
  constructor(
    private readonly path: string,
    private readonly changed: string,
  ) {}

  get isStale(): boolean {
    return !this.loaded || screens.state.stale.has(this.changed)
  }

  /** Fetch them unless what we have is what there is. */
  async load(): Promise<void> {
    if (!this.isStale) return
    this.loading ??= this.fetch().finally(() => (this.loading = undefined))
    await this.loading
  }

  private async fetch(): Promise<void> {
    screens.took(this.changed)
    const found: T[] = []
    let cursor: string | null = null
    do {
      const page: Page<T> = await call('GET', `${this.path}${query({ cursor, limit: 200 })}`)
      found.push(...page.items)
      cursor = page.next
    } while (cursor)
    this.list = found
    this.loaded = true
  }
}
