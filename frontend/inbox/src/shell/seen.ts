// What an agent saw last, kept in this browser: without a network the app opens with it. It is bounded, it is theirs alone, and it
// is gone once they sign out. The stream goes on from where it ended.
import type { Agent, Channel, Inbox, Me, Team } from '../../../shared/types-company.ts'
import { screens } from '../screens.svelte.ts'
import { AGENT } from '../sending.svelte.ts'
import { session } from '../session.svelte.ts'
import { remembered } from './remembered.ts'
import type { State } from '../live.ts'

interface Seen {
  agentId: string
  at: number
  me: Me
  agents: Agent[]
  teams: Team[]
  inboxes: Inbox[]
  channels: Channel[]
  state: State
  epoch: string
}

const NAME = 'lyhord-seen'
const STORE = 'seen'
const PAUSE = 5_000
/** Longer ago than this is no help. */
const OLD = 14 * 86_400_000
let opened: Promise<IDBDatabase> | null = null
let last: State | null = null
let timer: ReturnType<typeof setInterval> | undefined

function open(): Promise<IDBDatabase> {
  return (opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1)
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: 'agentId' })
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error ?? new Error(NAME))
  }))
}

async function run<T>(mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest<T>): Promise<T | undefined> {
  try {
    const work = (await open()).transaction(STORE, mode)
    const request = act(work.objectStore(STORE))
    await new Promise<void>((resolve, reject) => {
      work.oncomplete = () => resolve()
      work.onabort = work.onerror = () => reject(work.error ?? new Error(STORE))
    })
    return request.result
  } catch {
    return undefined // forbidden or full: then the app needs a network to open
  }
}

/** From now on, as long as somebody is signed in. */
export function start(): void {
  timer ??= setInterval(() => void keep(), PAUSE)
  document.addEventListener('visibilitychange', () => void keep())
}

async function keep(): Promise<void> {
  const { me, agents, teams, inboxes, channels } = session
  const { state } = screens
  if (timer === undefined || !me || !session.complete || session.seen || state === last) return
  last = state
  const kept = remembered(state)
  const seen: Seen = {
    agentId: me.agent.id,
    at: Date.now(),
    me,
    agents,
    teams,
    inboxes,
    channels,
    state: kept,
    epoch: screens.epoch,
  }
  await run('readwrite', (store) => {
    store.clear() // what somebody else left
    return store.put(seen)
  })
}

/** Show what was seen here last; false where there is nothing. */
export async function reopen(): Promise<boolean> {
  const agentId = localStorage.getItem(AGENT)
  const found = agentId ? await run<Seen | undefined>('readonly', (store) => store.get(agentId)) : undefined
  if (!found || Date.now() - found.at > OLD) return false
  session.agents = found.agents
  session.teams = found.teams
  session.inboxes = found.inboxes
  session.channels = found.channels
  session.complete = true
  session.seen = found.at
  screens.resume(found.state, found.epoch)
  await session.take(found.me)
  return true
}

export async function wipe(): Promise<void> {
  clearInterval(timer)
  timer = undefined
  await run('readwrite', (store) => store.clear())
}
