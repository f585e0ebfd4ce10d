// The API's objects of the work: kinds of tickets, lists of them, macros, rules, clocks, routing and tasks.
import type { Opening } from './types-company.ts'
import type { Id, Status } from './types.ts'

/** What a ticket can be. `name` is empty for those built in: screens say `kind.<id>`. */
export interface Kind {
  id: string
  name: string
  attributes: { key: string; required: boolean }[]
  stages: Stage[]
  removed: boolean
}
/** How far the work on tickets of a kind is; it stands for a status. */
export interface Stage {
  id: string
  name: string
  status: Status
}
/** Why customers write. `name` is empty where the built-in one stands: screens say `reason.<key>`. */
export interface Reason {
  id: string
  parent_id: string | null
  key: string
  name: string
  description: string
  examples: string[]
  place: number
  merged_into: string | null
  archived: boolean
}
/** A reason of a ticket: how sure that is, from 0 to 1, who says so, and the words that spoke for it. */
export interface ToldReason {
  reason_id: string
  confidence: number
  by: string
  why: string
}
export interface TicketReasons {
  reasons: ToldReason[]
  likely: ToldReason[]
  messages: Record<Id, string>
  alike: { conversation_id: Id; message_id: Id; text: string }[]
  ask: boolean
}
export interface ModelVersion {
  version: number
  state: 'current' | 'earlier' | 'worse'
  made_at: number
  figures: {
    corrections: number
    conversations: number
    right: number | null
    before: number | null
    held_out: boolean
    sure: number | null
    random: number | null
    randoms: number
    phrases: number
    seconds: number
  }
}
export interface KindModel {
  current: number
  corrections: number
  learns: boolean
  versions: ModelVersion[]
}
export interface ThemeExample {
  message_id: Id
  conversation_id: Id
  text: string
}
/** What customers write about that no reason covers. */
export interface Theme {
  id: Id
  words: string[]
  weeks: number[]
  looked_at: number[]
  trend: 'new' | 'growing' | 'steady'
  chance: number
  found_at: number
  examples: ThemeExample[]
  /** How a language model calls it, for who may read the messages that this rests on. */
  named: { name: string; model: string; message_ids: Id[] } | null
}
export interface Themes {
  themes: Theme[]
  looked_at: number | null
}
/** A solved ticket whose customer wrote alike. */
export interface SimilarCase {
  ticket_id: Id
  conversation_id: Id
  title: string
  resolved_at: number
  reason_id: string | null
  asked: { message_id: Id; text: string }
  answer: { message_id: Id; text: string }
  agent_id: Id | null
  likeness: number
  written: Written | null
}
/** What a language model makes of a ticket; `none`: nobody has asked it yet, and it may be asked. */
export interface Written {
  state: 'none' | 'asked' | 'made' | 'failed'
  lines: { kind: string; text: string; sources: Id[] }[]
  model: string
  made_at: number | null
  problem: string
}
/** What whoever takes over has to know, in the words that were said. */
export interface Summary {
  lines: { kind: 'wanted' | 'promised' | 'asked' | 'open' | 'last'; message_id: Id; text: string }[]
  facts: { kind: 'reference' | 'amount' | 'date'; message_id: Id; text: string }[]
  messages: number
  /** Null where the workspace has no language model for this. */
  written: Written | null
}
export type Choosable =
  | 'status'
  | 'owner'
  | 'team'
  | 'inbox'
  | 'channel'
  | 'kind'
  | 'stage'
  | 'reason'
  | 'mood'
  | 'heard'
  | 'entity'
  | 'fact'
  | 'last_words'
  | 'tag'
  | 'language'
  | 'contact_tag'
  | 'organization'
  | 'consent'
  | 'rating'
export type Condition =
  | { type: 'one_of'; field: Choosable; values: string[]; but?: boolean }
  | { type: 'attribute'; key: string; values: string[]; but?: boolean; subject?: 'contact' | 'ticket' }
  | { type: 'since'; field: 'waiting' | 'opened' | 'activity' | 'resolved'; minutes: number; shorter?: boolean }
  | { type: 'due'; field: 'answer' | 'task'; minutes: number; later?: boolean }
  | { type: 'whether'; field: 'waiting' | 'unread' | 'draft' | 'watched' | 'spam' | 'public'; but?: boolean }
/** What a rule asks beside what a filter asks of tickets: of the message, and of the time. */
export type RuleCondition =
  | Condition
  | { type: 'says'; values: string[]; but?: boolean }
  | { type: 'matches'; pattern: string; but?: boolean }
  | { type: 'message'; field: 'direction' | 'channel' | 'inbox'; values: string[]; but?: boolean }
  | { type: 'attached'; but?: boolean }
  | { type: 'open'; but?: boolean }
  /** 1 is Monday; minutes of the day. */
  | { type: 'weekly'; days: number[]; start?: number; end?: number; but?: boolean }
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
export type MacroStep =
  | { kind: 'reply'; canned_reply_id?: Id | null; text?: string; buttons?: string[] }
  | { kind: 'note'; text: string }
  | { kind: 'assign'; agent_id?: Id | null; team_id?: Id | null; me?: boolean }
  | { kind: 'status'; status: Status; snooze_seconds?: number | null }
  | { kind: 'tag'; add?: string[]; remove?: string[] }
  | { kind: 'kind'; ticket_kind: string }
  | { kind: 'stage'; stage: string }
  | { kind: 'attributes'; values: Record<string, unknown> }
export type RuleStep =
  | MacroStep
  | { kind: 'notify'; mentions: Id[]; text: string }
  | { kind: 'ask'; text: string; agent_id?: Id | null; team_id?: Id | null }
  | { kind: 'webhook'; url: string }
export type When =
  | 'customer_wrote'
  | 'customer_waits'
  | 'new_customer'
  | 'nobody_answered'
  | 'rating_given'
  | 'agent_answered'
  | 'ticket_opened'
  | 'ticket_reopened'
  | 'ticket_resolved'
  | 'ticket_assigned'
  | 'ticket_tagged'
  | 'kind_changed'
  | 'reasons_changed'
  | 'signs_changed'
  | 'anger_rises'
/** By when somebody is promised an answer, and how people say it. */
export interface Promised {
  due_at: number
  form: 'soon' | 'minutes' | 'hours' | 'moment'
  n: number
}
/** What is promised now to who writes to an inbox, and what it stands on where it was reckoned. */
export interface CurrentPromise {
  inbox_id: Id
  promise: Promised | null
  length: number | null
  answers: number
  waiting: number
  people: number
  free: number
  reckoned_at: number | null
}
export interface RuleWords {
  name: string
  when: When
  minutes: number | null
  match: 'all' | 'any'
  conditions: RuleCondition[]
  steps: RuleStep[]
  stops: boolean
}
export interface Rule extends RuleWords {
  id: Id
  on_at: number | null
  paused_at: number | null
  paused_why: string | null
  changed_at: number
  /** A surge, as long as which it does nothing. */
  rests_for: Id | null
}
/** That a rule was set off: what it did, or why it didn't. */
export interface Firing {
  id: Id
  rule_id: Id
  rule: string
  ticket_id: Id
  conversation_id: Id
  title: string
  when: RuleWords['when']
  at: number
  outcome: 'done' | 'failed' | 'too_often' | 'too_deep'
  why: string | null
  steps: RuleStep[]
}
export interface Macro {
  id: Id
  name: string
  steps: MacroStep[]
  team_id: Id | null
  agent_id: Id | null
  uses: number
  changed_at: number
}
/** A clock of a ticket: what it runs for, until when, and how it ended. */
export interface ClockShown {
  id: Id
  kind: string
  ends: 'answered' | 'resolved'
  level_id: Id
  minutes: number
  started_at: number
  due_at: number | null
  warn_at: number | null
  paused: boolean
  ended_at: number | null
  kept: boolean | null
}
export interface Target {
  clock: string
  minutes: number
  always: boolean
  warn_percent: number
}
export interface NamedSchedule {
  id: Id
  name: string
  time_zone: string
  hours: Opening[]
  holidays: string[]
  holiday_countries: string[]
  team_ids: Id[]
}
export interface PublicHoliday {
  country: string
  day: string
  name: string
}
export type Told = 'owner' | 'team' | 'leads'
export interface Level {
  id: Id
  place: number
  name: string
  filter: Filter
  targets: Target[]
  schedule_id: Id | null
  warns: Told[]
  breaks: Told[]
  /** A surge, as long as which no ticket has it. */
  rests_for: Id | null
}
export interface RoutePlan {
  name: string
  team_id: Id
  filter: Filter
  words: string[]
  skills: string[]
  by_language: boolean
  known: boolean
  way: 'least' | 'turn'
  promise_minutes: number
  overflow_team_id: Id | null
  overflow_minutes: number
  return_minutes: number | null
}
/** How an agent takes tickets. */
export interface Working {
  capacity: number
  skills: string[]
  languages: string[]
}
/** How an inbox hands its tickets out; null: as usual. */
export interface Intake {
  team_id: Id | null
  weight: number | null
}
export interface Routing {
  routes: (RoutePlan & { id: Id })[]
  agents: Record<Id, Working>
  inboxes: Record<Id, Intake>
}
/** What routing decided of a ticket, and of whom it thought. */
export interface Decided {
  at: number
  route: string
  outcome: 'known' | 'least' | 'turn' | 'overflow' | 'queued'
  team_id: Id
  agent_id: Id | null
  due_at: number
  considered: {
    agent_id: Id
    load: number
    capacity: number
    no: '' | 'absent' | 'full' | 'skills' | 'language' | 'reach'
  }[]
}
export interface Task {
  id: Id
  ticket_id: Id
  conversation_id: Id
  asks: 'do' | 'approve'
  text: string
  owner_agent_id: Id | null
  owner_team_id: Id | null
  due_at: number | null
  asked_by: string
  asked_at: number
  state: 'open' | 'done' | 'withdrawn' | 'approved' | 'refused'
  answer: string
  ended_by: string | null
  ended_at: number | null
  /** What the rule was called that asked, else empty. */
  rule: string
}
/** An open task as a list shows it, with whom its ticket is about. */
export interface TaskRow {
  task: Task
  title: string
}

/** A step of the ladder: an agent or a team; after so many minutes it goes one step up. */
export interface Rung {
  agent_id: Id | null
  team_id: Id | null
  minutes: number
}
export interface Hint {
  message_id: Id
  /** From 0 to 1. */
  confidence: number
  /** The words that show it best, where there are such. */
  start: number | null
  end: number | null
  /** Kinds of cues with spaces between. */
  why: string
  asks: boolean
}
export interface Felt {
  message_id: Id
  kind: 'mood' | 'complaint' | 'urgency' | 'threat' | 'thanks' | 'entity' | 'fact'
  /** Of an entity and a fact `<kind>:<value>`. */
  value: string
  confidence: number
  start: number | null
  end: number | null
  why: string
  /** Empty, or `agent:<id>`. */
  by: string
}
/** Names and patterns of the workspace's own, which are looked for in messages. */
export interface EntityBook {
  products: string[]
  places: string[]
  patterns: { kind: string; pattern: string }[]
  /** Whether exports hide what identifies somebody. */
  hides: boolean
}
export interface Named {
  kind: string
  value: string
  start: number
  end: number
}
export interface TicketFelt {
  hint: Hint | null
  /** The latest message first. */
  messages: Felt[]
}
export interface Looks {
  open: { message_id: Id; conversation_id: Id; text: string }[]
  weeks: { since: number; said: number; heard: number; drawn: number; looked: number; missed: number }[]
  looked: number
  missed: number
  share: number | null
  least: number | null
  most: number | null
}
export interface ComplaintSettings {
  ladder: Rung[]
  acknowledge_minutes: number
  acknowledges: boolean
  words: Record<string, string>
  schedule_id: Id | null
  currency: string
  /** Minor units; null: nothing has to be approved. */
  approval_limit: number | null
  approver_agent_id: Id | null
  approver_team_id: Id | null
  /** What becomes of a message that is heard as a complaint. */
  heard: 'suggest' | 'open' | 'nothing'
  recurs_days: number
  recurs_after: number
}
export interface Complaint {
  ticket_id: Id
  conversation_id: Id
  channel: string
  began_at: number
  step: number
  climbed: number
  running_since: number | null
  ended_at: number | null
  due_at: number | null
  promised_at: number
  told_at: number | null
  untold: string | null
  severity: string
  cause: string
  /** Minor units. */
  cost: number
  earlier: number
  left_at: number | null
  moves: { at: number; why: string; step: number; agent_id: Id | null; before: Id | null }[]
}
export interface ComplaintShown {
  complaint: Complaint
  steps: number
  currency: string
  unapproved: boolean
  recurring: boolean
}
/** A line of the register. */
export interface Registered {
  complaint: Complaint
  title: string
  status: Status
  owner_agent_id: Id | null
  remedy: string | null
  recurring: boolean
}
export interface ComplaintTimes {
  count: number
  p50: number | null
  p90: number | null
  within: number
  due: number
}
export interface ComplaintFigures {
  count: number
  resolved_count: number
  cost: number
  recurring: number
  alike: number
  climbed: number
  told: ComplaintTimes
  resolved: ComplaintTimes
}
export interface ComplaintShare {
  name: string
  count: number
  before: number
}
export interface ComplaintReport {
  month: string
  currency: string
  now: ComplaintFigures
  before: ComplaintFigures
  severities: ComplaintShare[]
  causes: ComplaintShare[]
  channels: ComplaintShare[]
}
