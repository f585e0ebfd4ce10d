// The wallboard's state: how it stands, whose tickets are shown, and what is being dragged.
import { call, query } from '../../../../shared/api.ts'
import type { Id, Page, TicketRow } from '../../../../shared/types.ts'
import { session } from '../../session.svelte.ts'
import { assignTicket } from '../../talk/actions.ts'
import { ownedBy } from '../../talk/owners.ts'
import { toasts } from '../../toasts.svelte.ts'

export interface Load {
  id: Id
  open: number
  waiting: number
  oldest: number | null
  late: number
}
/** A route's queue, and who takes from it: `load` of `capacity` is taken; `no` says why they get nothing now. */
export interface Queue {
  route_id: Id
  name: string
  team_id: Id
  overflow_team_id: Id | null
  waiting: number
  oldest: number | null
  next_due: number | null
  room: number
  takers: { agent_id: Id; load: number; capacity: number; helps: boolean; no: '' | 'absent' | 'full' | 'skills' }[]
  tickets: TicketRow[]
}
interface Wallboard {
  waiting: number
  unassigned: number
  oldest: number | null
  late: number | null
  at_risk: number | null
  agents: Load[]
  teams: Load[]
}

/** Tickets of each list, at most. */
export const FETCHED = 50
/** Of those who wait longest, where nothing is late. */
const LONGEST = 5

const read = async (list: string, limit = FETCHED) =>
  (await call<Page<TicketRow>>('GET', `/tickets${query({ list, limit })}`)).items

class Board {
  now = $state.raw<Wallboard | null>(null)
  nobodys = $state.raw<TicketRow[]>([])
  queues = $state.raw<Queue[]>([])
  /** Those that are late, else a few who wait longest. */
  longest = $state.raw<TicketRow[]>([])
  /** Whose tickets are shown: `agent:<id>` or `team:<id>`. */
  opened = $state<string | null>(null)
  theirs = $state.raw<TicketRow[]>([])
  problem = $state.raw<unknown>(null)
  private dragged: TicketRow | null = null

  load = async (): Promise<void> => {
    const { opened } = this
    try {
      const [now, queues, nobodys, theirs] = await Promise.all([
        call<Wallboard>('GET', '/wallboard'),
        call<Queue[]>('GET', '/routing/queues'),
        read('unassigned'),
        opened ? read(opened) : [],
      ])
      this.longest = await (now.late ? read('late') : read('waiting', LONGEST))
      this.now = now
      this.queues = queues
      this.nobodys = nobodys
      if (this.opened === opened) this.theirs = theirs // another may have been opened since
      this.problem = null
    } catch (caught) {
      this.problem = caught
    }
  }

  async toggle(list: string): Promise<void> {
    this.theirs = []
    this.opened = this.opened === list ? null : list
    if (!this.opened) return
    try {
      this.theirs = await read(this.opened)
    } catch (problem) {
      toasts.fail(problem)
    }
  }

  async give(ticket: TicketRow, who: string): Promise<void> {
    await assignTicket(ticket, who)
    await this.load()
  }

  /** All that are shown of whose tickets are shown. */
  async giveAll(who: string): Promise<void> {
    const { bulk } = await session.later(() => import('../../talk/bulk.svelte.ts'))
    const ids = this.theirs.map((one) => one.id)
    await bulk.run(null, ids, ownedBy(who), ids.length)
    await this.load()
  }

  drag(ticket: TicketRow): void {
    this.dragged = ticket
  }
  drop(who: string): void {
    if (this.dragged) void this.give(this.dragged, who)
    this.dragged = null
  }
}

export const board = new Board()
