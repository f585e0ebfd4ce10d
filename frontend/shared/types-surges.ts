// The API's objects of surges: many who write about one matter at once.
import type { Filter } from './types-work.ts'
import type { Id, TicketRow } from './types.ts'

export interface LanguageText {
  language: string
  text: string
}
export interface SurgeWords {
  name: string
  filter: Filter
  words: string[]
  texts: LanguageText[]
  tells: boolean
  team_id: Id | null
  promise_minutes: number
  capacity: number | null
  rules_off: Id[]
  levels_off: Id[]
  needed_off: string[]
}
export interface Surge extends SurgeWords {
  id: Id
  tag: string
  version: number
  begun_at: number
  begun_by: string
  ended_at: number | null
  own_team_id: Id | null
  route_id: Id | null
}
export interface SurgeCounts {
  members: number
  unresolved: number
  waiting: number
  untold: number
}
export interface SurgeCall {
  agent_id: Id
  state: 'called' | 'accepted' | 'declined'
  at: number
}
export interface SurgeRow {
  surge: Surge
  counts: SurgeCounts
  mine: SurgeCall | null
}
export interface Spoken {
  text: {
    id: Id
    version: number | null
    texts: LanguageText[]
    after: 'stay' | 'snooze' | 'resolve'
    by: string
    at: number
    sent_at: number | null
    stopped_at: number | null
  }
  tally: { waiting: number; said: number; left: number; arrived: number; failed: number }
}
export interface SurgeView {
  surge: Surge
  counts: SurgeCounts
  texts: Spoken[]
  calls: SurgeCall[]
}
export interface SurgeMember {
  ticket: TicketRow
  came_at: number
  by_hand: boolean
  heard: { text_id: Id; state: 'waiting' | 'said' | 'left'; why: string | null; delivery: string | null }[]
}
export interface NearTicket {
  ticket: TicketRow
  nearness: number
  words: string[]
}
export interface ForeseenAnswer {
  conversation_id: Id
  title: string
  text: string
  changes: string[]
  why: string | null
}
export interface SurgeMeasures {
  members: number
  came: { at: number; count: number }[]
  wait_ends: number[]
  waits: number[]
  answered: number
  first_median: number | null
  first_p95: number | null
  told: number
  by_group: number
  wrote_again: number
  spared: number
  pace_seconds: number | null
  spared_seconds: number | null
}
