// Looking at pictures closely: where a picture stands and how large, in pixels from the middle of the screen.
import type { Attachment, Message } from '../../../shared/types.ts'
import { isPicture } from './kinds.ts'

export interface Look {
  scale: number
  x: number
  y: number
}
export const WHOLE: Look = { scale: 1, x: 0, y: 0 }
/** As large as it gets: five times what fits. */
export const CLOSEST = 5

/** All pictures of these messages, in their order. */
export function picturesOf(messages: readonly Message[]): Attachment[] {
  return messages.flatMap((one) => (one.removed_at ? [] : one.attachments.filter(({ type }) => isPicture(type))))
}

/** `by` times as large, while the point at (x, y) stays where it is. */
export function zoomed(look: Look, by: number, x = 0, y = 0): Look {
  const scale = Math.min(CLOSEST, Math.max(1, look.scale * by))
  const real = scale / look.scale
  return { scale, x: x - (x - look.x) * real, y: y - (y - look.y) * real }
}

/** Moved no further than its edge: `width` and `height` are those of the whole picture, `room` those of the screen. */
export function bounded(look: Look, width: number, height: number, room: { width: number; height: number }): Look {
  const far = (size: number, space: number) => Math.max(0, (size * look.scale - space) / 2)
  const within = (value: number, most: number) => Math.min(most, Math.max(-most, value)) || 0
  return {
    scale: look.scale,
    x: within(look.x, far(width, room.width)),
    y: within(look.y, far(height, room.height)),
  }
}
