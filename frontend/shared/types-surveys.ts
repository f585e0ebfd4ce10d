// The API's objects of surveys and ratings, and of customers who are unhappy without a word.
import type { LanguageText } from './types-surges.ts'
import type { Id } from './types.ts'

export type SurveyKind = 'csat' | 'nps' | 'effort'
export type About = 'answer' | 'attitude' | 'company'
export type Mark = 'good' | 'middle' | 'bad'
export interface SurveyText {
  language: string
  question: string
  why: string
}
export interface SurveyWords {
  name: string
  kind: SurveyKind
  about: About
  moment: 'after' | 'before'
  delay_minutes: number
  inbox_ids: Id[]
  kinds: string[]
  texts: SurveyText[]
  on: boolean
}
export interface Survey extends SurveyWords {
  id: Id
  changed_at: number
}
export interface SurveyRules {
  cap_days: number
  /** Minutes of the day. */
  quiet_from: number
  quiet_until: number
  follow_agent_id: Id | null
  follow_team_id: Id | null
  follow_minutes: number
}
/** Ratings by score from the worst on; `figure` is per cent, of NPS points, between `low` and `high`. */
export interface Spread {
  counts: number[]
  n: number
  asked: number
  figure: number | null
  low: number | null
  high: number | null
  small: boolean
}
export interface SurveyPart {
  id: string | null
  spread: Spread
}
export const PARTS = [
  'agents',
  'teams',
  'inboxes',
  'channels',
  'kinds',
  'languages',
  'tags',
  'organizations',
  'reasons',
  'surveys',
] as const
export type PartName = (typeof PARTS)[number]
export interface Results extends Record<PartName, SurveyPart[]> {
  kind: SurveyKind
  since: number
  counted_since: number | null
  now: Spread
  before: Spread
  steps: { day: string; spread: Spread }[]
}
export interface Rating {
  id: Id
  kind: SurveyKind
  about: About
  moment: 'after' | 'before'
  conversation_id: Id
  contact_id: Id
  ticket_id: Id
  agent_id: Id | null
  channel: string
  language: string
  asked_at: number
  score: number | null
  mark: Mark | null
  words: string
  answered_at: number | null
  /** The message that it is; null where it was given on the page. */
  answer_id: Id | null
  task_id: Id | null
  told_at: number | null
}
export interface RatingRow {
  rating: Rating
  title: string
  task: string | null
}
export interface Telling {
  id: Id
  texts: LanguageText[]
  by: string
  at: number
  said: number
  waiting: number
  left: number
}
export interface Signal {
  name: string
  weight: number
  n: number
}
export interface Silent {
  conversation_id: Id
  contact_id: Id
  title: string
  score: number
  signals: Signal[]
  found_at: number
  settled_at: number | null
}
export interface Backtest {
  customers: number
  left: number
  listed: number
  listed_left: number
  base_rate: number
  listed_rate: number
  lift: number | null
  low: number | null
  high: number | null
}
