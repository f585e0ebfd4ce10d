// Which message is pointed at, which one is being changed, and whose menu is open.
import type { Id, Message, TicketRow } from '../../../shared/types.ts'
import type { Thread } from '../live.ts'

class Acting {
  /** The message whose buttons show: under the pointer, tapped, or in focus. */
  pointed = $state<Id | null>(null)
  /** Whose words stand in a field. */
  editing = $state<Id | null>(null)
  menu = $state.raw<{ message: Message; beside: Element; emoji: boolean } | null>(null)
  /** Of the conversation on the screen. */
  thread = $state.raw<Thread | null>(null)
  /** Of several tickets the one before the agent. */
  front = $state.raw<TicketRow | undefined>(undefined)
  /** Whether only what is about it is shown. */
  only = $state(false)
  /** What is being asked about tickets: what another one is about, where words are to go, or how to name the one in front. */
  sorting = $state.raw<{ how: 'another' | 'move' | 'name'; message?: Message } | null>(null)
  /** The message about which a colleague is being coached. */
  coached = $state.raw<Message | null>(null)
  quote: (message: Message) => void = () => undefined

  /** The one before the agent among a customer's tickets, where a conversation is open, else the newest. */
  among(tickets: readonly TicketRow[]): TicketRow | undefined {
    return tickets.find((one) => one.id === this.front?.id) ?? tickets[0]
  }
  open(message: Message, beside: Element, emoji = false): void {
    this.menu = { message, beside, emoji }
  }
}

export const acting = new Acting()
