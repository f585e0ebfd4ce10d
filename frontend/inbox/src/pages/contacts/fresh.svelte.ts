// What is kept about a customer beside the contact itself: fetched when it is shown, and again when an event says so.
import { call } from '../../../../shared/api.ts'
import type { Id } from '../../../../shared/types.ts'
import { screens } from '../../screens.svelte.ts'
import { whenDrawn } from '../../turns.ts'

export interface Fresh<T> {
  readonly value: T
  load: () => Promise<void>
}

/** `/contacts/{id}/{what}` as it is now. Call it while a component is made; its events are named `contact.{what}`. */
export function freshFor<T>(id: () => Id, what: string, nothing: T): Fresh<T> {
  let value = $state.raw<T>(nothing)
  async function load() {
    const asked = id()
    const found = await call<T>('GET', `/contacts/${asked}/${what}`).catch(() => null)
    if (found && asked === id()) value = found
  }
  // What else is known of the contact changes more often than who it is.
  const whose = $derived(id())
  $effect(() => {
    const shown = whose
    value = nothing
    const not = whenDrawn(load)
    const deaf = screens.listen((frame) => {
      const mine = frame.kind === `contact.${what}` && frame.facts.contact_id === shown
      if (mine || frame.kind === 'contact.merged' || frame.kind === 'contact.separated') void load()
    })
    return () => {
      not()
      deaf()
    }
  })
  return {
    get value() {
      return value
    },
    load,
  }
}
