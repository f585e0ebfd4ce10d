// What is kept about a customer beside the contact itself: fetched when it is shown, and again when an event says so.
import { call } from '../../../../shared/api.ts'
import type { Id } from '../../../../shared/types.ts'
import { screens } from '../../screens.svelte.ts'

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
  $effect(() => {
    const shown = id()
    value = nothing
    void load()
    return screens.listen((frame) => {
      const mine = frame.kind === `contact.${what}` && frame.facts.contact_id === shown
      if (mine || frame.kind === 'contact.merged' || frame.kind === 'contact.separated') void load()
    })
  })
  return {
    get value() {
      return value
    },
    load,
  }
}
