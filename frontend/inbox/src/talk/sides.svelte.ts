// Which side conversation is before the agent, or is about to be begun.
import type { Id, Message } from '../../../shared/types.ts'

class Sides {
  /** The one that is open, and the message in it to show. */
  open = $state.raw<{ id: Id; linked: Id | null } | null>(null)
  /** Somebody is being asked, perhaps about a message that is forwarded. */
  asking = $state.raw<{ about: Message | null } | null>(null)

  show(id: Id, linked: Id | null = null): void {
    this.asking = null
    this.open = { id, linked }
  }
  ask(about: Message | null = null): void {
    this.asking = { about }
  }
}

export const sides = new Sides()
