// What was written and not yet stored by the server. It survives the page; the key makes sending it twice harmless.
import type { File_ } from './api.ts'

export interface Waiting {
  key: string
  text: string
  files: File_[]
  at: number
  failed?: boolean
  /** The message whose button this is. */
  answers?: string
}

export class Outbox {
  constructor(private readonly place: string) {}

  read(): Waiting[] {
    try {
      const found: unknown = JSON.parse(localStorage.getItem(this.place) ?? '[]')
      return Array.isArray(found) ? (found as Waiting[]) : []
    } catch {
      return []
    }
  }

  write(waiting: Waiting[]): void {
    try {
      if (waiting.length) localStorage.setItem(this.place, JSON.stringify(waiting))
      else localStorage.removeItem(this.place)
    } catch {
      // Storage is full or forbidden: the words stay in this page until they are sent.
    }
  }
}
