import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Frame } from '../../../shared/types.ts'
import { wasWritten } from './written.ts'

const frame = (kind: string, facts: Record<string, unknown> = {}) => ({ kind, facts }) as unknown as Frame

test('what was written about a ticket in front is read again', () => {
  const written = frame('ticket.worded', { use: 'summaries', ticket_id: 't1' })
  assert.equal(wasWritten(written, 'summaries', ['t1', 't2']), true)
  assert.equal(wasWritten(written, 'cases', ['t1']), false)
  assert.equal(wasWritten(written, 'summaries', ['t2']), false)
})

test('so is everything in front once there is another language model', () => {
  assert.equal(wasWritten(frame('language_model.changed'), 'cases', ['t1']), true)
  assert.equal(wasWritten(frame('language_model.changed'), 'cases', []), false)
  assert.equal(wasWritten(frame('ticket.changed', { ticket_id: 't1' }), 'summaries', ['t1']), false)
})
