// The API's objects of the company itself: its people, inboxes, settings, and what they are told.
import type { Attachment, Id } from './types.ts'

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
  keys?: boolean
  invited: boolean
  disabled: boolean
  /** Whether tickets can be theirs: they aren't disabled, and their role works on tickets. */
  works: boolean
  protected: boolean
  /** What customers see; empty: the name. */
  shown_name: string
  away_until: number | null
  /** When it begins, where that is still to come. */
  away_from: number | null
  away_note: string
  photo: string | null
  team_ids: Id[]
}
/** Minutes after midnight of a day of the week, of which 0 is Monday. */
export interface Opening {
  day: number
  opens: number
  closes: number
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
  owner_answers: boolean
  reply_promise_minutes: number | null
  reply_promise: 'computed' | 'fixed' | 'none'
  two_factor_from: number | null
  hours: Opening[]
  holidays: string[]
  holiday_countries: string[]
  hour_cost: number | null
  currency: string
  base_address: string
}
export interface Workspace {
  id: Id
  name: string
  settings: WorkspaceSettings
  ready_at: number | null
  ends_at: number | null
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
  /** Where they chose to begin; empty: where their role does. */
  home?: string
  /** Languages, the one first into which others are translated. */
  reads?: string[]
  /** Empty: the browser's. */
  time_zone?: string
  text_size?: 'small' | 'normal' | 'large'
}
/** A word of the company's own, and how it is always said in some languages; in others it stays as it is. */
export interface Term {
  word: string
  become: Record<string, string>
}
export interface Translator {
  kind: 'libretranslate' | 'deepl'
  address: string
  has_key: boolean
  languages: string[]
  terms: Term[]
  /** Whether what identifies somebody isn't sent there. */
  hides: boolean
}
export type LanguageModelUse = 'summaries' | 'cases' | 'themes'
export interface LanguageModel {
  address: string
  model: string
  has_key: boolean
  uses: LanguageModelUse[]
  /** Whether what identifies somebody isn't sent there. */
  hides: boolean
  most_a_day: number
  today: { calls: number; tokens: number; failed: number; problem: string }
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
  /** Whether only the owner answers what the team has; null: as the workspace says. */
  owner_answers: boolean | null
  schedule_id: Id | null
}
export interface Health {
  ok: boolean
  problems: HealthProblem[]
  /** What the other side calls the account, and where one can write to it, when it was just tried. */
  who?: string
  link?: string
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
  /** Before which nothing leaves, because the channel's owner had too much. */
  held_until: number | null
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
  held_until: number | null
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
  /** What took part in its tests; `on` is a day (2026-11-27), "" without one. */
  proof: { label: 'proved' | 'recordings' | 'ours'; names: string[]; on: string }
}
export interface Descriptor {
  ingress: string
  text_limit: number | null
  markup: 'none' | 'html' | 'markdown'
  media_limit: number
  subject: boolean
  copies: boolean
  signatures: boolean
  threads: boolean
  may_initiate: boolean
  button_limit: number
  templates: boolean
  window: { seconds: number; after: 'nothing' | 'template' } | null
  hands_out: boolean
  undo_seconds: number
  typing_out: boolean
  schemes: string[]
}
export interface CannedReply {
  id: Id
  name: string
  shortcut: string
  texts: { language: string; text: string }[]
  attachments: Attachment[]
  buttons: string[]
  team_id: Id | null
  agent_id: Id | null
  uses: number
  changed_at: number
}
/** A message that a channel's owner approved; `{{name}}` stands where its values go. */
export interface Template {
  id: string
  name: string
  language: string
  category: string
  state: 'approved' | 'pending' | 'rejected' | 'paused'
  header_kind: '' | 'text' | 'image' | 'video' | 'document' | 'location'
  header: string
  text: string
  footer: string
  buttons: string[]
  /** Buttons that open a page, by number from 1. */
  links: Record<string, string>
  values: string[]
}
/** The templates of an inbox; `problem` is the key of why they didn't come. */
export interface TemplateList {
  offered: boolean
  items: Template[]
  fetched_at: number | null
  asked_at: number | null
  problem: string
}
/** What stands below the mails of an agent, or of an inbox where the writer has none. With variables. */
export interface Signature {
  agent_id: Id | null
  inbox_id: Id | null
  text: string
  html: string | null
  attachments: Attachment[]
}
export type NotificationKind =
  | 'assigned'
  | 'message'
  | 'unassigned'
  | 'mention'
  | 'watched'
  | 'side'
  | 'draft'
  | 'failed'
  | 'rule'
  | 'task'
  | 'task_ended'
  | 'due'
  | 'coached'
  | 'called_in'
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
  /** Null: told of a surge. */
  conversation_id: Id | null
  message_id: Id | null
  title: string
  words: string
  agent_id: Id | null
  at: number
  read_at: number | null
  /** The ticket concerned, where another one opens with the conversation. */
  ticket_id: Id | null
  /** To which I am called in. */
  surge_id: Id | null
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
/** For how many days what came through an inbox, or the workspace's, is kept; 0: for ever. */
export interface KeepingRule {
  what: 'messages' | 'files' | 'payloads' | 'closed'
  inbox_id: Id | null
  days: number
}
/** `removed`: how many of what went so far, and when the last did. */
export interface KeepingState {
  rules: KeepingRule[]
  removed: Record<string, [number, number | null]>
}
/** What a rule would remove now; counting ends at 10,000. */
export interface Due {
  what: KeepingRule['what']
  inbox_id: Id | null
  count: number
}
