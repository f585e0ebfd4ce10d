// Macros: run by one key, told in one line, and undone where that can be.
import { call, newKey } from '../../../shared/api.ts'
import { span } from '../../../shared/times.ts'
import type { Id, Message, TicketRow } from '../../../shared/types.ts'
import type { Macro, MacroStep } from '../../../shared/types-work.ts'
import { t } from '../../../shared/words.ts'
import { Kept } from '../kept.svelte.ts'
import { withMessage, withTicket, type State } from '../live.ts'
import { screens } from '../screens.svelte.ts'
import { undoSend } from '../sending.svelte.ts'
import { session } from '../session.svelte.ts'
import { toasts } from '../toasts.svelte.ts'
import { attributeName, known } from '../pages/contacts/known.svelte.ts'
import { complete, isNeeded } from './needed.ts'
import { kindName } from './ticket-kinds.ts'

interface Ran {
  reply: Message | null
  note: Message | null
  before: TicketRow | null
  ticket: TicketRow | null
}

export const macros = new Kept<Macro>('/macros', 'macro.changed')

/** On the current ticket, or on another one of the conversation's. */
export async function runMacro(macro: Macro, conversationId: Id, ticketId?: Id): Promise<void> {
  try {
    const where = ticketId ? `/tickets/${ticketId}` : `/conversations/${conversationId}`
    const path = `${where}/macros/${macro.id}`
    const ran = await screens.fetched(call<Ran>('POST', path, undefined, { key: newKey() }), withRan)
    const undone = () => void undo(ran).catch((problem) => toasts.fail(problem))
    toasts.say(
      t('macro.did', { name: macro.name, steps: macro.steps.map(didStep).join(', ') }),
      canUndo(ran) ? { label: t('app.undo'), run: undone } : undefined,
    )
  } catch (problem) {
    const ticket = [...screens.state.tickets.values()].find((one) => one.conversation_id === conversationId)
    if (!ticket || !isNeeded(problem)) return toasts.fail(problem)
    if (await complete(ticket, problem)) await runMacro(macro, conversationId)
  }
}

function withRan(state: State, { reply, note, ticket }: Ran): State {
  const said = [reply, note].filter((one) => one !== null).reduce(withMessage, state)
  return ticket ? withTicket(said, ticket) : said
}

const mayLeave = (message: Message | null) => (message?.delivery?.due_at ?? 0) > Date.now()

function canUndo(ran: Ran): boolean {
  return mayLeave(ran.reply) || !!(ran.before && ran.ticket && ran.before.id === ran.ticket.id)
}

/** The reply first, since taking it back changes the ticket too; a note stays. */
async function undo({ reply, before, ticket }: Ran): Promise<void> {
  if (reply && mayLeave(reply)) await undoSend(reply.id)
  if (!before || !ticket || before.id !== ticket.id) return
  const { status, snoozed_until, owner_agent_id, owner_team_id, kind, attributes } = before
  const back = {
    ...(status === 'snoozed' && (snoozed_until ?? 0) <= Date.now() ? { status: 'open' } : { status, snoozed_until }),
    owner_agent_id,
    owner_team_id,
    ...(kind === ticket.kind ? {} : { kind }),
    attributes: { ...emptied(ticket.attributes), ...attributes },
    add_tags: before.tags.filter((tag) => !ticket.tags.includes(tag)),
    remove_tags: ticket.tags.filter((tag) => !before.tags.includes(tag)),
  }
  await screens.takeTicket(call<TicketRow>('PATCH', `/tickets/${ticket.id}`, back))
}

const emptied = (values: Record<string, unknown>) => Object.fromEntries(Object.keys(values).map((key) => [key, null]))

/** What a step does, in some words. */
export function didStep(step: MacroStep): string {
  switch (step.kind) {
    case 'reply':
      return t('macro.does_reply')
    case 'note':
      return t('macro.does_note')
    case 'assign': {
      const name = step.me
        ? session.me?.agent.name
        : [session.agent(step.agent_id)?.name, session.team(step.team_id)?.name].filter(Boolean).join(', ')
      return name ? t('macro.does_assign', { name }) : t('macro.does_unassign')
    }
    case 'status':
      return step.snooze_seconds
        ? t('macro.does_snooze', { time: span(step.snooze_seconds * 1000) })
        : t(`macro.does_${step.status}`)
    case 'kind':
      return t('macro.does_kind', { kind: kindName(step.ticket_kind) })
    case 'stage':
      return t('macro.does_stage', {
        stage: session.kinds.flatMap((kind) => kind.stages).find((one) => one.id === step.stage)?.name ?? step.stage,
      })
    case 'attributes':
      return Object.entries(step.values)
        .map(([key, value]) => {
          const field = known.definitions.find((one) => one.subject === 'ticket' && one.key === key)
          return `${field ? attributeName(field) : key}: ${String(value ?? '')}`
        })
        .join(', ')
    case 'tag':
      return t('macro.does_tag', {
        tags: [...(step.add ?? []).map((tag) => `+${tag}`), ...(step.remove ?? []).map((tag) => `−${tag}`)].join(' '),
      })
  }
}
