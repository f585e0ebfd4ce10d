// What this browser keeps until the server has it, across reloads and crashes. A browser that keeps nothing loses comfort alone.
import type { Entry } from './entries.ts'

const NAME = 'lyhord'
const STORE = 'outbox'
let opened: Promise<IDBDatabase> | null = null

function open(): Promise<IDBDatabase> {
  return (opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1)
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: 'key' })
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error ?? new Error(NAME))
  }))
}

async function run<T>(mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest<T>): Promise<T | undefined> {
  try {
    const work = (await open()).transaction(STORE, mode, { durability: 'strict' })
    const request = act(work.objectStore(STORE))
    await new Promise<void>((resolve, reject) => {
      work.oncomplete = () => resolve()
      work.onabort = work.onerror = () => reject(work.error ?? new Error(STORE))
    })
    return request.result
  } catch {
    return undefined // forbidden or full: the page still has it
  }
}

export async function put(entry: Entry): Promise<void> {
  await run('readwrite', (store) => store.put(JSON.parse(JSON.stringify(entry))))
}

export async function drop(key: string): Promise<void> {
  await run('readwrite', (store) => store.delete(key))
}

/** Whether nobody has finished it meanwhile: another tab may have. */
export async function isThere(key: string): Promise<boolean> {
  return (await run('readonly', (store) => store.count(key))) !== 0
}

/** An agent's, in the order in which they were made. */
export async function list(agentId: string): Promise<Entry[]> {
  const all = (await run<Entry[]>('readonly', (store) => store.getAll())) ?? []
  return all.filter((entry) => entry.agentId === agentId).sort((one, other) => one.at - other.at)
}
