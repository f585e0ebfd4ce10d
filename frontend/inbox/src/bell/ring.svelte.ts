// Keeps the bell right, and rings it: once for something new, never for what is open before the agent or in quiet.
import { untrack } from 'svelte'
import { call, query } from '../../../shared/api.ts'
import type { Page } from '../../../shared/types.ts'
import type { Notification, Summary } from '../../../shared/types-company.ts'
import { place } from '../route.svelte.ts'
import { bell } from './bell.svelte.ts'

let started = false
let looked = $state(0)

/** Once the first screen stands. */
export function start(): void {
  if (started) return
  started = true
  for (const event of ['focus', 'visibilitychange']) addEventListener(event, () => (looked += 1))
  $effect.root(() => {
    $effect(() => {
      void bell.told
      const soon = setTimeout(() => void refresh(), untrack(() => bell.summary) ? 250 : 0) // what comes together is asked about once
      return () => clearTimeout(soon)
    })
    $effect(() => {
      void looked
      readWhatIsOpen()
    })
  })
}

async function refresh(): Promise<void> {
  const before = bell.summary
  try {
    const now = await call<Summary>('GET', '/notifications/summary')
    bell.summary = now
    showBadge(now.unread)
    if (before && now.unread && (now.newest ?? '') > (before.newest ?? '')) await ringFor(before.newest ?? '', now)
  } catch {
    // the stream says that we are offline, and asks again when it is back
  }
}

/** What an agent looks at, they needn't be told. */
function readWhatIsOpen(): void {
  const id = openConversation()
  if (!id || !bell.summary?.conversation_ids.includes(id)) return
  call('POST', '/notifications/read', { conversation_id: id }).catch(() => undefined) // it stays unread, no more
}

function openConversation(): string | null {
  const { route } = place
  const looks = document.visibilityState === 'visible' && document.hasFocus()
  return looks && route.page === 'inbox' ? route.conversation : null
}

async function ringFor(after: string, { preferences, quiet_until }: Summary): Promise<void> {
  if (!preferences.sound || (quiet_until ?? 0) > Date.now()) return
  const { items } = await call<Page<Notification>>('GET', `/notifications${query({ limit: 5 })}`)
  const wanted = (one: Notification) =>
    preferences[one.kind].includes('app') && (!one.conversation_id || one.conversation_id !== openConversation())
  if (items.some((one) => one.id > after && !one.read_at && wanted(one))) await oneOfUs(play)
}

/** Of several tabs one rings. */
async function oneOfUs(ring: () => void): Promise<void> {
  if (!navigator.locks) return ring()
  await navigator.locks.request('lyhord-bell', { ifAvailable: true }, async (lock) => {
    if (!lock) return
    ring()
    await new Promise((resolve) => setTimeout(resolve, 1_500))
  })
}

/** Two soft notes. Browsers play nothing before the page was touched. */
function play(): void {
  if (navigator.userActivation && !navigator.userActivation.hasBeenActive) return
  const sound = new AudioContext()
  const volume = sound.createGain()
  volume.connect(sound.destination)
  volume.gain.setValueAtTime(0.12, sound.currentTime)
  volume.gain.exponentialRampToValueAtTime(0.001, sound.currentTime + 0.6)
  for (const [pitch, at] of [
    [660, 0],
    [880, 0.12],
  ] as const) {
    const note = sound.createOscillator()
    note.frequency.value = pitch
    note.connect(volume)
    note.start(sound.currentTime + at)
    note.stop(sound.currentTime + 0.6)
  }
  setTimeout(() => void sound.close(), 1_000)
}

function showBadge(unread: number): void {
  const badge = navigator as Navigator & { setAppBadge?: (n: number) => Promise<void> }
  badge.setAppBadge?.(unread).catch(() => undefined) // only an installed app has one
}
