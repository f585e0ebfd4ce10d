// What stands beneath each other beside a conversation and on a customer's page, in this order.
//
// A section gets `Shown` and takes of it what it needs. It fetches its own rows when it is drawn, listens to the events that change
// them, and draws nothing at all as long as it has nothing to show and nobody may add to it. Calls, purchases and whatever else comes to be
// known of customers is one more line here and one more file.
import type { Component } from 'svelte'
import type { Contact, TicketRow } from '../../../shared/types.ts'
import About from '../pages/contacts/About.svelte'
import Belongs from '../pages/contacts/Belongs.svelte'
import Consents from '../pages/contacts/Consents.svelte'
import Deeds from '../pages/contacts/Deeds.svelte'
import Details from '../pages/contacts/Details.svelte'
import Facts from '../pages/contacts/Facts.svelte'
import Identities from '../pages/contacts/Identities.svelte'
import Likely from '../pages/contacts/Likely.svelte'
import Merges from '../pages/contacts/Merges.svelte'
import Tags from '../pages/contacts/Tags.svelte'
import Tickets from '../pages/contacts/Tickets.svelte'
import Case from './Case.svelte'
import Coaching from './Coaching.svelte'
import Complaint from './Complaint.svelte'
import Ratings from './Ratings.svelte'
import Reasons from './Reasons.svelte'
import Tasks from './Tasks.svelte'

/** What a section may know. `tickets` are those within reach, the newest first. */
export interface Shown {
  contact: Contact
  tickets: TicketRow[]
  /** Whether the agent may change what is known of customers. */
  may: boolean
  onmerged: (survivor: Contact) => void
  onedit: () => void
}

export const sections: { id: string; component: Component<Shown> }[] = [
  { id: 'reached', component: Identities },
  { id: 'likely', component: Likely },
  { id: 'tags', component: Tags },
  { id: 'complaint', component: Complaint },
  { id: 'reasons', component: Reasons },
  { id: 'case', component: Case },
  { id: 'ratings', component: Ratings },
  { id: 'tasks', component: Tasks },
  { id: 'coaching', component: Coaching },
  { id: 'facts', component: Facts },
  { id: 'organization', component: Belongs },
  { id: 'about', component: About },
  { id: 'details', component: Details },
  { id: 'tickets', component: Tickets },
  { id: 'consents', component: Consents },
  { id: 'merges', component: Merges },
  { id: 'deeds', component: Deeds },
]
