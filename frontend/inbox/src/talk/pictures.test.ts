import { describe, expect, test } from 'vitest'
import type { Message } from '../../../shared/types.ts'
import { bounded, CLOSEST, picturesOf, WHOLE, zoomed } from './pictures.ts'

const file = (id: string, type: string) => ({ id, name: id, type, size: 1 })
const message = (attachments: ReturnType<typeof file>[], removed_at: number | null = null) =>
  ({ attachments, removed_at }) as unknown as Message

test('pictures are those of all messages that are still there', () => {
  const found = picturesOf([
    message([file('a', 'image/png'), file('b', 'application/pdf')]),
    message([file('c', 'image/jpeg')], 1),
    message([file('d', 'image/webp'), file('e', 'image/svg+xml')]),
  ])
  expect(found.map((one) => one.id)).toEqual(['a', 'd'])
})

describe('coming closer', () => {
  test('the point under the finger stays there', () => {
    const before = { scale: 2, x: 30, y: -10 }
    const after = zoomed(before, 1.5, 100, 40)
    const seen = (look: typeof before) => [(100 - look.x) / look.scale, (40 - look.y) / look.scale]
    expect(seen(after)).toEqual(seen(before))
  })
  test('never closer than five times, never smaller than what fits', () => {
    expect(zoomed(WHOLE, 100).scale).toBe(CLOSEST)
    expect(zoomed({ scale: 2, x: 0, y: 0 }, 0.01)).toEqual(WHOLE)
  })
})

describe('its edges', () => {
  const room = { width: 400, height: 300 }
  test('a picture that fits stays in the middle', () => {
    expect(bounded({ scale: 1, x: 50, y: 20 }, 400, 200, room)).toEqual(WHOLE)
  })
  test('a closer one moves until its edge is at that of the screen', () => {
    expect(bounded({ scale: 2, x: 900, y: -900 }, 400, 200, room)).toEqual({ scale: 2, x: 200, y: -50 })
  })
})
