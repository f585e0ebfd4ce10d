// Tasks as the API has them.
import type { Id } from './types.ts'

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
}
/** An open task as a list shows it, with whom its ticket is about. */
export interface TaskRow {
  task: Task
  title: string
}
