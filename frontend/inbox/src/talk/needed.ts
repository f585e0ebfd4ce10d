// What a ticket needs before it is resolved is asked for when somebody resolves it; then what they did goes on.
import { mount, unmount } from 'svelte'
import type { Problem } from '../../../shared/api.ts'
import type { TicketRow } from '../../../shared/types.ts'
import { session } from '../session.svelte.ts'

const FIELD = 'attributes.'

export function isNeeded(problem: unknown): boolean {
  return (problem as Partial<Problem> | null)?.key === 'problem.needed'
}

/** Ask for what the server said is missing; whether it is there now. */
export async function fillIn(ticket: TicketRow, problem: unknown): Promise<boolean> {
  const keys = Object.keys((problem as Problem).fields ?? {})
    .filter((key) => key.startsWith(FIELD))
    .map((key) => key.slice(FIELD.length))
  const { default: Needed } = await session.later(() => import('./Needed.svelte'))
  return new Promise((done) => {
    const dialog = mount(Needed, {
      target: document.body,
      props: {
        ticket,
        keys,
        onend: (filled: boolean) => {
          void unmount(dialog)
          done(filled)
        },
      },
    })
  })
}
