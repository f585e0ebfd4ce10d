import { expect, test } from 'vitest'
import { applyAll, emptyState, withMessages, withPage, withView } from '../live.ts'
import { frame, me, message, ticket, view } from '../samples.ts'
import { remembered } from './remembered.ts'

const row = (at: number) => ticket({ id: `t${at}`, conversation_id: `c${at}`, waiting_since: at, last_activity_at: at })
const rows = (count: number) => Array.from({ length: count }, (_, at) => row(at + 1))
const page = (count: number) => ({ items: rows(count), next: null })

test('what was kept and the events since show what a screen shows that stayed open', () => {
  const listed = withPage(withPage(emptyState(me()), 'all', page(3), true), 'waiting', page(3), true)
  const open = withView(listed, view({ conversation: { ...view().conversation, id: 'c1' }, tickets: [row(1)] }))
  const before = withMessages(open, 'c1', { items: [message()], next: null, hidden: 0 }, true)
  const since = [
    frame({ seq: 2, ticket: { ...row(2), status: 'resolved', waiting_since: null, resolved_at: 9 } }),
    frame({ seq: 3, kind: 'ticket.opened', ticket: row(4) }),
    frame({ seq: 4, message: message({ id: 'm2', text: 'More' }), ticket: { ...row(1), waiting_since: 8 } }),
  ]
  const kept = structuredClone(remembered(before))
  expect(applyAll(kept, since)).toEqual({ ...applyAll(before, since), stale: expect.anything() as unknown })
  expect(applyAll(kept, since).lists.get('waiting')!.ids).toEqual(['t3', 't4', 't1'])
})

test('it is bounded', () => {
  const long = withPage(emptyState(me()), 'all', page(500), true)
  const viewed = withPage(long, 'view:v1', page(3), true)
  const messages = Array.from({ length: 400 }, (_, at) => message({ id: `m${1000 + at}` }))
  const talked = withMessages(withView(viewed, view()), 'c1', { items: messages, next: null, hidden: 0 }, true)
  const kept = remembered(talked)
  expect([...kept.lists.keys()]).toEqual(['all'])
  expect([kept.lists.get('all')!.ids.length, kept.tickets.size, kept.threads.size]).toEqual([200, 200, 0])
})
