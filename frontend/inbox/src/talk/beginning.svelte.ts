// What the forms hold in which somebody is written to first: a customer, or a third party aside.
import { newKey } from '../../../shared/api.ts'
import type { Attachment, Id, Outgoing } from '../../../shared/types.ts'
import type { Descriptor, Inbox } from '../../../shared/types-company.ts'
import { Files } from './files.svelte.ts'
import { readAddresses } from './suggest.ts'

export class Beginning {
  /** The inbox that was chosen by hand; empty: none. */
  inboxId = $state<Id>('')
  subject = $state('')
  copies = $state('')
  blindCopies = $state('')
  text = $state('')
  html = $state<string | null>(null)
  problem = $state.raw<unknown>(null)
  busy = $state(false)
  readonly files = new Files()
  readonly key = newKey()

  get going(): Attachment[] {
    return this.files.going(this.html)
  }

  /** No draft is kept of it. */
  touched(): void {}

  /** What the server is asked, as far as the channel carries it; null when an address can't be read. */
  body(inbox: Inbox, channel: Descriptor | undefined): Omit<Outgoing, 'kind'> | null {
    const copies = channel?.copies ? readAddresses(this.copies) : []
    const blind_copies = channel?.copies ? readAddresses(this.blindCopies) : []
    if (!copies || !blind_copies) return null
    return {
      inbox_id: inbox.id,
      text: this.text.trim(),
      attachment_ids: this.going.map((one) => one.id),
      copies,
      blind_copies,
      ...(this.html && channel?.markup === 'html' ? { html: this.html } : {}),
      ...(channel?.subject && this.subject.trim() ? { subject: this.subject.trim() } : {}),
    }
  }
}
