// Parts of the app that come later, and are drawn at once when they are wanted again.
import { session } from './session.svelte.ts'

/**
 * What `load` fetches, for `{#await}`: a promise the first time, the module itself from then on. A promise is drawn by two flushes of its
 * own after all else, however long ago it was kept; rows and conversations would have dozens.
 */
export function part<T extends object>(load: () => Promise<T>): () => T | Promise<T> {
  let here: T | undefined
  return () => here ?? session.later(load).then((came) => (here = came))
}
