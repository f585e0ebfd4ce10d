// Who did something, by the name that colleagues know.
import { t } from '../../../../shared/words.ts'
import { session } from '../../session.svelte.ts'

/** The name of an actor such as `agent:<id>`. */
export function actorName(actor: string | null): string {
  return session.agents.find((agent) => `agent:${agent.id}` === actor)?.name ?? t('person.somebody')
}
