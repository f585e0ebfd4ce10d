import { describe, expect, it } from 'vitest'
import { addressOf, opener, readAddress, type Route } from './router.ts'

const routes: Route[] = [
  { page: 'inbox', list: 'mine', conversation: null, message: null },
  { page: 'inbox', list: 'team:018f', conversation: null, message: null },
  { page: 'inbox', list: 'all', conversation: 'c1', message: null },
  { page: 'inbox', list: 'waiting', conversation: 'c1', message: 'm9' },
  { page: 'inbox', list: 'waiting', conversation: 'c1', message: null, ticket: 't2' },
  { page: 'contacts', contact: null, query: 'Åsa & co' },
  { page: 'contacts', contact: 'p1', query: '' },
  { page: 'contacts', contact: null, query: '', by: 'attribute:Plan=Stor & fin' },
  { page: 'import' },
  { page: 'search', query: '退货 100%' },
  { page: 'settings', tab: 'inboxes' },
  { page: 'pictures', board: 'why', days: 91, only: ['channel:mail', 'tag:a:b & c'], wall: true, mails: false },
  { page: 'pictures', board: '', days: 28, only: [], wall: false, mails: true },
  { page: 'wallboard' },
  { page: 'wallboard', wall: true },
  { page: 'start' },
  { page: 'link', purpose: 'setup', token: 'a+b/c=' },
]

describe('addresses', () => {
  it.each(routes)('of $page lead back to it', (route) => {
    const url = new URL(addressOf(route), 'http://localhost')
    expect(readAddress(url.pathname, url.search, url.hash)).toEqual(route)
  })
  it.each(['/app/', '/app', '/app/nonsense', '/app/inbox/%E0%A4%A'])('%s shows my inbox', (path) => {
    expect(readAddress(path)).toEqual(routes[0])
  })
})

describe('the way back from a conversation', () => {
  const [mine, , one, other] = routes as [Route, Route, Route, Route]
  const board: Route = { page: 'wallboard' }
  it('leads to the page that it was opened from, also after going on to others', () => {
    const from = opener(null, board, one)
    expect([from, opener(from, one, other)]).toEqual([board, board])
  })
  it('leads to its list where it was opened from one, or a list was shown since', () => {
    expect(opener(null, mine, one)).toBeNull()
    expect(opener(opener(board, one, mine), mine, other)).toBeNull()
  })
})
