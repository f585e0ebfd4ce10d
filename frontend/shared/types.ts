// The API's objects as screens use them. Times are Unix milliseconds; ids sort by time.
export type Id = string

export interface Address {
  scheme: string
  value: string
  name?: string
}
export interface Agent {
  id: Id
  email: string
  name: string
  role: string
  locale: string | null
  theme: 'system' | 'light' | 'dark'
  signature: string
  keys?: boolean
  invited: boolean
  disabled: boolean
  protected: boolean
  /** What customers see; empty: the name. */
  shown_name: string
  away_until: number | null
  away_note: string
  photo: string | null
  team_ids: Id[]
}
export interface WorkspaceSettings {
  locale: string
  time_zone: string
  reopen_seconds: number
  undo_seconds: number
  read_marks_out: boolean
  read_marks_in: boolean
  typing_out: boolean
  typing_in: boolean
  restricted_reach: boolean
  reply_promise_minutes: number | null
  two_factor_from: number | null
  base_address: string
}
export interface Workspace {
  id: Id
  name: string
  settings: WorkspaceSettings
  ready_at: number | null
  demo: boolean
}
export interface Me {
  agent: Agent
  workspace: Workspace
  powers: string[]
  team_ids: Id[]
  inbox_ids: Id[] | null
  version: string
  stream: { epoch: number | string; seq: number }
  /** Keys by command that are other than the usual ones; empty for none. */
  shortcuts?: Record<string, string>
  view_order?: Id[]
}
export type Choosable = 'status' | 'owner' | 'team' | 'inbox' | 'channel' | 'kind' | 'last_words' | 'language'
export type Condition =
  | { type: 'one_of'; field: Choosable; values: string[]; but?: boolean }
  | { type: 'since'; field: 'waiting' | 'opened' | 'activity'; minutes: number; shorter?: boolean }
  | { type: 'whether'; field: 'waiting' | 'unread' | 'draft'; but?: boolean }
export interface Filter {
  conditions?: Condition[]
  match?: 'all' | 'any'
}
export interface SavedView {
  id: Id
  agent_id: Id
  name: string
  filter: Filter
  audience: 'me' | 'team' | 'everyone'
  team_id: Id | null
}
export interface Role {
  id: string
  name: string
  powers: string[]
  builtin: boolean
  agents: number
}
export interface Team {
  id: Id
  name: string
  agent_ids: Id[]
  inbox_ids: Id[]
}
export interface Health {
  ok: boolean
  problems: HealthProblem[]
}
export type HealthProblem = { field: string; key: string; detail: string } | [string, string, string]
export interface Inbox {
  id: Id
  key: string
  channel: string
  name: string
  settings: Record<string, unknown>
  has_secrets: boolean
  health: Health | null
  paused_at: number | null
  created_at: number
  address: string
}
export interface InboxHealth {
  id: Id
  channel: string
  name: string
  state: 'good' | 'quiet' | 'paused' | 'bad'
  problems: { field: string; key: string; detail: string }[]
  advice: string | null
  last_in: number | null
  last_out: number | null
  waiting: number
  waiting_since: number | null
}
export interface HealthReport {
  version: string
  engine: string
  now: number
  problems: string[]
  inboxes: InboxHealth[]
  workers: { name: string; seen_at: number; alive: boolean }[]
  backup: { wanted: boolean; made_at: number | null; size: number | null; late: boolean; error: string | null }
  degraded: string[]
  disk_free: number
  database_size: number
}
export interface ChannelField {
  name: string
  kind: 'text' | 'secret' | 'number' | 'email' | 'switch' | 'choice' | 'lines'
  required: boolean
  default: string | number | boolean | null
  choices: string[]
  /** Another field's name, then its answers that call for this one; empty: always asked. */
  when: string[]
  more: boolean
}
export interface Channel {
  channel: string
  name_key: string
  fields: ChannelField[]
  descriptor: Descriptor
}
export interface Descriptor {
  ingress: string
  text_limit: number | null
  media_limit: number
  subject: boolean
  copies: boolean
  may_initiate: boolean
  undo_seconds: number
  typing_out: boolean
  schemes: string[]
}
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
  tags: string[]
  read_id?: Id | null
}
export interface Conversation {
  id: Id
  kind: 'direct' | 'group'
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
}
export interface Attachment {
  id: Id
  name: string
  type: string
  size: number
  inline_id?: string | null
}
export type DeliveryState = 'queued' | 'sending' | 'sent' | 'delivered' | 'read' | 'failed' | 'unknown'
export interface Delivery {
  state: DeliveryState
  due_at: number | null
  error: string | null
  attempts: number
  changed_at: number
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
  claimed_at: number | null
  removed_at: number | null
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
}
export interface Contact {
  id: Id
  name: string
  language: string | null
  about: string
  attributes: Record<string, unknown>
  blocked_at: number | null
  created_at: number
  changed_at: number
  merged_into: Id | null
  organization_id: Id | null
  identities: Identity[]
  conversation_id: Id | null
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
/** A typed field that the workspace defined. */
export interface Definition {
  subject: 'contact' | 'organization'
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
}
export interface Draft {
  text: string
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
}
export type IfTheyWrite = 'hold' | 'send' | 'drop'
/** A reply that leaves later. */
export interface Scheduled {
  id: Id
  conversation_id: Id
  agent_id: Id
  text: string
  attachments: Attachment[]
  inbox_id: Id
  value: string | null
  due_at: number
  state: 'waiting' | 'held' | 'failed'
  if_they_write: IfTheyWrite
  error: string | null
}
export interface ConversationView {
  conversation: Conversation
  contact: Contact | null
  participants: Address[]
  tickets: TicketRow[]
  draft: Draft | null
  read_id: Id | null
  ways_out: WayOut[]
  scheduled: Scheduled[]
}
/** Part of a timeline; `hidden` counts messages in inboxes out of reach. */
export interface Stretch extends Page<Message> {
  hidden?: number
}
export interface Outgoing {
  kind: 'reply' | 'note'
  text: string
  attachment_ids: Id[]
  inbox_id?: Id | null
  scheme?: string | null
  value?: string | null
  subject?: string | null
  copies?: Address[]
  blind_copies?: Address[]
  mentions?: Id[]
  answers?: Id | null
  resolve?: boolean
}
export interface CannedReply {
  id: Id
  name: string
  shortcut: string
  texts: { language: string; text: string }[]
  attachments: Attachment[]
  team_id: Id | null
  agent_id: Id | null
  uses: number
  changed_at: number
}
export type MacroStep =
  | { kind: 'reply'; canned_reply_id?: Id | null; text?: string }
  | { kind: 'note'; text: string }
  | { kind: 'assign'; agent_id?: Id | null; team_id?: Id | null; me?: boolean }
  | { kind: 'status'; status: Status; snooze_seconds?: number | null }
  | { kind: 'tag'; add?: string[]; remove?: string[] }
export interface Macro {
  id: Id
  name: string
  steps: MacroStep[]
  team_id: Id | null
  agent_id: Id | null
  uses: number
  changed_at: number
}
export interface SendPlan {
  parts: string[]
  changes: string[]
  refusal: string | null
  allowed: string[]
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
export type NotificationKind = 'assigned' | 'message' | 'unassigned' | 'mention'
export type NotificationWay = 'app' | 'push' | 'mail'
export interface Hours {
  /** 1 is Monday. */
  days: number[]
  /** Minutes of the day. */
  start: number
  end: number
  time_zone: string
}
export interface Preferences extends Record<NotificationKind, NotificationWay[]> {
  sound: boolean
  mail_after_minutes: number
  hours: Hours | null
  paused_until: number | null
}
export interface Notification {
  id: Id
  kind: NotificationKind
  conversation_id: Id
  message_id: Id
  title: string
  words: string
  agent_id: Id | null
  at: number
  read_at: number | null
}
export interface Summary {
  unread: number
  conversation_ids: Id[]
  quiet_until: number | null
  newest: Id | null
  preferences: Preferences
}
export interface Device {
  id: Id
  client: string
  created_at: number
}
