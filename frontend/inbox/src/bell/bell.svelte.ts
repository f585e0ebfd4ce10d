// How much an agent hasn't read of what they were told. The rest of it comes after the first screen: see ring.svelte.ts.
import type { Summary } from '../../../shared/types-company.ts'

class Bell {
  summary = $state.raw<Summary | null>(null)
  /** Rises whenever the server says that something is new or read. */
  told = $state(0)

  hear(): void {
    this.told += 1
  }
}

export const bell = new Bell()
