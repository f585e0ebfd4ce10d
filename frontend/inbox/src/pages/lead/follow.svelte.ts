// Screens of sums: read again a moment after something moved.
import { onMount } from 'svelte'

/** Call `load` now, and at most every `pause` milliseconds once what `watch` reads is another. Call it where effects may be made. */
export function follow(load: () => Promise<void>, watch: () => unknown, pause: number): void {
  let timer: ReturnType<typeof setTimeout> | undefined
  let first = true
  $effect(() => {
    void watch()
    if (first) {
      first = false
      void load()
      return
    }
    timer ??= setTimeout(() => {
      timer = undefined
      void load()
    }, pause)
  })
  onMount(() => () => clearTimeout(timer))
}
