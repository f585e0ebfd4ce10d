// Short words at the edge of the screen: what was done, with a way back; or what failed, with its reference.
import type { Problem } from '../../shared/api.ts'
import { has, t } from '../../shared/words.ts'
import { session } from './session.svelte.ts'

export interface Toast {
  id: number
  text: string
  bad: boolean
  action?: { label: string; run: () => void }
}

class Toasts {
  list = $state<Toast[]>([])
  private last = 0

  say(text: string, action?: Toast['action'], bad = false): void {
    const id = ++this.last
    this.list = [...this.list.slice(-2), { id, text, bad, action }]
    setTimeout(() => this.drop(id), bad ? 12_000 : 7_000)
  }

  fail(problem: unknown): void {
    void explain(problem).then((text) => this.say(text, undefined, true))
  }

  /** Take back what was done last, while that is offered: what a key does for who can't get to the button in time. */
  undo(): void {
    const last = this.list.findLast((toast) => toast.action?.label === t('app.undo'))
    if (!last) return
    last.action?.run()
    this.drop(last.id)
  }

  drop(id: number): void {
    this.list = this.list.filter((toast) => toast.id !== id)
  }
}

/** A problem in the language of the reader: its key where we have the words, else what the server said. */
export function describe(problem: unknown): string {
  const { key = '', detail = '', reference = '' } = problem as Partial<Problem>
  const text = has(key) ? t(key) : detail || t('problem.refused')
  return reference ? `${text} ${t('problem.reference', { reference })}` : text
}

/** The same where its words may be among those that come later. */
export async function explain(problem: unknown): Promise<string> {
  const { key = '' } = problem as Partial<Problem>
  if (key && !has(key)) await session.later(() => Promise.resolve())
  return describe(problem)
}

/** The words for one field of a form, or nothing. */
export function fieldProblem(problem: unknown, field: string): string {
  const key = (problem as Partial<Problem> | null)?.fields?.[field]
  return key ? (has(key) ? t(key) : key) : ''
}

export const toasts = new Toasts()
