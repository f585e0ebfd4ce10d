// Organizations and defined fields that pages about customers need: fetched once, and again when an event says so.
import { call } from '../../../../shared/api.ts'
import type { Definition, Id, Organization } from '../../../../shared/types.ts'
import { has, t } from '../../../../shared/words.ts'
import { screens } from '../../screens.svelte.ts'

class Known {
  organizations = $state.raw<ReadonlyMap<Id, Organization | null>>(new Map())
  definitions = $state.raw<Definition[]>([])
  private asked = new Set<Id>()
  private started = false

  /** Call from an effect before reading: begins to listen, and fetches the fields. */
  start(): void {
    if (this.started) return
    this.started = true
    void this.loadDefinitions()
    screens.listen((frame) => {
      const id = frame.facts.organization_id as Id
      if (frame.kind === 'organization.changed' && this.asked.has(id)) void this.load(id)
      else if (frame.kind === 'attributes.changed') void this.loadDefinitions()
    })
  }

  /** Have an organization fetched, if nobody has asked for it yet. */
  want(id: Id | null): void {
    if (id && !this.asked.has(id)) void this.load(id)
  }

  keep(one: Organization): void {
    this.asked.add(one.id)
    this.organizations = new Map(this.organizations).set(one.id, one)
  }

  private async load(id: Id): Promise<void> {
    this.asked.add(id)
    try {
      this.keep(await call<Organization>('GET', `/organizations/${id}`))
    } catch (problem) {
      if ((problem as { status?: number }).status === 404)
        this.organizations = new Map(this.organizations).set(id, null)
      else this.asked.delete(id)
    }
  }

  private async loadDefinitions(): Promise<void> {
    this.definitions = await call<Definition[]>('GET', '/attributes').catch(() => this.definitions)
  }
}

export const known = new Known()

/** What screens call an attribute. */
export function attributeName(one: Definition): string {
  return one.name || t(`attribute.${one.key}`)
}

/** What screens call one of its choices: those that come with the product have a name in each language. */
export function choiceName(one: Definition, choice: string): string {
  const key = `attribute.${one.key}.${choice}`
  return one.subject === 'ticket' && has(key) ? t(key) : choice
}
