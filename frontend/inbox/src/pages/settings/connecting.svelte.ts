// Another's service that a workspace connects, shown, saved once it was found to work, and let go.
import { call } from '../../../../shared/api.ts'
import { t } from '../../../../shared/words.ts'
import { toasts } from '../../toasts.svelte.ts'

export class Connecting<T> {
  there = $state.raw<T | null>(null)
  loaded = $state(false)
  busy = $state(false)
  problem = $state.raw<unknown>(null)

  /** `path` is the service's, `name` its field in answers, `removed` the words for one that was let go. */
  constructor(
    readonly path: string,
    readonly name: string,
    readonly removed: string,
    readonly took: (there: T | null) => void,
  ) {}

  take = (answer: object) => {
    this.there = (answer as Record<string, T | null>)[this.name] ?? null
    this.took(this.there)
  }
  async load() {
    try {
      this.take(await call<object>('GET', this.path))
      this.loaded = true
    } catch (caught) {
      this.problem = caught
    }
  }
  async save(body: object) {
    this.busy = true
    this.problem = null
    try {
      this.take(await call<object>('PUT', this.path, body))
      toasts.say(t('translator.works'))
    } catch (caught) {
      this.problem = caught
    }
    this.busy = false
  }
  async disconnect() {
    this.busy = true
    try {
      await call('DELETE', this.path)
      this.take({})
      toasts.say(t(this.removed))
    } catch (caught) {
      toasts.fail(caught)
    }
    this.busy = false
  }
}
