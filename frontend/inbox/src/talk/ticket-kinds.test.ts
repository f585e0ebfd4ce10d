import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { beforeEach, expect, it } from 'vitest'
import type { Kind } from '../../../shared/types-work.ts'
import type { Status } from '../../../shared/types.ts'
import { ticket } from '../samples.ts'
import { session } from '../session.svelte.ts'
import { kindsOffered } from './offered-kinds.ts'
import { kindLabel, kindName, stageOf } from './ticket-kinds.ts'

/** The same that the server is held to. */
const { stages, stands } = JSON.parse(
  readFileSync(resolve(import.meta.dirname, '../../../../tests/tickets/stages.json'), 'utf8'),
) as { stages: Kind['stages']; stands: [string | null, Status, string | null][] }
const kind = (id: string, more: Partial<Kind> = {}): Kind => ({
  id,
  name: '',
  attributes: [],
  stages: [],
  removed: false,
  ...more,
})

beforeEach(() => {
  session.kinds = [kind('question'), kind('fault', { stages }), kind('k1', { name: 'Recall', removed: true })]
})

it.each(stands)('a ticket on %s that is %s stands on %s', (stage, status, wanted) => {
  expect(stageOf(ticket({ kind: 'fault', stage, status }))?.id ?? null).toBe(wanted)
})

it('says what a ticket is and how far, and nothing of the usual', () => {
  expect(kindLabel(ticket())).toBe('')
  expect(kindLabel(ticket({ kind: 'k1' }))).toBe('Recall')
  expect(kindLabel(ticket({ kind: 'fault', stage: 'bench' }))).toMatch(/ · Being repaired$/)
})

it('offers no kind that was removed but to whoever has it, and calls one as it is called here', () => {
  expect(kindsOffered().map((one) => one.id)).toEqual(['question', 'fault'])
  expect(kindsOffered('k1').map((one) => one.id)).toEqual(['question', 'fault', 'k1'])
  session.kinds = [kind('fault', { name: 'Breakage' })]
  expect(kindName('fault')).toBe('Breakage')
})
