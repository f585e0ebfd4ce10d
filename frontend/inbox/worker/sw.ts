// The service worker: it keeps the shell of the app for when the network is away, shows pushes, and never keeps data.
// `VERSION` and `SHELL` stand before it when it is built: a name for this build, and the addresses that make it up.
declare const VERSION: string
declare const SHELL: string[]

interface Pushed {
  title: string
  body: string
  url: string
  tag: string
  unread?: number
}

const worker = self as unknown as ServiceWorkerGlobalScope
const CACHE = `lyhord-${VERSION}`
const PAGE = '/app/'
/** Longer than this nobody waits for a page that lies here. */
const PATIENCE = 4_000

worker.addEventListener('install', (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(SHELL)))
})

// The page asks for it, so that nobody's app changes under their hands.
worker.addEventListener('message', (event) => {
  if (event.data === 'take over') void worker.skipWaiting()
})

worker.addEventListener('activate', (event) => {
  event.waitUntil(
    (async () => {
      for (const name of await caches.keys())
        if (name.startsWith('lyhord-') && name !== CACHE) await caches.delete(name)
      await worker.clients.claim()
    })(),
  )
})

worker.addEventListener('fetch', (event) => {
  const { request } = event
  const url = new URL(request.url)
  if (request.method !== 'GET' || url.origin !== worker.location.origin || !url.pathname.startsWith('/app/')) return
  if (request.mode === 'navigate') event.respondWith(page(request))
  else if (SHELL.includes(url.pathname)) event.respondWith(kept(request, url.pathname))
})

/** The server's page where it answers, so that no old one sticks; ours where it doesn't. */
async function page(request: Request): Promise<Response> {
  const own = await caches.match(PAGE, { cacheName: CACHE })
  if (!own) return fetch(request)
  const late = new Promise<Response>((resolve) => setTimeout(() => resolve(own), PATIENCE))
  const answer = fetch(request).then(
    (found) => (found.ok || found.type === 'opaqueredirect' ? found : own),
    () => own,
  )
  return Promise.race([answer, late])
}

async function kept(request: Request, path: string): Promise<Response> {
  return (await caches.match(path, { cacheName: CACHE })) ?? fetch(request)
}

worker.addEventListener('push', (event) => {
  const said = event.data?.json() as Pushed | undefined
  if (said) event.waitUntil(show(said))
})

async function show({ title, body, url, tag, unread }: Pushed): Promise<void> {
  const badge = worker.navigator as WorkerNavigator & { setAppBadge?: (count: number) => Promise<void> }
  if (unread !== undefined) await badge.setAppBadge?.(unread).catch(() => undefined)
  const pages = await worker.clients.matchAll({ type: 'window' })
  if (pages.some((one) => one.visibilityState === 'visible' && one.focused)) return // who looks at the app sees it there
  const look = { icon: '/app/icon-192.png', badge: '/app/badge-96.png', renotify: true }
  await worker.registration.showNotification(title, { body, tag, data: { url }, ...look })
}

worker.addEventListener('notificationclick', (event) => {
  event.notification.close()
  event.waitUntil(open((event.notification.data as { url: string }).url))
})

/** In the tab that is there, without loading it again. */
async function open(url: string): Promise<void> {
  const pages = await worker.clients.matchAll({ type: 'window', includeUncontrolled: true })
  const there = pages.find((one) => new URL(one.url).pathname.startsWith('/app'))
  if (!there) return void (await worker.clients.openWindow(url))
  there.postMessage({ go: url })
  await there.focus().catch(() => undefined)
}
