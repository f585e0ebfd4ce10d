// The small window in which a visitor lets this browser be told of answers: only a page of our origin can ask for that and keep a
// service worker. The panel opened it, gives it the key, and takes the subscription to the server under the visitor's own token.
{
  const given = new URLSearchParams(location.search).get('lang') ?? ''
  const locale = [given, ...navigator.languages].map((one) => one.slice(0, 2)).find((one) => one in __ALLOW__) ?? 'en'
  const texts = __ALLOW__[locale]!
  const [words, button] = [document.querySelector('p')!, document.querySelector('button')!]
  const panel = window.opener as Window | null
  let answer = (worked: boolean): void => void (worked || show('failed'))

  document.documentElement.lang = locale
  document.title = document.querySelector('h1')!.textContent = texts.title!

  /** Say how it stands; with `action` there is something to press. */
  const show = (name: string, action = '', act?: () => void) => {
    words.textContent = texts[name]!
    button.hidden = !action
    button.textContent = texts[action] ?? ''
    button.onclick = act ?? null
    if (action) button.focus()
  }

  const subscribe = async (key: string): Promise<PushSubscription> => {
    await navigator.serviceWorker.register('push-worker.js', { scope: 'push' })
    const worker = await navigator.serviceWorker.ready
    const own = await worker.pushManager.getSubscription()
    if (own && textOf(own.options.applicationServerKey) === key) return own
    await own?.unsubscribe()
    return worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key })
  }

  const allow = async (key: string, origin: string): Promise<void> => {
    const ask = () => void allow(key, origin)
    const permission = await Notification.requestPermission()
    if (permission !== 'granted') return show(permission === 'denied' ? 'denied' : 'undecided', 'allow', ask)
    show('working')
    try {
      const made = await subscribe(key)
      const worked = new Promise<boolean>((resolve) => (answer = resolve))
      panel!.postMessage(
        { endpoint: made.endpoint, p256dh: textOf(made.getKey('p256dh')), auth: textOf(made.getKey('auth')) },
        origin,
      )
      if (!(await worked)) return show('failed', 'allow', ask)
      show('done', 'close', () => close())
      setTimeout(close, 6000)
    } catch {
      show('failed', 'allow', ask)
    }
  }

  addEventListener('message', ({ source, origin, data }: MessageEvent<{ key?: string; worked?: boolean }>) => {
    if (source !== panel) return
    if (data.key) {
      const { key } = data
      show('how', 'allow', () => void allow(key, origin))
    } else answer(Boolean(data.worked))
  })

  if (!panel) show('alone')
  else if (!('serviceWorker' in navigator) || !('PushManager' in window)) show('unsupported')
  else {
    show('working')
    panel.postMessage('ready', '*')
  }

  function textOf(data: ArrayBuffer | null): string {
    const bytes = String.fromCharCode(...new Uint8Array(data ?? new ArrayBuffer(0)))
    return btoa(bytes).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
  }
}
