// What is known of a customer beside the contact itself, and imports, as the API has them.
import type { Id } from './types.ts'

export interface Fact {
  id: Id
  contact_id: Id
  text: string
  quote: string
  noted_by: string
  noted_at: number
  changed_by: string | null
  changed_at: number | null
  /** Of what was heard in a message: `preference`, `plan` …; empty where somebody noted it. */
  kind: string
  /** From 0 to 1. */
  confidence: number | null
  message_id: Id | null
}
export interface Consent {
  id: Id
  purpose: string
  channel: string
  answer: 'given' | 'withdrawn'
  at: number
  source: string
  evidence: string
  recorded_by: string
  recorded_at: number
}
export interface Consents {
  current: Consent[]
  answers: Consent[]
}
/** How a CSV file is read. */
export interface ImportOptions {
  encoding: 'utf-8' | 'utf-16' | 'utf-16-le' | 'utf-16-be' | 'cp1252'
  separator: ',' | ';' | '\t' | '|'
  header: boolean
  fields: string[]
  tags: string[]
  replace: boolean
}
export interface Import {
  id: Id
  name: string
  status: 'ready' | 'running' | 'done' | 'cancelled' | 'failed'
  options: ImportOptions
  rows: number
  counts: { made: number; changed: number; same: number; refused: number }
  problem: string | null
  made_by: string
  made_at: number
  ended_at: number | null
}
export interface Foreseen {
  line: number
  outcome: 'made' | 'changed' | 'same' | 'refused'
  reason: string
  what: string
  name: string
  addresses: string[]
  tags: string[]
}
export interface ImportPreview {
  heads: string[]
  cells: string[][]
  foreseen: Foreseen[]
}
