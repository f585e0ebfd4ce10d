// Which part of something long is drawn.

/** From and to (exclusive) of fixed-height rows around what is in view. */
export function rowsInView(top: number, height: number, count: number, row: number, over = 8): [number, number] {
  const from = Math.max(0, Math.floor(top / row) - over)
  return [Math.min(from, count), Math.min(count, Math.ceil((top + height) / row) + over)]
}

export type Range = readonly [number, number]

/** From what is drawn towards what is wanted, at most so many rows further; from far away with the first that is in view. */
export function towards(drawn: Range, wanted: Range, first: number, most: number): Range {
  const [from, to] = wanted
  if (from >= to) return wanted
  if (drawn[0] >= to || from >= drawn[1] || drawn[0] >= drawn[1]) {
    const start = Math.max(from, Math.min(first, to - 1))
    return [start, Math.min(to, start + most)]
  }
  const start = Math.max(from, drawn[0])
  const end = Math.min(to, drawn[1])
  const after = Math.min(to - end, most)
  return [Math.max(from, start - (most - after)), end + after]
}

/** What was at hand when something was opened, and where it stood in it; -1 when it stood nowhere. */
export interface Opened<Key> {
  ids: readonly Key[]
  at: number
}

/**
 * The next one from there that is still in the list, or the one before. Behind the last of them comes what came since, wherever it
 * stands; nothing at the end. Where the last one went and nothing came, the other way.
 */
export function beside<Key>({ ids, at }: Opened<Key>, by: 1 | -1, now: readonly Key[]): Key | undefined {
  const still = (way: 1 | -1) => {
    for (let place = at + way; place >= 0 && place < ids.length; place += way)
      if (now.includes(ids[place]!)) return ids[place]
    return undefined
  }
  if (at < 0) return now[0]
  const next = still(by)
  if (next !== undefined) return next
  // Seldom: the last one. Lists have thousands.
  const here = now.indexOf(ids[at]!)
  const known = new Set(ids)
  const came = (key: Key) => !known.has(key)
  const fresh =
    by > 0 ? (now.slice(here + 1).find(came) ?? now.find(came)) : now.slice(0, Math.max(0, here)).findLast(came)
  return fresh ?? (here < 0 ? still(by > 0 ? -1 : 1) : undefined)
}

/** Places for what is drawn: who stays keeps the place, who comes takes over the place of one who left. */
export class Places<Key> {
  private held = new Map<Key, number>()
  private made = 0

  /** `more`: others are about to come; until then who left is kept for them, out of sight, behind those that are here. */
  take(keys: readonly Key[], more = false): { key: Key; place: number; away: boolean }[] {
    const staying = new Set(keys)
    const left = [...this.held].filter(([key]) => !staying.has(key))
    this.held = new Map(keys.map((key) => [key, this.held.get(key) ?? left.pop()?.[1] ?? this.made++]))
    if (more) for (const [key, place] of left) this.held.set(key, place)
    return [...this.held].map(([key, place], index) => ({ key, place, away: index >= keys.length }))
  }
}

/** Messages that came and are drawn in one frame: few enough for a slow phone. */
const CAME = 4
/** Drawn first where a thread opens. */
export const FIRST = 2
/** Messages around one that was linked to, messages kept around the reader, and at most drawn at all. */
export const LINKED = 12
export const AROUND = 40
export const MOST = 80

export interface Stretch {
  from: number
  to: number
}

/** The newest messages: where a thread opens. */
export function newest(count: number): Stretch {
  return { from: Math.max(0, count - FIRST), to: count }
}

/** Further up by so many, letting go of what is far below. */
export function further(stretch: Stretch, step: number): Stretch {
  const from = Math.max(0, stretch.from - step)
  return { from, to: Math.min(stretch.to, from + MOST) }
}

/** Further down by so many, letting go of what is far above. */
export function nearer(stretch: Stretch, count: number, step: number): Stretch {
  const to = Math.min(count, stretch.to + step)
  return { from: Math.max(stretch.from, to - MOST), to }
}

/** Messages came: `older` of them before everything, the rest at the end. Who looks at the end goes on doing so, a few at a time. */
export function grown(stretch: Stretch, after: number, older: number, atEnd: boolean): Stretch {
  const moved = { from: Math.min(stretch.from + older, after), to: Math.min(stretch.to + older, after) }
  if (!atEnd || moved.to === after) return moved
  return after - moved.to > AROUND ? newest(after) : nearer(moved, after, CAME)
}

/** A stretch around one message, for links to it. */
export function around(index: number, count: number): Stretch {
  const to = Math.min(count, index + LINKED / 2)
  return { from: Math.max(0, to - LINKED), to }
}
