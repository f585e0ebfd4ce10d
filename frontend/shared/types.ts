// The API's objects of talk as screens use them. Times are Unix milliseconds; ids sort by time.
import type { Address } from './types-company.ts'
export type Id = string

export type Status = 'open' | 'pending' | 'snoozed' | 'resolved'
export interface TicketRow {
  id: Id
  conversation_id: Id
  contact_id: Id | null
  kind: string
  status: Status
  owner_agent_id: Id | null
  owner_team_id: Id | null
  title: string
  preview: string
  preview_by: 'in' | 'out'
  /** Everybody can read the last words, under a post that begins so. */
  place: string | null
  subject: string | null
  channel: string
  inbox_id: Id | null
  last_message_id: Id
  last_inbound_id: Id | null
  waiting_since: number | null
  last_activity_at: number
  snoozed_until: number | null
  opened_at: number
  resolved_at: number | null
  spam_at: number | null
  /** The message from which on its conversation's words were about it first. */
  begins_id: Id | null
  /** What it is about, as an agent put it. */
  matter: string | null
  /** When the next of what was promised is due, and from when on it is at risk. */
  due_at: number | null
  risk_at: number | null
  /** Of its kind, the one that was chosen last: `stageOf` says on which it stands. */
  stage: string | null
  /** Why the customer wrote, first of all; null where nobody is sure. */
  reason_id: string | null
  /** Of what they said last. */
  mood: string | null
  /** What its customer said last who was asked: good, middle or bad. */
  rating: string | null
  /** What stands out in their words: urgent, churn, legal, public, complaint, falling. */
  signs: string[]
  attributes: Record<string, unknown>
  tags: string[]
  read_id?: Id | null
}
/** From this message on the words of a conversation are about a ticket, until another one's turn begins. */
export interface Turn {
  conversation_id: Id
  from_id: Id
  ticket_id: Id
}
/** A ticket as its timeline tells it: when it had its turns, and the messages besides that are about it. */
export interface TicketInTalk extends TicketRow {
  turns: Omit<Turn, 'ticket_id'>[]
  moved: Id[]
}
/** The row after a change; the stream tells of it by `seq`. */
export interface ChangedRow extends TicketRow {
  seq: number
}
/** What an agent changes of a ticket. */
export interface Change {
  status?: Status
  snoozed_until?: number | null
  owner_agent_id?: Id | null
  owner_team_id?: Id | null
  kind?: string
  /** Empty: its subject says it. */
  matter?: string
  stage?: string
  /** Only as shown: by a route of its own. */
  reason_id?: string | null
  attributes?: Record<string, unknown>
  add_tags?: string[]
  remove_tags?: string[]
}
export interface Conversation {
  id: Id
  kind: 'direct' | 'group' | 'side'
  contact_id: Id | null
  title: string
  inbox_id: Id | null
  scheme: string | null
  value: string | null
  last_message_id: Id | null
  last_inbound_id: Id | null
  last_inbound_at: number | null
  contact_read_id: Id | null
  responder: string
  /** In which the customer wrote last, where a translator told. */
  language: string | null
  /** Of a side conversation: whose it stands beside, the message that was forwarded there, and since when nothing more is expected. */
  parent_id: Id | null
  about_id: Id | null
  closed_at: number | null
}
/** What is led with a third party beside a conversation. `state` is that of the last message's delivery. */
export interface Side {
  conversation: Conversation
  read_id: Id | null
  state: DeliveryState | null
}
export interface Attachment {
  id: Id
  name: string
  type: string
  size: number
  inline_id?: string | null
  /** The key of why its bytes aren't here (yet). */
  missing?: string | null
}
export type DeliveryState = 'queued' | 'sending' | 'sent' | 'delivered' | 'read' | 'failed' | 'unknown'
export interface Delivery {
  state: DeliveryState
  due_at: number | null
  error: string | null
  attempts: number
  changed_at: number
}
/** A message's words in another language; `own`: the writer's, and the message has what was sent instead. */
export interface Rendering {
  language: string
  text: string
  own?: boolean
}
export interface Translation {
  language?: string
  texts?: Rendering[]
  problem?: string
  /** The other languages of a message in several. */
  also?: string[]
}
/** An emoji with which somebody answered a message: an agent ("agent:<id>"), or an identity with its name. */
export interface Reacted {
  by: string
  emoji: string
  name?: string
}
/** A change of a message on its way to the customer, or one that didn't get there. */
export interface Amending {
  id: Id
  deed: 'edit' | 'remove' | 'react' | 'hide' | 'show'
  state: DeliveryState
  error?: string | null
}
/** Where everybody can read something: a post, how it begins and where it is. */
export interface Place {
  id: string
  link?: string
  text?: string
}
export interface Message {
  id: Id
  conversation_id: Id
  direction: 'in' | 'out' | 'note'
  inbox_id: Id | null
  channel: string | null
  scheme: string | null
  value: string | null
  agent_id: Id | null
  text: string
  html: boolean
  /** What one of us wrote, as they formatted it. */
  formatted?: string | null
  quoted: string
  subject: string | null
  attachments: Attachment[]
  recipients: Address[]
  copies: Address[]
  blind_copies?: Address[]
  mentions: Id[]
  flags: string[]
  sender?: string
  answers: Id | null
  buttons?: string[]
  /** What the template is called that it is. */
  template?: string | null
  /** Which button of the message that it answers is meant, from 1. */
  chosen?: number | null
  topic?: Topic | null
  translation?: Translation | null
  claimed_at: number | null
  removed_at: number | null
  removed_by?: string
  edited_at?: number | null
  reactions?: Reacted[]
  amending?: Amending | null
  call?: { state: 'ringing' | 'answered' | 'ended' | 'missed' | 'refused'; seconds?: number | null } | null
  /** When its words vanish. */
  expires_at?: number | null
  place?: Place | null
  /** Who hid it from everybody else there. */
  hidden_by?: string
  at: number
  delivery: Delivery | null
}
export interface Identity {
  scheme: string
  value: string
  shown: string
  name: string
  verification: 'claimed' | 'channel' | 'signed' | 'confirmed'
  blocked_at: number | null
  /** The contact that it was made for, who may be one with another since. */
  contact_id?: Id
}
export interface Contact {
  id: Id
  name: string
  language: string | null
  about: string
  attributes: Record<string, unknown>
  tags: string[]
  blocked_at: number | null
  created_at: number
  changed_at: number
  merged_into: Id | null
  organization_id: Id | null
  identities: Identity[]
  conversation_id: Id | null
  /** The message that told the language, and when that was said; none where it was set by hand. */
  language_heard_in?: Id | null
  language_heard_at?: number | null
}
/** That a contact was made one with another. */
export interface Merge {
  contact: Contact
  into_id: Id
  merged_at: number
  merged_by: string
}
/** Two customers who may be one, and why. */
export interface Duplicate {
  one: Contact
  other: Contact
  reasons: string[]
  found_at: number
}
export interface Organization {
  id: Id
  name: string
  kind: 'company' | 'household'
  about: string
  attributes: Record<string, unknown>
  domains: string[]
  created_at: number
  changed_at: number
  removed_at: number | null
}
/** A typed field that the workspace defined. `name` is empty for those built in: screens say `attribute.<key>`. */
export interface Definition {
  subject: 'contact' | 'organization' | 'ticket'
  key: string
  name: string
  kind: 'text' | 'number' | 'date' | 'yes_no' | 'choice'
  choices: string[]
}
/** One way to reach the customer: an inbox and one of their identities, and whether that works now. */
export interface WayOut {
  inbox_id: Id
  channel: string
  name: string
  scheme: string
  value: string
  usable: boolean
  /** Whether anything arrives there, as far as is known. */
  reachable: boolean
}
export interface Draft {
  text: string
  html?: string | null
  kind: 'reply' | 'note'
  subject?: string | null
  inbox_id?: Id | null
  scheme?: string | null
  value?: string | null
  attachment_ids?: Id[]
  attachments?: Attachment[]
  copies?: Address[]
  blind_copies?: Address[]
  mentions?: Id[]
  answers?: Id | null
  buttons?: string[]
  public?: boolean | null
  /** It is this template, to be looked at once more. */
  template?: Outgoing['template'] | null
}
export type IfTheyWrite = 'hold' | 'send' | 'drop'
/** A reply that leaves later. */
export interface Scheduled {
  id: Id
  conversation_id: Id
  agent_id: Id
  text: string
  formatted?: string | null
  attachments: Attachment[]
  inbox_id: Id
  value: string | null
  due_at: number
  state: 'waiting' | 'held' | 'failed'
  if_they_write: IfTheyWrite
  error: string | null
  buttons?: string[]
  template?: string | null
  place: Place | null
}
/** A draft that colleagues see. `agent_id` writes it now, `taken_from` did before. */
export interface SharedDraft {
  id: Id
  conversation_id: Id
  agent_id: Id
  taken_from: Id | null
  version: number
  changed_at: number
  words: Partial<Draft>
  attachments: Attachment[]
}
/** What an inbox lets be done with messages that are there; `seconds` is for how long, null always. */
export interface Abilities {
  inbox_id: Id
  edit: { seconds: number | null; public?: boolean } | null
  delete: { seconds: number | null; public?: boolean } | null
  reactions: boolean
  /** For how long after they wrote the customer can be answered freely, and when that was. */
  window: { seconds: number; after: 'nothing' | 'template' } | null
  heard_at: number | null
  templates: boolean
  public: boolean
  hide: boolean
}
/** What a message said before it was changed. */
export interface Earlier {
  text: string
  attachments: Attachment[]
  at: number
  by: string
}
/** A part of a group in which people keep to one matter. */
export interface Topic {
  id: string
  name: string
}
/** Somebody who is or was in a group. */
export interface Participant {
  scheme: string
  value: string
  name: string
  contact_id: Id | null
  left_at: number | null
}
/** What happened to a group, or to the timer of any chat; `name` is its new one, that of who joined or left, or the timer's seconds. */
export interface GroupChange {
  id: Id
  change: 'renamed' | 'joined' | 'left' | 'removed' | 'back' | 'timer' | 'rated'
  name: string
  at: number
  scheme: string | null
  value: string | null
}
export interface ConversationView {
  conversation: Conversation
  contact: Contact | null
  /** Of a group: who is in it, then who was; how many are; what happened to it. */
  participants: Participant[]
  participant_count: number
  changes: GroupChange[]
  tickets: TicketRow[]
  /** Whose turn it was from which message on, and by message the ticket that it is about all the same. */
  turns: Turn[]
  moved: Record<Id, Id>
  draft: Draft | null
  read_id: Id | null
  ways_out: WayOut[]
  abilities: Abilities[]
  scheduled: Scheduled[]
  shared_drafts: SharedDraft[]
  /** Who follows it. */
  watcher_ids: Id[]
  sides: Side[]
}
/** Part of a timeline; `hidden` counts messages in inboxes out of reach. */
export interface Stretch extends Page<Message> {
  hidden?: number
}
export interface Outgoing {
  kind: 'reply' | 'note'
  text: string
  html?: string
  attachment_ids: Id[]
  inbox_id?: Id | null
  scheme?: string | null
  value?: string | null
  subject?: string | null
  copies?: Address[]
  blind_copies?: Address[]
  mentions?: Id[]
  answers?: Id | null
  buttons?: string[]
  /** It leaves as this template of the inbox; `text` is only how that reads. */
  template?: { id: string; values: Record<string, string> }
  /** Whether everybody will read it. */
  public?: boolean
  /** The shared draft that it was. */
  shared_id?: Id
  /** The ticket that it is about, where there are several. */
  ticket_id?: Id
  /** What was written, where `text` is a translation of it. */
  written?: { text: string; language: string; into: string }
  resolve?: boolean
}
export interface SendPlan {
  parts: string[]
  /** Those that are shown as such. */
  buttons: string[]
  changes: string[]
  /** How many SMS it will be; 0 where nobody counts so. */
  segments: number
  /** What the channel takes for it: `micros` millionths of a currency. */
  cost: { micros: number; currency: string } | null
  refusal: string | null
  allowed: string[]
  /** Everybody will read it. */
  public: boolean
  /** It is the one private answer that a public message may have, not later than `until`. */
  once: boolean
  until: number | null
  /** The key of who can read it, where that isn't plain. */
  readers: string
  /** Another way to the customer, where nothing arrives on this one. */
  instead: WayOut | null
  /** It vanishes so many seconds after it left; null: it stays. */
  life: number | null
}
export interface Page<T> {
  items: T[]
  next: string | null
}
export interface Found {
  contacts: Contact[]
  messages: FoundMessage[]
  next: string | null
}
export interface FoundMessage {
  message_id: Id
  conversation_id: Id
  title: string
  snippet: string
  /** Where the words looked for stand in the snippet, in UTF-16 units. */
  marks: [number, number][]
  direction: 'in' | 'out' | 'note'
  public: boolean
  at: number
}
export interface Frame {
  seq: number
  kind: string
  at: number
  actor: string
  conversation_id: Id | null
  inbox_id: Id | null
  facts: Record<string, unknown>
  message?: Message | null
  /** Those of what is about several. */
  messages?: Message[] | null
  ticket?: TicketRow | null
  contact?: Contact | null
  conversation?: Conversation | null
}
export interface Signal {
  name: 'typing' | 'looking' | 'left' | 'presence'
  conversation_id: Id
  agent_id?: Id | null
  contact?: boolean
  until?: number
}
