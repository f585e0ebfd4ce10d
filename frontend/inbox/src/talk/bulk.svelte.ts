// One thing done with many conversations: a chunk at a time, with how far it is, a way to stop, and a way back.
import { call } from '../../../shared/api.ts'
import type { Id, Status } from '../../../shared/types.ts'
import { t } from '../../../shared/words.ts'
import type { ListName } from '../lists.ts'
import { toasts } from '../toasts.svelte.ts'

/** What is done with each of them. */
export interface Change {
  status?: Status
  snoozed_until?: number
  owner_agent_id?: Id | null
  owner_team_id?: Id | null
  kind?: string
  stage?: string
  attributes?: Record<string, unknown>
  read?: boolean
  /** Why, for those who have it then, and whom it names. */
  note?: string
  mentions?: Id[]
}
interface Done {
  run_id: Id
  since: number
  changed: number
  left: number
  next: string | null
}
const CHUNK = 200

class Bulk {
  /** The one that is under way: how many are done, of how many as far as is known. */
  running = $state.raw<{ done: number; total: number } | null>(null)
  private stopped = false

  stop(): void {
    this.stopped = true
  }

  /**
   * `ids` null: all that stand in the list; `list` null: wherever they stand. What changed since, or stands there no more, is left alone.
   * `done` says it in other words. Whether anything was done.
   */
  async run(
    list: ListName | null,
    ids: readonly Id[] | null,
    change: Change,
    total: number,
    done?: string,
  ): Promise<boolean> {
    if (this.running) return false
    const sum = await this.watch(total, ids ? ofIds(list, ids, change) : ofList(list, change))
    if (!sum.run) return false
    const text = [done ?? t('bulk.done', { n: sum.changed }), sum.left ? t('bulk.left', { n: sum.left }) : ''].join(' ')
    const back = { label: t('app.undo'), run: () => void this.undo(sum.run!, sum.changed) }
    toasts.say(text.trim(), sum.changed ? back : undefined)
    return true
  }

  private async undo(run: Id, total: number): Promise<void> {
    if (this.running) return
    const sum = await this.watch(total, backwards(run))
    if (sum.run) toasts.say(t('bulk.undone', { n: sum.changed }))
  }

  /** Until there is no more, a chunk fails, or somebody stops it. */
  private async watch(total: number, chunks: AsyncIterable<Done>) {
    const sum = { run: null as Id | null, changed: 0, left: 0 }
    this.stopped = false
    this.running = { done: 0, total }
    try {
      for await (const one of chunks) {
        sum.run = one.run_id
        sum.changed += one.changed
        sum.left += one.left
        this.running = { done: sum.changed + sum.left, total }
        if (this.stopped) break
      }
    } catch (problem) {
      toasts.fail(problem)
    }
    this.running = null
    return sum
  }
}

/** The same run goes on. */
const onwards = (last: Done | undefined) => (last ? { run_id: last.run_id, since: last.since } : {})

async function* ofIds(list: ListName | null, ids: readonly Id[], change: Change): AsyncGenerator<Done> {
  let last: Done | undefined
  for (let from = 0; from < ids.length; from += CHUNK) {
    const part = { list, ids: ids.slice(from, from + CHUNK), ...change, ...onwards(last) }
    yield (last = await call<Done>('POST', '/tickets/bulk', part))
  }
}

async function* ofList(list: ListName | null, change: Change): AsyncGenerator<Done> {
  let last: Done | undefined
  do {
    const part = { list, ...change, ...onwards(last), cursor: last?.next }
    yield (last = await call<Done>('POST', '/tickets/bulk', part))
  } while (last.next)
}

async function* backwards(run: Id): AsyncGenerator<Done> {
  let last: Done
  do yield (last = await call<Done>('POST', `/tickets/bulk/${run}/undo`))
  while (last.next)
}

export const bulk = new Bulk()
