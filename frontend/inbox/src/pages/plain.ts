// Pages that their address says wholly: each comes when it is first opened.
import type { Component } from 'svelte'
import type { Route } from '../router.ts'

type Fetch = () => Promise<{ default: Component<{ onmenu: () => void }> }>

const PAGES: Partial<Record<Route['page'], Fetch>> = {
  complaints: () => import('./ComplaintsPage.svelte'),
  duplicates: () => import('./DuplicatesPage.svelte'),
  feedback: () => import('./FeedbackPage.svelte'),
  import: () => import('./ImportPage.svelte'),
  numbers: () => import('./NumbersPage.svelte'),
  reviews: () => import('./ReviewsPage.svelte'),
  tasks: () => import('./TasksPage.svelte'),
  wallboard: () => import('./WallboardPage.svelte'),
}
const REPORT: Fetch = () => import('./ComplaintReport.svelte')

/** What fetches the page of an address; nothing where it needs more than its address. */
export function plainPage(route: Route): Fetch | undefined {
  return route.page === 'complaints' && route.report ? REPORT : PAGES[route.page]
}
