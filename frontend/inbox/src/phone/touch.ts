// Fingers: a row swiped right is resolved and left put off until tomorrow, a conversation swiped right goes back to the list. Both
// can be done without: the buttons are there. Where lines run to the left, both are mirrored. And the app is as high as what the
// keyboard leaves of the screen.
import { iconAlarm, iconBack, iconResolve, iconRetry } from '../../../shared/icons.ts'
import { place } from '../route.svelte.ts'
import { screens } from '../screens.svelte.ts'
import { along } from '../parts/along.ts'
import { session } from '../session.svelte.ts'
import { reopenTicket, resolveTicket, snoozeTicket } from '../talk/actions.ts'
import { presets } from '../talk/snooze.ts'
import { outcome, pull, wayOf } from './gestures.ts'
import { mountIcon } from './icon.ts'

interface Swipe {
  id: number
  x: number
  y: number
  moved: HTMLElement
  /** What stands behind it, for each side that does something. */
  right: Act | null
  left: Act | null
  under: HTMLElement | null
  dx: number
  sideways: boolean
}
interface Act {
  icon: string
  run: () => void
}

let swipe: Swipe | null = null

export function start(): void {
  document.addEventListener('pointerdown', began, { passive: true })
  document.addEventListener('pointermove', moved, { passive: true })
  document.addEventListener('pointerup', () => ended(true))
  document.addEventListener('pointercancel', () => ended(false))
  visualViewport?.addEventListener('resize', fit)
  fit()
}

function began(event: PointerEvent): void {
  if (event.pointerType !== 'touch' || !event.isPrimary) return
  const target = event.target as HTMLElement
  const found = rowOf(target) ?? conversationOf(target)
  if (found)
    swipe = { ...found, id: event.pointerId, x: event.clientX, y: event.clientY, under: null, dx: 0, sideways: false }
}

type Found = Pick<Swipe, 'moved' | 'right' | 'left'>

function rowOf(target: HTMLElement): Found | null {
  const moved = target.closest<HTMLElement>('a.ticket')
  const ticket = moved && screens.state.tickets.get(moved.dataset.ticket ?? '')
  if (!ticket || !session.may('tickets.work')) return null
  const tomorrow = presets(Date.now()).find((one) => one.id === 'tomorrow')!.at
  return {
    moved,
    right:
      ticket.status === 'resolved'
        ? { icon: iconRetry, run: () => void reopenTicket(ticket.id) }
        : { icon: iconResolve, run: () => void resolveTicket(ticket) },
    left: ticket.status === 'resolved' ? null : { icon: iconAlarm, run: () => void snoozeTicket(ticket, tomorrow) },
  }
}

function conversationOf(target: HTMLElement): Found | null {
  const { route } = place
  const moved = target.closest<HTMLElement>('.inbox.open section.conversation')
  if (!moved || route.page !== 'inbox' || !matchMedia('(max-width: 720px)').matches) return null
  if (target.closest('input, textarea, select, dialog, [popover], iframe, pre, table')) return null
  const run = () => place.go(place.above(route.list))
  return { moved, right: { icon: iconBack, run }, left: null }
}

function moved(event: PointerEvent): void {
  if (!swipe || event.pointerId !== swipe.id) return
  const dx = along() * (event.clientX - swipe.x)
  const way = wayOf(dx, event.clientY - swipe.y)
  if (!swipe.sideways && way === 'other') return ended(false)
  if (!swipe.sideways && way === 'none') return
  if (!swipe.sideways && !getSelection()?.isCollapsed) return ended(false)
  swipe.sideways = true
  const act = dx > 0 ? swipe.right : swipe.left
  swipe.dx = act ? dx : 0
  swipe.moved.style.transition = 'none'
  swipe.moved.style.transform = `translateX(${along() * pull(swipe.dx)}px)`
  showUnder(act, dx > 0)
}

/** The icon of what letting go does, once it does. */
function showUnder(act: Act | null, right: boolean): void {
  if (!swipe?.moved.matches('a.ticket')) return
  const side = act ? (right ? 'right' : 'left') : ''
  if (swipe.under?.dataset.side !== side) {
    swipe.under?.remove()
    swipe.under = null
    if (act) {
      swipe.under = document.createElement('span')
      swipe.under.className = 'swiped'
      swipe.under.dataset.side = side
      swipe.under.ariaHidden = 'true'
      mountIcon(swipe.under, act.icon)
      swipe.moved.before(swipe.under)
    }
  }
  swipe.under?.classList.toggle('acts', outcome(swipe.dx) !== null)
}

function ended(letGo: boolean): void {
  if (!swipe) return
  const { moved, under, dx, sideways, right, left } = swipe
  swipe = null
  if (!sideways) return
  moved.style.transition = 'transform var(--quick)'
  moved.style.transform = ''
  setTimeout(() => under?.remove(), 150)
  const side = letGo ? outcome(dx) : null
  if (side) (side === 'right' ? right : left)?.run()
}

/** Some browsers lay the keyboard over the page: then the page is what is left above it. */
function fit(): void {
  const seen = visualViewport
  if (!seen || seen.scale > 1.01) return
  document.documentElement.style.setProperty('--seen', `${Math.round(seen.height)}px`)
  if (scrollY) scrollTo(0, 0)
}
