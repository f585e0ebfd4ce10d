// Keeps the app's shell in this browser: it starts without a network, and a new version waits until somebody says so.
import { renew } from '../bell/push.ts'
import { place } from '../route.svelte.ts'
import { readAddress } from '../router.ts'
import { shell } from './shell.svelte.ts'

const HOUR = 3_600_000

type Vouch = { createScriptURL: (text: string) => string }
interface Factory {
  createPolicy: (name: string, rules: Vouch) => Vouch
}

export async function install(): Promise<void> {
  const { serviceWorker } = navigator
  if (!serviceWorker || import.meta.env.DEV) return // only on HTTPS and localhost
  const factory = (globalThis as { trustedTypes?: Factory }).trustedTypes
  const vouch = factory?.createPolicy('lyhord-worker', { createScriptURL: (text) => text })
  serviceWorker.addEventListener('message', ({ data }: MessageEvent<{ go?: string }>) => {
    if (data.go) follow(data.go)
  })
  try {
    const worker = await serviceWorker.register(vouch?.createScriptURL('/app/sw.js') ?? '/app/sw.js')
    watch(worker)
    setInterval(() => void worker.update().catch(() => undefined), HOUR)
    await renew()
  } catch {
    // without it the app works as long as there is a network
  }
}

function follow(address: string): void {
  const url = new URL(address, location.href)
  if (url.origin === location.origin) place.go(readAddress(url.pathname, url.search, url.hash))
}

/** Says so when another version has come while this one runs. */
function watch(registration: ServiceWorkerRegistration): void {
  const ready = () => {
    const { waiting } = registration
    if (!waiting || !navigator.serviceWorker.controller) return
    shell.renew = () => {
      navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true })
      waiting.postMessage('take over')
    }
  }
  ready()
  registration.addEventListener('updatefound', () => registration.installing?.addEventListener('statechange', ready))
}
