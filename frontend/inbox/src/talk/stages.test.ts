import { expect, it } from 'vitest'
import { toStage } from './stages.ts'

const NOW = Date.UTC(2026, 10, 27, 12)

it('a stage brings the status for which it stands', () => {
  expect(toStage({ id: 'bench', name: 'On the bench', status: 'open' }, NOW)).toEqual({
    stage: 'bench',
    status: 'open',
  })
})

it('one that puts off says until when', () => {
  const change = toStage({ id: 'ordered', name: 'Part ordered', status: 'snoozed' }, NOW)
  expect(change.snoozed_until! - NOW).toBeGreaterThan(0)
  expect(change.snoozed_until! - NOW).toBeLessThan(48 * 3_600_000)
})
