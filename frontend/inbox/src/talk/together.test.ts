import { beforeEach, expect, it } from 'vitest'
import { me, message, ticket } from '../samples.ts'
import { session } from '../session.svelte.ts'
import { crossing, lockedBy } from './together.ts'

function sit(owner_answers: boolean, powers: string[] = []) {
  const seat = me()
  const settings = { ...seat.workspace.settings, owner_answers }
  session.me = { ...seat, powers, team_ids: ['mine'], workspace: { ...seat.workspace, settings } }
}
beforeEach(() => {
  session.agents = [{ ...me().agent, id: 'you', name: 'Siri' }]
  session.teams = ['mine', 'theirs'].map((id) => ({
    id,
    name: `Team ${id}`,
    agent_ids: [],
    inbox_ids: [],
    owner_answers: null,
    schedule_id: null,
  }))
})

it('locks what somebody else has, where the workspace wants that', () => {
  sit(true)
  expect(lockedBy(ticket({ owner_agent_id: 'you' }))).toBe('Siri')
  expect(lockedBy(ticket({ owner_agent_id: 'you', owner_team_id: 'mine' }))).toBe('Siri')
  expect(lockedBy(ticket({ owner_team_id: 'theirs' }))).toBe('Team theirs')
  for (const free of [{}, { owner_agent_id: 'me' }, { owner_team_id: 'mine' }]) expect(lockedBy(ticket(free))).toBe('')
  expect(lockedBy(ticket({ owner_agent_id: 'you', status: 'resolved' }))).toBe('')
  expect(lockedBy(undefined)).toBe('')
})

it('locks nothing without the rule, nor for those with the power', () => {
  sit(false)
  expect(lockedBy(ticket({ owner_agent_id: 'you' }))).toBe('')
  sit(true, ['conversations.answer_any'])
  expect(lockedBy(ticket({ owner_agent_id: 'you' }))).toBe('')
})

it('asks the team that has it first, else the only one of the agent', () => {
  const rule = (owner_answers: boolean | null) => {
    session.teams = session.teams.map((one) => (one.id === 'theirs' ? { ...one, owner_answers } : one))
  }
  sit(false)
  rule(true)
  expect(lockedBy(ticket({ owner_agent_id: 'you', owner_team_id: 'theirs' }))).toBe('Siri')
  expect(lockedBy(ticket({ owner_agent_id: 'you' }))).toBe('')
  session.agents = session.agents.map((one) => ({ ...one, team_ids: ['theirs'] }))
  expect(lockedBy(ticket({ owner_agent_id: 'you' }))).toBe('Siri')
  sit(true)
  rule(false)
  expect(lockedBy(ticket({ owner_agent_id: 'you' }))).toBe('')
})

it('finds the answer of a colleague that came meanwhile', () => {
  sit(false)
  const theirs = message({ id: 'm3', direction: 'out', agent_id: 'you' })
  const said = [message({ id: 'm2' }), theirs, message({ id: 'm4', direction: 'out', agent_id: 'me' })]
  expect(crossing(said, 'm2')).toBe(theirs)
  expect(crossing(said, 'm3')).toBeUndefined()
  expect(
    crossing(
      [
        { ...theirs, removed_at: 1 },
        { ...theirs, direction: 'note' },
      ],
      'm2',
    ),
  ).toBeUndefined()
})
