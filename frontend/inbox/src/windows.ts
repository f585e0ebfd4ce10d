// Which part of something long is drawn.

/** From and to (exclusive) of fixed-height rows around what is in view. */
export function rowsInView(top: number, height: number, count: number, row: number, over = 8): [number, number] {
  const from = Math.max(0, Math.floor(top / row) - over)
  return [Math.min(from, count), Math.min(count, Math.ceil((top + height) / row) + over)]
}

export const STEP = 60
export const MOST = 180

export interface Stretch {
  from: number
  to: number
}

/** The newest messages: where a thread opens. */
export function newest(count: number): Stretch {
  return { from: Math.max(0, count - STEP), to: count }
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

/** Messages came: `older` of them before everything, the rest at the end. Who looks at the end goes on doing so. */
export function grown(stretch: Stretch, before: number, after: number, older: number, atEnd: boolean): Stretch {
  const moved = { from: stretch.from + older, to: stretch.to + older }
  if (atEnd && stretch.to === before) return { from: Math.max(moved.from, after - MOST), to: after }
  return { from: Math.min(moved.from, after), to: Math.min(moved.to, after) }
}

/** A stretch around one message, for links to it. */
export function around(index: number, count: number): Stretch {
  const to = Math.min(count, index + STEP)
  return { from: Math.max(0, to - 2 * STEP), to }
}
