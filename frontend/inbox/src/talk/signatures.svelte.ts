// What stands below mails: one's own signature, else that of the inbox.
import type { Id } from '../../../shared/types.ts'
import type { Signature } from '../../../shared/types-company.ts'
import { Kept } from '../kept.svelte.ts'

class Signatures extends Kept<Signature> {
  constructor() {
    super('/signatures', 'signature.changed')
  }

  get mine(): Signature | undefined {
    return this.list.find((one) => one.agent_id)
  }
  of(inboxId: Id | undefined): Signature | undefined {
    return this.list.find((one) => one.inbox_id && one.inbox_id === inboxId)
  }
}

export const signatures = new Signatures()
