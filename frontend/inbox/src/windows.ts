// Which part of something long is drawn.

/** From and to (exclusive) of fixed-height rows around what is in view. */
export function rowsInView(top: number, height: number, count: number, row: number, over = 8): [number, number] {
  const from = Math.max(0, Math.floor(top / row) - over)
  return [Math.min(from, count), Math.min(count, Math.ceil((top + height) / row) + over)]
}

/** Messages drawn in one frame: few enough for a slow phone. */
export const STEP = 6
/** Messages kept around the reader, and at most drawn at all. */
export const AROUND = 40
export const MOST = 96

export interface Stretch {
  from: number
  to: number
}

/** The newest messages, a first screenful: where a thread opens. */
export function newest(count: number): Stretch {
  return { from: Math.max(0, count - 2 * STEP), to: count }
}

/** Further up, letting go of what is far below. */
export function further(stretch: Stretch): Stretch {
  const from = Math.max(0, stretch.from - STEP)
  return { from, to: Math.min(stretch.to, from + MOST) }
}

/** Further down, letting go of what is far above. */
export function nearer(stretch: Stretch, count: number): Stretch {
  const to = Math.min(count, stretch.to + STEP)
  return { from: Math.max(stretch.from, to - MOST), to }
}

/** Messages came: `older` of them before everything, the rest at the end. Who looks at the end goes on doing so, a few at a time. */
export function grown(stretch: Stretch, after: number, older: number, atEnd: boolean): Stretch {
  const moved = { from: Math.min(stretch.from + older, after), to: Math.min(stretch.to + older, after) }
  if (!atEnd || moved.to === after) return moved
  return after - moved.to > AROUND ? newest(after) : nearer(moved, after)
}

/** A stretch around one message, for links to it. */
export function around(index: number, count: number): Stretch {
  const to = Math.min(count, index + STEP)
  return { from: Math.max(0, to - 3 * STEP), to }
}
