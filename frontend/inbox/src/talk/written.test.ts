// What was written about tickets in front is read again, and nothing else is.
import { expect, test } from 'vitest'
import type { Frame } from '../../../shared/types.ts'
import { wasWritten } from './written.ts'

const frame = (kind: string, facts: Record<string, unknown> = {}) => ({ kind, facts }) as unknown as Frame

test('what was written about a ticket in front is read again', () => {
  const written = frame('ticket.worded', { use: 'summaries', ticket_id: 't1' })
  expect(wasWritten(written, 'summaries', ['t1', 't2'])).toBe(true)
  expect(wasWritten(written, 'cases', ['t1'])).toBe(false)
  expect(wasWritten(written, 'summaries', ['t2'])).toBe(false)
})

test('so is everything in front once there is another language model', () => {
  expect(wasWritten(frame('language_model.changed'), 'cases', ['t1'])).toBe(true)
  expect(wasWritten(frame('language_model.changed'), 'cases', [])).toBe(false)
  expect(wasWritten(frame('ticket.changed', { ticket_id: 't1' }), 'summaries', ['t1'])).toBe(false)
})
