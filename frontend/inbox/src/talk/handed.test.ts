import { expect, test } from 'vitest'
import type { Message, TicketRow } from '../../../shared/types.ts'
import { tookOver } from './handed.ts'

const ticket = { id: 't', owner_agent_id: 'me', begins_id: 'b' } as TicketRow
const said = (id: string, direction: string, agent: string | null) =>
  ({ id, direction, agent_id: agent }) as unknown as Message

test('who took over after colleagues answered reads a summary', () => {
  expect(tookOver(ticket, [said('b', 'in', null), said('c', 'out', 'other')], 'me')).toBe(true)
})

test('who has answered knows', () => {
  expect(tookOver(ticket, [said('c', 'out', 'other'), said('d', 'out', 'me')], 'me')).toBe(false)
})

test('where nobody answered, or only about what was before, nothing was handed over', () => {
  expect(tookOver(ticket, [said('b', 'in', null)], 'me')).toBe(false)
  expect(tookOver(ticket, [said('a', 'out', 'other')], 'me')).toBe(false)
  expect(tookOver(ticket, [said('c', 'note', 'other')], 'me')).toBe(false)
})

test("somebody else's ticket is theirs to read", () => {
  expect(tookOver({ ...ticket, owner_agent_id: 'other' }, [said('c', 'out', 'x')], 'me')).toBe(false)
  expect(tookOver(ticket, [said('c', 'out', 'other')], undefined)).toBe(false)
})
