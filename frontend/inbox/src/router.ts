// Addresses of the app and what they show. Everything has one; a link to it works in any tab.
import type { Id } from '../../shared/types.ts'
import { isListName, type ListName } from './lists.ts'

export const SETTINGS = [
  'profile',
  'security',
  'notifications',
  'keys',
  'canned',
  'macros',
  'rules',
  'workspace',
  'hours',
  'levels',
  'complaints',
  'surveys',
  'agents',
  'roles',
  'teams',
  'routing',
  'whatif',
  'inboxes',
  'attributes',
  'kinds',
  'reasons',
  'entities',
  'translator',
  'language_model',
  'tokens',
  'keeping',
  'audit',
  'health',
] as const
export type SettingsPage = (typeof SETTINGS)[number]
/** The powers of which a page of the settings needs one; the others are for everybody. */
export const SETTINGS_POWERS: Partial<Record<SettingsPage, string[]>> = {
  canned: ['conversations.reply', 'replies.manage'],
  macros: ['tickets.work', 'replies.manage'],
  rules: ['workspace.manage'],
  attributes: ['workspace.manage'],
  kinds: ['workspace.manage'],
  reasons: ['workspace.manage'],
  entities: ['workspace.manage'],
  translator: ['workspace.manage'],
  language_model: ['workspace.manage'],
  workspace: ['workspace.manage'],
  hours: ['workspace.manage'],
  levels: ['workspace.manage'],
  complaints: ['workspace.manage'],
  surveys: ['workspace.manage'],
  agents: ['agents.manage'],
  roles: ['roles.manage'],
  teams: ['teams.manage'],
  routing: ['routing.manage'],
  whatif: ['routing.manage'],
  inboxes: ['inboxes.manage'],
  tokens: ['tokens.manage'],
  keeping: ['workspace.erase'],
  audit: ['audit.read'],
  health: ['workspace.manage'],
}
export const DESKS = ['administration', 'replies', 'moderation'] as const
/** A home of its own for work that no other screen is for. */
export type Desk = (typeof DESKS)[number]
export type LinkPurpose = 'setup' | 'invitation' | 'reset'

/** Which customers are listed: all, or those who are blocked. Beside it `by` chooses, as the API says, such as `tag:vip`. */
export type ContactsShown = 'blocked'

export type Route =
  | { page: 'inbox'; list: ListName; conversation: Id | null; message: Id | null; ticket?: Id }
  | { page: 'contacts'; contact: Id | null; query: string; show?: ContactsShown; by?: string }
  | { page: 'organizations'; organization: Id | null; query: string }
  | { page: 'duplicates' }
  | { page: 'import' }
  | { page: 'search'; query: string }
  | { page: 'settings'; tab: SettingsPage }
  | { page: 'home'; desk: Desk }
  | { page: 'wallboard'; wall?: true }
  | { page: 'numbers' }
  | { page: 'feedback' }
  | { page: 'pictures'; board: string; days: number; only: string[]; wall: boolean; mails: boolean }
  | { page: 'tasks' }
  | { page: 'reviews' }
  | { page: 'complaints'; report: boolean }
  | { page: 'surges'; surge: Id | null }
  | { page: 'start' }
  | { page: 'link'; purpose: LinkPurpose; token: string }

const BASE = '/app'

/** What an address shows. What nobody knows shows my inbox. */
export function readAddress(path: string, search = '', hash = ''): Route {
  const link = readLink(hash)
  if (link) return link
  const [first = '', second = ''] = path
    .replace(/^\/app\/?/, '')
    .split('/')
    .map((part) => safeDecode(part))
  const asked = new URLSearchParams(search)
  const named = asked.get('list') ?? ''
  const list: ListName = isListName(named) ? named : 'mine'
  switch (first) {
    case 'inbox':
      return { page: 'inbox', list: isListName(second) ? second : 'mine', conversation: null, message: null }
    case 'conversations':
      return {
        page: 'inbox',
        list: named ? list : 'all',
        conversation: second || null,
        message: hash.slice(1) || null,
        ticket: asked.get('ticket') ?? undefined,
      }
    case 'contacts':
      return {
        page: 'contacts',
        contact: second || null,
        query: asked.get('query') ?? '',
        show: asked.get('show') === 'blocked' ? 'blocked' : undefined,
        by: asked.get('by') ?? undefined,
      }
    case 'organizations':
      return { page: 'organizations', organization: second || null, query: asked.get('query') ?? '' }
    case 'duplicates':
    case 'import':
      return { page: first }
    case 'search':
      return { page: 'search', query: asked.get('q') ?? '' }
    case 'settings':
      return { page: 'settings', tab: SETTINGS.find((tab) => tab === second) ?? 'profile' }
    case 'home':
      return { page: 'home', desk: DESKS.find((desk) => desk === second) ?? 'administration' }
    case 'wallboard':
      return { page: first, ...(asked.get('wall') === '1' && { wall: true }) }
    case 'numbers':
    case 'feedback':
    case 'tasks':
    case 'reviews':
      return { page: first }
    case 'pictures':
      return {
        page: 'pictures',
        board: second,
        days: Number(asked.get('days') ?? 28),
        only: asked.getAll('only'),
        wall: asked.get('wall') === '1',
        mails: asked.get('mails') === '1',
      }
    case 'complaints':
      return { page: 'complaints', report: second === 'report' }
    case 'surges':
      return { page: 'surges', surge: second || null }
    case 'start':
      return { page: 'start' }
    default:
      return { page: 'inbox', list: 'mine', conversation: null, message: null }
  }
}

/** One-time links carry their secret in the fragment, which browsers never send. */
function readLink(hash: string): Route | null {
  const found = /^#\/(setup|invitation|reset)\?token=([^&]+)/.exec(hash)
  if (!found) return null
  return { page: 'link', purpose: found[1] as LinkPurpose, token: safeDecode(found[2]!) }
}

function safeDecode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

/** From which page but a list a conversation was opened, going from one place to another; `before` is who had opened the one. */
export function opener(before: Route | null, from: Route, to: Route): Route | null {
  if (to.page !== 'inbox' || !to.conversation) return null
  return from.page === 'inbox' ? before : from
}

const below = (id: Id | null) => (id ? `/${encodeURIComponent(id)}` : '')

/** `?name=value` of what is there. */
function asking(values: Record<string, string | undefined>): string {
  const pairs = Object.entries(values).filter(([, value]) => value)
  return pairs.length ? `?${pairs.map(([name, value]) => `${name}=${encodeURIComponent(value!)}`).join('&')}` : ''
}

export function addressOf(route: Route): string {
  const part = encodeURIComponent
  switch (route.page) {
    case 'inbox': {
      if (!route.conversation) return `${BASE}/inbox/${route.list.split(':').map(part).join(':')}`
      const asked = asking({ list: route.list === 'all' ? undefined : route.list, ticket: route.ticket })
      return `${BASE}/conversations/${part(route.conversation)}${asked}${route.message ? `#${part(route.message)}` : ''}`
    }
    case 'contacts':
      return `${BASE}/contacts${below(route.contact)}${asking({ query: route.query, show: route.show, by: route.by })}`
    case 'organizations':
      return `${BASE}/organizations${below(route.organization)}${asking({ query: route.query })}`
    case 'duplicates':
    case 'import':
      return `${BASE}/${route.page}`
    case 'search':
      return `${BASE}/search${route.query ? `?q=${part(route.query)}` : ''}`
    case 'settings':
      return `${BASE}/settings/${route.tab}`
    case 'home':
      return `${BASE}/home/${route.desk}`
    case 'wallboard':
      return `${BASE}/wallboard${route.wall ? '?wall=1' : ''}`
    case 'numbers':
    case 'feedback':
    case 'tasks':
    case 'reviews':
      return `${BASE}/${route.page}`
    case 'pictures': {
      const rest = route.only.map((one) => `&only=${part(one)}`).join('')
      return `${BASE}/pictures${below(route.board)}?days=${route.days}${rest}${route.wall ? '&wall=1' : ''}${route.mails ? '&mails=1' : ''}`
    }
    case 'complaints':
      return `${BASE}/complaints${route.report ? '/report' : ''}`
    case 'surges':
      return `${BASE}/surges${below(route.surge)}`
    case 'link':
      return `${BASE}/#/${route.purpose}?token=${part(route.token)}`
    default:
      return `${BASE}/start`
  }
}
