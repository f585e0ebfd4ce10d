import { expect, it } from 'vitest'
import { message, ticket, view } from '../samples.ts'
import { colourOf, COLOURS } from './speakers.ts'
import { aboutOf } from './about.ts'
import { isJoined, kept, linesOf, speakerOf, topicOf, type Line } from './timeline.ts'

const HOUR = 3_600_000
const noon = new Date(2026, 10, 20, 12).getTime()
const say = (lines: Line[]) =>
  lines.map((line) => (line.kind === 'event' ? line.what : line.kind === 'message' ? line.key : line.kind))

it('draws a line for each day and for each change of channel', () => {
  const lines = linesOf(
    [
      message({ id: 'm1', at: noon }),
      message({ id: 'm2', at: noon + HOUR, inbox_id: 'chat', channel: 'webchat' }),
      message({ id: 'note', at: noon + 2 * HOUR, direction: 'note', inbox_id: null, channel: null }),
      message({ id: 'm3', at: noon + 24 * HOUR, inbox_id: 'chat', channel: 'webchat' }),
    ],
    [],
  )
  expect(say(lines)).toEqual(['day', 'm1', 'channel', 'm2', 'note', 'day', 'm3'])
})

it('tells what happened to tickets between the messages', () => {
  const lines = linesOf(
    [message({ id: 'm1', at: noon }), message({ id: 'm2', at: noon + 2 * HOUR })],
    [
      ticket({ id: 'a', opened_at: noon - HOUR, resolved_at: noon + HOUR }),
      ticket({ id: 'b', opened_at: noon + 2 * HOUR, resolved_at: noon + 3 * HOUR }),
    ],
  )
  expect(say(lines)).toEqual(['day', 'm1', 'resolved', 'opened', 'm2', 'resolved'])
})

it('says that an answer resolved it behind the answer, and that a message opened it before the message', () => {
  const lines = linesOf(
    [
      message({ id: 'm1', at: noon }),
      message({ id: 'm2', at: noon + HOUR }),
      message({ id: 'm3', at: noon + 2 * HOUR }),
    ],
    [
      ticket({ id: 'a', opened_at: noon, resolved_at: noon + HOUR }),
      ticket({ id: 'b', opened_at: noon + 2 * HOUR, resolved_at: null }),
    ],
  )
  expect(say(lines)).toEqual(['day', 'm1', 'm2', 'resolved', 'opened', 'm3'])
})

it('keeps the end for the stretch that has it', () => {
  const tickets = [ticket({ opened_at: noon, resolved_at: noon + HOUR })]
  expect(say(linesOf([message({ at: noon })], tickets, false))).toEqual(['day', 'm1'])
})

it('says which of several tickets messages are about, where that changes, and where one begins', () => {
  const lamp = ticket({ id: 't1', begins_id: 'm1', opened_at: noon })
  const bill = ticket({ id: 't2', opened_at: noon + 3, resolved_at: noon + 9 })
  const turns = [{ conversation_id: 'c1', from_id: 'm1', ticket_id: 't1' }]
  const about = aboutOf(view({ tickets: [bill, lamp], turns, moved: { m2: 't2', m4: 't2' } }))
  const said = ['m1', 'm2', 'm3', 'm4', 'm5'].map((id, n) => message({ id, at: noon + n }))
  const lines = linesOf(said, [bill, lamp], true, [], about)
  const told = lines.map((line) =>
    line.kind === 'ticket' ? `${line.begins ? 'begins' : 'about'} ${line.ticket.id}` : say([line])[0],
  )
  expect(told).toEqual([
    'day',
    'begins t1',
    'm1',
    'begins t2',
    'm2',
    'about t1',
    'm3',
    'about t2',
    'm4',
    'about t1',
    'm5',
    'resolved',
  ])
  expect(lines.every((line) => line.kind !== 'message' || !line.joined)).toBe(true)
  expect(lines.at(-1)).toMatchObject({ ticket: { id: 't2' } })
})

it('puts what one person says in one breath together', () => {
  const one = message({ at: noon })
  expect(isJoined(one, message({ at: noon + 60_000 }))).toBe(true)
  expect(isJoined(one, message({ at: noon + HOUR }))).toBe(false)
  expect(isJoined(one, message({ at: noon + 60_000, direction: 'out', agent_id: 'a' }))).toBe(false)
  expect(isJoined(one, message({ at: noon + 60_000, subject: 'Another thing' }))).toBe(false)
})

it('says what a mail is about once, however often it was answered', () => {
  const mails = ['Wrong lamp', 'Re: Wrong lamp', 'SV: Re: wrong bulb', null].map((subject, n) =>
    message({ id: `m${n}`, at: noon + n * HOUR, subject }),
  )
  const subjects = linesOf(mails, []).flatMap((line) => (line.kind === 'message' ? [line.subject] : []))
  expect(subjects).toEqual(['Wrong lamp', '', 'wrong bulb', ''])
  expect(['Fwd: RE: x', 'Vs: x', '回复:x', 'Res: x'].map(topicOf)).toEqual(['x', 'x', 'x', 'Res: x'])
})

it('tells who came and went in a group between the messages', () => {
  const bo = { scheme: 'sandbox', value: 'bo' }
  const changes = [
    { id: 'g1', change: 'joined' as const, name: 'Bo', at: noon + 1, ...bo },
    { id: 'g2', change: 'left' as const, name: 'Bo', at: noon + HOUR + 1, ...bo },
  ]
  const said = [message({ id: 'm1', at: noon }), message({ id: 'm2', at: noon + HOUR })]
  const lines = linesOf(said, [], true, changes)
  expect(say(lines)).toEqual(['day', 'm1', 'joined', 'm2', 'left'])
  const renamed = changes.map((one) => ({ ...one, name: 'Bosse' }))
  expect(kept(lines, linesOf(said, [], true, renamed)).at(-1)).toMatchObject({ name: 'Bosse' })
})

it('says between the messages when a timer was set and ended', () => {
  const chat = { change: 'timer' as const, scheme: 'sandbox', value: 'bo' }
  const changes = [
    { id: 'g1', name: '86400', at: noon + 1, ...chat },
    { id: 'g2', name: '0', at: noon + HOUR + 1, ...chat },
  ]
  const said = [message({ id: 'm1', at: noon }), message({ id: 'm2', at: noon + HOUR })]
  const lines = linesOf(said, [], true, changes)
  expect(say(lines)).toEqual(['day', 'm1', 'timer', 'm2', 'timer'])
  expect(lines.flatMap((line) => (line.kind === 'event' ? [line.name] : []))).toEqual(['86400', '0'])
})

it('knows who speaks in a group by the identity, in a colour that stays', () => {
  const participants = ['anna', 'bo'].map((value) => ({
    scheme: 'sandbox',
    value,
    name: value,
    contact_id: null,
    left_at: null,
  }))
  const said = message({ scheme: 'sandbox', value: 'bo' })
  expect(speakerOf(view({ participants }), said)?.name).toBe('bo')
  expect(speakerOf(view({ participants }), { ...said, scheme: 'telegram' })).toBeUndefined()
  const colours = new Set(Array.from({ length: 100 }, (_, n) => colourOf(`person-${n}`)))
  expect(colours.size).toBe(COLOURS)
  expect(colourOf('anna')).toBe(colourOf('anna'))
})
