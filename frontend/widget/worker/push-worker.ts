// The service worker of visitors' pushes: it shows what comes, and leads back to the page with the chat. It keeps nothing.
interface Pushed {
  title: string
  body: string
  icon: string
  url: string
  tag: string
}

const worker = self as unknown as ServiceWorkerGlobalScope

worker.addEventListener('push', (event) => {
  const said = event.data?.json() as Pushed | undefined
  if (!said) return
  const { title, body, icon, url, tag } = said
  event.waitUntil(worker.registration.showNotification(title, { body, tag, data: { url }, ...(icon && { icon }) }))
})

worker.addEventListener('notificationclick', (event) => {
  event.notification.close()
  event.waitUntil(worker.clients.openWindow((event.notification.data as { url: string }).url))
})
