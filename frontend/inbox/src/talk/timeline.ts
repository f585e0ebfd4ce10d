// Messages as a person reads them: under a line for each day and each change of channel, with quiet words for what
// happened to the ticket in between.
import type { ConversationView, GroupChange, Id, Message, Participant, TicketRow } from '../../../shared/types.ts'
import { wall } from '../../../shared/zone.ts'
import type { About } from './about.ts'

export type Line =
  | { kind: 'day'; key: string; at: number }
  | { kind: 'channel'; key: string; message: Message }
  | { kind: 'event'; key: string; at: number; what: Happening['what']; name?: string; ticket?: TicketRow }
  /** From here on messages are about this ticket; `begins`: with the first about it. */
  | { kind: 'ticket'; key: string; ticket: TicketRow; begins: boolean }
  | { kind: 'message'; key: string; message: Message; joined: boolean; subject: string; answers: Id | null }

const TOGETHER = 5 * 60_000

/** Days of the clock on the wall, counted. */
function dayOf(at: number): number {
  return Math.floor(wall(at).getTime() / 86_400_000)
}

/** What a mail is about, without the signs of answers and forwards in the usual languages. */
export function topicOf(subject: string | null): string {
  return (subject ?? '').replace(/^(?:\s*(?:re|sv|vs|aw|fwd?|vb|vl|回复|答复|转发)(?:\[\d+\])?\s*[::]\s*)+/i, '').trim()
}

function sameSpeaker(one: Message, other: Message): boolean {
  return (
    one.direction === other.direction &&
    one.agent_id === other.agent_id &&
    one.scheme === other.scheme &&
    one.value === other.value &&
    one.sender === other.sender &&
    one.place?.id === other.place?.id
  )
}

/** Messages of one speaker within five minutes stand together, unless a subject or a state has to be said. */
export function isJoined(before: Message | undefined, message: Message): boolean {
  if (!before || before.removed_at || !sameSpeaker(before, message)) return false
  if (message.subject && topicOf(message.subject) !== topicOf(before.subject)) return false
  return message.at - before.at < TOGETHER
}

/** Who said something in a group, as far as that is known. */
export function speakerOf(view: ConversationView, message: Message): Participant | undefined {
  return view.participants.find((one) => one.value === message.value && one.scheme === message.scheme)
}

interface Happening {
  at: number
  what: 'opened' | 'resolved' | GroupChange['change']
  id: Id
  /** Of a group: whom it is about, or the group's new name; of a timer its seconds. */
  name?: string
  /** Of several tickets the one that it happened to. */
  ticket?: TicketRow
}

function happenings(tickets: readonly TicketRow[], changes: readonly GroupChange[], several: boolean): Happening[] {
  const found: Happening[] = changes.map(({ at, change, id, name }) => ({ at, what: change, id, name }))
  const byAge = [...tickets].sort((one, other) => one.opened_at - other.opened_at)
  byAge.forEach((ticket, index) => {
    if (index > 0 && !several) found.push({ at: ticket.opened_at, what: 'opened', id: ticket.id })
    if (ticket.resolved_at)
      found.push({ at: ticket.resolved_at, what: 'resolved', id: ticket.id, ticket: several ? ticket : undefined })
  })
  return found.sort((one, other) => one.at - other.at)
}

/** The lines of a stretch of messages, oldest first. `hasEnd`: the stretch ends with the newest message. `about`: they say of which ticket they are. */
export function linesOf(
  messages: readonly Message[],
  tickets: readonly TicketRow[],
  hasEnd = true,
  changes: readonly GroupChange[] = [],
  about?: About,
): Line[] {
  const lines: Line[] = []
  const first = messages[0]
  const events = happenings(tickets, changes, !!about).filter((event) => first && event.at >= first.at)
  let day: number | undefined
  let before: Message | undefined
  let channel: Message | undefined
  let ticket: TicketRow | undefined
  let topic = ''
  /** The last that each side said: what answers just that needn't say so. */
  const last: { in?: Id; out?: Id } = {}

  const sayDay = (at: number) => {
    const name = dayOf(at)
    if (name === day) return false
    day = name
    lines.push({ kind: 'day', key: `day ${name}`, at })
    return true
  }
  const sayEvents = (until: number) => {
    // What was resolved in the moment of an answer was resolved by it.
    while (events[0] && (events[0].at < until || (events[0].at === until && events[0].what !== 'resolved'))) {
      const event = events.shift()!
      sayDay(event.at)
      lines.push({
        kind: 'event',
        key: `${event.what} ${event.id} ${event.name}`,
        at: event.at,
        what: event.what,
        name: event.name,
        ticket: event.ticket,
      })
      before = undefined
    }
  }

  for (const message of messages) {
    sayEvents(message.at)
    if (sayDay(message.at)) before = undefined
    if (message.direction !== 'note') {
      if (channel && channel.inbox_id !== message.inbox_id) {
        lines.push({ kind: 'channel', key: `channel ${message.id}`, message })
        before = undefined
      }
      channel = message
    }
    const mine = about?.of(message)
    if (mine && mine.id !== ticket?.id) {
      lines.push({
        kind: 'ticket',
        key: `about ${message.id}`,
        ticket: mine,
        begins: about!.first.get(mine.id) === message.id,
      })
      before = undefined
    }
    ticket = mine ?? ticket
    const now = topicOf(message.subject)
    const subject = now && now !== topic ? now : ''
    if (now) topic = now
    // An agent chose what they answer; for a customer's program it is nearly always the last that we said.
    const answers = message.direction === 'in' && (!last.out || message.answers === last.out) ? null : message.answers
    if (message.direction !== 'note') last[message.direction] = message.id
    const joined = !answers && isJoined(before, message)
    lines.push({ kind: 'message', key: message.id, message, joined, subject, answers })
    before = message
  }
  if (hasEnd) sayEvents(Number.POSITIVE_INFINITY)
  return lines
}

/** Lines as they are now, those that say the same as before being the same objects: what is drawn of them needn't be looked at. */
export function kept(before: readonly Line[], now: readonly Line[]): Line[] {
  const known = new Map(before.map((line) => [line.key, line]))
  return now.map((line) => {
    const old = known.get(line.key)
    return old && isSame(old, line) ? old : line
  })
}

function isSame(one: Line, other: Line): boolean {
  if (one.kind === 'message' && other.kind === 'message')
    return (
      one.message === other.message &&
      one.joined === other.joined &&
      one.subject === other.subject &&
      one.answers === other.answers
    )
  if (one.kind === 'ticket' && other.kind === 'ticket')
    return one.ticket === other.ticket && one.begins === other.begins
  if (one.kind === 'event' && other.kind === 'event') return one.at === other.at && one.ticket === other.ticket
  if (one.kind === 'channel' && other.kind === 'channel') return one.message === other.message
  return one.kind === other.kind && 'at' in one && 'at' in other && one.at === other.at
}
