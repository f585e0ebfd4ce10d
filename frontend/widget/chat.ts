// The loader: a button in a shadow root, and nothing else until somebody wants it. No style element, no HTML string,
// so that a strict content security policy of the host page has nothing to object to.
import type { Identity, Panel } from './panel/main.ts'

{
  const script = document.currentScript as HTMLScriptElement
  const { inbox, accent, signed, lang } = script.dataset
  const base = new URL('.', script.src).href
  const place = `lyhord:${inbox}`
  const language = lang ?? (document.documentElement.lang || navigator.language)
  const host = document.createElement('div')
  const root = host.attachShadow({ mode: 'open' })
  const sheet = new CSSStyleSheet()
  const button = document.createElement('button')
  let memory: { token?: string; style?: string } = {}
  let identity: Identity = signed
  let panel: Promise<Panel> | undefined
  try {
    memory = JSON.parse(localStorage[place])
  } catch {
    // Nothing is remembered, or nothing may be.
  }
  const load = () =>
    (panel ??= import(/* @vite-ignore */ `${base}chat/panel.js`).then((module) =>
      module.default({ root, host, button, inbox, base, place, language, identity }),
    ))

  sheet.replaceSync(__STYLE__)
  root.adoptedStyleSheets = [sheet]
  host.style.cssText = memory.style ?? `--lyhord:${accent ?? '#0f5e63'}`
  button.id = 'b'
  button.ariaLabel = __NAMES__[language.slice(0, 2)] ?? 'Chat'
  button.ariaExpanded = 'false'
  button.ariaHasPopup = 'dialog'
  button.onclick = () => load().then((it) => it.toggle())
  root.append(button)
  window.lyhord = {
    open: () => load().then((it) => it.toggle(true)),
    identify(who) {
      identity = who
      void panel?.then((it) => it.identify(who))
    },
  }
  const begin = () => {
    document.body.append(host)
    dispatchEvent(new Event('lyhord'))
    if (location.hash == '#lyhord-chat') void window.lyhord.open()
    else if (memory.token) setTimeout(load, 999)
  }
  if (document.body) begin()
  else addEventListener('DOMContentLoaded', begin)
}
