// How much of what the screens know is worth keeping until the next start.
import { isView } from '../lists.ts'
import type { State } from '../live.ts'

const MOST_LISTS = 12
const MOST_ROWS = 200
const MOST_MESSAGES = 300

/** The same, bounded: rows at the top of lists, and conversations whose beginning isn't far. Saved views are the server's to tell. */
export function remembered(state: State): State {
  const lists = new Map(
    [...state.lists]
      .filter(([name]) => !isView(name))
      .slice(-MOST_LISTS)
      .map(([name, list]) => [
        name,
        list.ids.length > MOST_ROWS ? { ids: list.ids.slice(0, MOST_ROWS), next: null, edge: null } : list,
      ]),
  )
  const threads = new Map([...state.threads].filter(([, one]) => one.messages.length <= MOST_MESSAGES))
  const rows = new Set([...lists.values()].flatMap((list) => list.ids))
  const tickets = new Map([...state.tickets].filter(([id, row]) => rows.has(id) || threads.has(row.conversation_id)))
  const shown = new Set([...tickets.values()].map((row) => row.conversation_id))
  const reads = new Map([...state.reads].filter(([id]) => shown.has(id) || threads.has(id)))
  const people = new Set([...threads.values()].map((one) => one.view.contact?.id))
  const contacts = new Map([...state.contacts].filter(([id]) => people.has(id)))
  return { ...state, lists, threads, tickets, reads, contacts, stale: new Set() }
}
