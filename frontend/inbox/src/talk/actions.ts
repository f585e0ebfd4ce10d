// What can be done with a ticket from anywhere: at once on the screen, then on the server, and back if it says no.
import { whenTime } from '../../../shared/times.ts'
import type { Change, Id, TicketRow } from '../../../shared/types.ts'
import { t } from '../../../shared/words.ts'
import { isAway } from '../parts/away.ts'
import { screens } from '../screens.svelte.ts'
import { sending } from '../sending.svelte.ts'
import { session } from '../session.svelte.ts'
import { toasts } from '../toasts.svelte.ts'
import { ownedBy } from './owners.ts'

/** Show it as done, do it (without a network later), and put it back when the server refuses. */
export async function changeTicket(ticket: TicketRow, change: Change): Promise<boolean> {
  const refused = await sending.change(ticket, change)
  return !refused || (await session.later(() => import('./needed.ts'))).goOn(ticket, change, refused)
}

export async function resolveTicket(ticket: TicketRow): Promise<void> {
  if (!(await changeTicket(ticket, { status: 'resolved' }))) return
  toasts.say(t('done.resolved', { name: ticket.title || t('contact.unnamed') }), {
    label: t('app.undo'),
    run: () => void reopenTicket(ticket.id),
  })
}

export async function reopenTicket(id: Id): Promise<void> {
  const ticket = screens.state.tickets.get(id)
  if (ticket) await changeTicket(ticket, { status: 'open' })
}

export async function snoozeTicket(ticket: TicketRow, until: number): Promise<void> {
  if (!(await changeTicket(ticket, { status: 'snoozed', snoozed_until: until }))) return
  toasts.say(t('done.snoozed', { time: whenTime(until, Date.now()) }), {
    label: t('app.undo'),
    run: () => void reopenTicket(ticket.id),
  })
}

/** `who` is "agent:<id>", "team:<id>" or "" for nobody. */
export async function assignTicket(ticket: TicketRow, who: string): Promise<void> {
  const [kind, id = null] = who ? who.split(':') : ['', null]
  if (await changeTicket(ticket, ownedBy(who))) {
    const owner = kind === 'agent' ? session.agent(id) : undefined
    const team = session.team(owner?.team_ids[0])
    if (owner && isAway(owner) && owner.id !== session.me?.agent.id)
      return toasts.say(
        t('done.assigned_away', { name: owner.name, when: whenTime(owner.away_until!, Date.now()) }),
        team && {
          label: t('assign.instead', { team: team.name }),
          run: () => void assignTicket(ticket, `team:${team.id}`),
        },
      )
    const name = kind === 'team' ? session.team(id)?.name : session.agent(id)?.name
    toasts.say(name ? t('done.assigned', { name }) : t('done.unassigned'))
  }
}
