// What a finger's way means: pure, so that it can be tested without one.

/** Pixels sideways before it is no tap, and those after which letting go acts. */
export const STARTS = 12
export const ACTS = 88

export type Way = 'none' | 'sideways' | 'other'

/** Sideways only where it is clearly that: a list is scrolled far more often than swiped. */
export function wayOf(dx: number, dy: number): Way {
  if (Math.abs(dx) < STARTS && Math.abs(dy) < STARTS) return 'none'
  return Math.abs(dx) > 2 * Math.abs(dy) ? 'sideways' : 'other'
}

/** How far what is swiped moves: with the finger, and less and less once letting go acts. */
export function pull(dx: number): number {
  const far = Math.abs(dx) - ACTS
  return far <= 0 ? dx : Math.sign(dx) * (ACTS + far / 3)
}

/** What letting go does. */
export function outcome(dx: number): 'right' | 'left' | null {
  return Math.abs(dx) < ACTS ? null : dx > 0 ? 'right' : 'left'
}
