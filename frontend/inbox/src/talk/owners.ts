// Who can have a conversation: nobody, an agent, a team.
import { iconTeam, iconUnassigned } from '../../../shared/icons.ts'
import type { Id, TicketRow } from '../../../shared/types.ts'
import { t } from '../../../shared/words.ts'
import { awayWords, hereFirst } from '../parts/away.ts'
import type { Choice } from '../parts/Picker.svelte'
import { session } from '../session.svelte.ts'

/** What makes somebody the owner: an agent beside the team that has it, a team instead of an agent, or nobody. */
export function ownedBy(who: string): { owner_agent_id: Id | null; owner_team_id?: Id | null } {
  const [kind, id = null] = who ? who.split(':') : ['', null]
  if (kind === 'agent') return { owner_agent_id: id }
  return { owner_team_id: kind === 'team' ? id : null, owner_agent_id: null }
}

/** The choices of a picker: "" is nobody, "agent:<id>" or "team:<id>". What the ticket has is checked. */
export function owners(ticket?: TicketRow, able = session.workers): Choice[] {
  const me = session.me?.agent.id
  return [
    {
      id: '',
      label: t('assign.nobody'),
      icon: iconUnassigned,
      checked: ticket && !ticket.owner_agent_id && !ticket.owner_team_id,
    },
    ...[...able]
      .sort((one, other) => Number(other.id === me) - Number(one.id === me) || hereFirst(one, other))
      .map((agent) => ({
        id: `agent:${agent.id}`,
        label: agent.id === me ? t('assign.me', { name: agent.name }) : agent.name,
        avatar: agent.name,
        below: awayWords(agent),
        checked: agent.id === ticket?.owner_agent_id,
      })),
    ...session.teams.map((one) => ({
      id: `team:${one.id}`,
      label: one.name,
      hint: t('assign.team'),
      icon: iconTeam,
      checked: one.id === ticket?.owner_team_id,
    })),
  ]
}
