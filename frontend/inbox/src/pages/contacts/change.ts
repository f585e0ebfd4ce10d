// What pages about customers do to them: each asks the server, keeps what it answers, and says what failed.
import { call } from '../../../../shared/api.ts'
import type { Contact, Duplicate, Id } from '../../../../shared/types.ts'
import { t } from '../../../../shared/words.ts'
import { screens } from '../../screens.svelte.ts'
import { describe, fieldProblem, toasts } from '../../toasts.svelte.ts'

/** Change something about a contact; whether it was done. */
export async function change(id: Id, body: Record<string, unknown>): Promise<boolean> {
  return tried(async () => screens.keepContact(await call<Contact>('PATCH', `/contacts/${id}`, body)))
}

/** Do something, and say so where it fails; whether it was done. A single wrong field is named by what is wrong with it. */
export async function tried(act: () => Promise<unknown>): Promise<boolean> {
  try {
    await act()
    return true
  } catch (problem) {
    const [field] = Object.keys((problem as { fields?: Record<string, string> }).fields ?? {})
    if (field) toasts.say(fieldProblem(problem, field) || describe(problem), undefined, true)
    else toasts.fail(problem)
    return false
  }
}

/** Separate a contact who was merged. */
export async function separate(id: Id): Promise<boolean> {
  return tried(async () => screens.keepContact(await call<Contact>('POST', `/contacts/${id}/separate`)))
}

/** Make `one` one with `into`, with a way back for seven seconds. */
export async function merge(one: Contact, into: Contact): Promise<boolean> {
  return tried(async () => {
    screens.keepContact(await call<Contact>('POST', `/contacts/${one.id}/merge`, { into: into.id }))
    toasts.say(t('person.merged', { one: one.name, into: into.name }), {
      label: t('app.undo'),
      run: () => void separate(one.id),
    })
  })
}

/** They aren't one: never suggested again, unless it is taken back at once. */
export async function refuse({ one, other }: Duplicate): Promise<boolean> {
  const pair = { one: one.id, other: other.id }
  return tried(async () => {
    await call('POST', '/duplicates/refuse', pair)
    toasts.say(t('person.likely_refused', { one: one.name, other: other.name }), {
      label: t('app.undo'),
      run: () => void tried(() => call('POST', '/duplicates/allow', pair)),
    })
  })
}
