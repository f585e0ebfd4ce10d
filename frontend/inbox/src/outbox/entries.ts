// What waits for the server: words and changes of tickets, and in which order they may go.
import type { Attachment, Change, Id, Outgoing } from '../../../shared/types.ts'

interface Waiting {
  /** The idempotency key: however often it is tried, it is done once. */
  key: string
  agentId: Id
  conversationId: Id
  /** With whom. */
  title: string
  at: number
  state: 'sending' | 'waiting' | 'failed'
  error: string
}

/** A reply or a note. */
export interface Pending extends Waiting {
  kind: 'words'
  body: Outgoing
  attachments: Attachment[]
}

export interface PendingChange extends Waiting {
  kind: 'change'
  ticketId: Id
  change: Change
  /** The customer's last message when it was made; null: do it whatever they said since. */
  heard: Id | null
}

export type Entry = Pending | PendingChange

/**
 * What of a conversation goes next: in order, past what failed. But a ticket isn't changed after words that didn't leave:
 * it would be resolved without its answer.
 */
export function nextOf(entries: readonly Entry[], conversationId: Id): Entry | undefined {
  const own = entries.filter((entry) => entry.conversationId === conversationId)
  const next = own.find((entry) => entry.state !== 'failed')
  const stuck = own.find((entry) => entry.state === 'failed' && entry.kind === 'words')
  return next?.kind === 'change' && stuck && stuck.at < next.at ? undefined : next
}

/** Whether a change puts a conversation away that the customer has gone on with since. */
export function isOvertaken({ change, heard }: PendingChange, lastInbound: Id | null): boolean {
  const away = change.status === 'resolved' || change.status === 'snoozed'
  return away && heard !== null && (lastInbound ?? '') > heard
}

/** A later change of the same ticket that hasn't left: both are one. */
export function joined(one: PendingChange, change: Change): PendingChange {
  // A stage sets the status: a later status, or another kind, is not to be overruled by it.
  const { stage = change.status || change.kind ? undefined : one.change.stage } = change
  return {
    ...one,
    change: { ...one.change, ...change, ...tagsOf(one.change, change), ...valuesOf(one.change, change), stage },
  }
}

/** What two changes in turn put on and take off. */
function tagsOf(first: Change, then: Change): Change {
  const added = without(first.add_tags, then.remove_tags).concat(then.add_tags ?? [])
  const removed = without(first.remove_tags, then.add_tags).concat(then.remove_tags ?? [])
  return { add_tags: added.length ? added : undefined, remove_tags: removed.length ? removed : undefined }
}

/** Attributes are changed one by one. */
function valuesOf(first: Change, then: Change): Change {
  return first.attributes ? { attributes: { ...first.attributes, ...then.attributes } } : {}
}

function without(tags: string[] = [], gone: string[] = []): string[] {
  return tags.filter((tag) => !gone.includes(tag))
}

/** The word for what it is: a key of the catalogue. */
export function nameOf(entry: Entry): string {
  if (entry.kind === 'words') return `outbox.${entry.body.kind}`
  const { status } = entry.change
  return status === 'resolved' || status === 'snoozed' ? `outbox.${status}` : 'outbox.changed'
}
