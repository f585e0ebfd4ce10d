// Where we are. Links are ordinary links; a click on one of ours stays in the page.
import type { ListName } from './lists.ts'
import { addressOf, opener, readAddress, type Route } from './router.ts'
import { afterPaint, whenDrawn } from './turns.ts'

class Place {
  route = $state.raw<Route>(readAddress(location.pathname, location.search, location.hash))
  private opener = $state.raw<Route | null>(null)

  // The browser takes a good part of a frame for another address: that comes when what it names is painted. Who goes from one to the
  // next replaces it a few times a second, however fast: only the last counts.
  private unwritten: { address: string; how: 'push' | 'replace' }[] = []

  go(route: Route, how: 'push' | 'replace' = 'push'): void {
    this.show(route)
    const address = addressOf(route)
    const last = this.unwritten.at(-1)
    if (last && how === 'replace') {
      last.address = address
      return
    }
    this.unwritten.push({ address, how })
    const write = () => this.write()
    if (document.hidden) write()
    else if (how === 'replace') whenDrawn(write)
    else afterPaint(write)
  }

  private write(): void {
    for (const { address, how } of this.unwritten.splice(0)) {
      if (how === 'replace') history.replaceState(null, '', address)
      else if (address !== location.pathname + location.search + location.hash) history.pushState(null, '', address)
    }
  }

  /** Where the way back from a conversation of a list leads: to the page that it was opened from, else to the list. */
  above(list: ListName): Route {
    return this.opener ?? { page: 'inbox', list, conversation: null, message: null }
  }

  private show(route: Route): void {
    this.opener = opener(this.opener, this.route, route)
    this.route = route
  }

  /** Call once: follows back and forward, and clicks on links into the app. */
  listen(): void {
    addEventListener('popstate', () => {
      this.unwritten = []
      this.show(readAddress(location.pathname, location.search, location.hash))
    })
    document.addEventListener('click', (event) => {
      const link = (event.target as Element).closest?.('a')
      if (!link || event.defaultPrevented || event.button !== 0 || link.target || link.hasAttribute('download')) return
      if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
      const url = new URL(link.href, location.href)
      if (url.origin !== location.origin || !url.pathname.startsWith('/app')) return
      event.preventDefault()
      this.go(readAddress(url.pathname, url.search, url.hash))
    })
  }
}

export const place = new Place()
export { addressOf }
