// Pushes to this browser: asked for by a person, encrypted for it alone, and taken back when they sign out.
import { call } from '../../../shared/api.ts'

export type Standing = 'missing' | 'denied' | 'off' | 'on'

/** The worker under which pushes come; null where the browser has none, or the page isn't secure. */
async function registration(): Promise<ServiceWorkerRegistration | null> {
  if (!('serviceWorker' in navigator) || !('PushManager' in window)) return null
  return (await navigator.serviceWorker.getRegistration('/app/')) ?? null
}

export async function standing(): Promise<Standing> {
  const worker = await registration()
  if (!worker) return 'missing'
  if (Notification.permission === 'denied') return 'denied'
  return (await worker.pushManager.getSubscription()) ? 'on' : 'off'
}

/** Ask the browser, and tell the server; answers with the device's id, or null where the person said no. */
export async function subscribe(): Promise<string | null> {
  const worker = await registration()
  if (!worker || (await Notification.requestPermission()) !== 'granted') return null
  const { key } = await call<{ key: string }>('GET', '/push/key')
  const own = await worker.pushManager.getSubscription()
  const same = own && textOf(own.options.applicationServerKey) === key
  if (own && !same) await own.unsubscribe()
  const made = same ? own : await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key })
  const body = { endpoint: made.endpoint, p256dh: textOf(made.getKey('p256dh')), auth: textOf(made.getKey('auth')) }
  return (await call<{ id: string }>('POST', '/push/devices', body)).id
}

/** Who was subscribed stays so under the session of today and the key of today. */
export async function renew(): Promise<void> {
  if ((await standing()) === 'on') await subscribe()
}

export async function unsubscribe(): Promise<void> {
  const worker = await registration()
  await (await worker?.pushManager.getSubscription())?.unsubscribe()
}

function textOf(data: ArrayBuffer | null | undefined): string {
  const bytes = String.fromCharCode(...new Uint8Array(data ?? new ArrayBuffer(0)))
  return btoa(bytes).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}
