// What stands quietly below messages of the conversation in front: filled by who knows it, once that is there.
import type { Id } from '../../../shared/types.ts'

class Labels {
  of = $state.raw<Readonly<Record<Id, string>>>({})
}
export const labels = new Labels()
