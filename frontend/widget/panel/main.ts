// What the loader fetches when somebody wants to talk.
import tokens from '../../shared/tokens.css?inline'
import { nearestLocale, useLocale } from '../../shared/words.ts'
import { Chat, watched } from './chat.ts'
import style from './panel.css?inline'
import { View } from './view.ts'

export type Identity = string | (() => string | Promise<string>) | undefined

export interface Options {
  root: ShadowRoot
  host: HTMLElement
  button: HTMLButtonElement
  inbox: string
  base: string
  place: string
  language: string
  identity: Identity
}

export interface Panel {
  toggle(open?: boolean): void
  identify(who: Identity): void
}

export default async function begin(options: Options): Promise<Panel> {
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(tokens.replaceAll(':root', ':host') + style)
  options.root.adoptedStyleSheets.push(sheet)
  const locale = nearestLocale([options.language, ...navigator.languages])
  await useLocale(locale)
  const chat = watched(new Chat(options), () => view.update())
  const view = new View(chat)
  view.element.lang = locale
  options.root.append(view.element)
  chat.wake()
  // A push led here, and the loader has opened the chat: once is enough.
  if (location.hash === '#lyhord-chat') history.replaceState(history.state, '', location.pathname + location.search)
  return { toggle: (open) => chat.toggle(open), identify: (who) => chat.identify(who) }
}
