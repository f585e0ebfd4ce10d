// What is fetched again mostly says what it said before: then the objects from before go on being used, and nothing that shows them has to
// look whether anything is new.

const isObject = (one: unknown): one is Record<string, unknown> => typeof one === 'object' && one !== null

/** `now`, with everything in it that says the same as in `before` being the object from there, itself included. Both are JSON. */
export function alike<T>(before: unknown, now: T): T {
  if (!isObject(before) || !isObject(now) || Array.isArray(before) !== Array.isArray(now)) return now
  let same = Object.keys(before).length === Object.keys(now).length
  const made: Record<string, unknown> = Array.isArray(now) ? ([] as never) : {}
  for (const [key, value] of Object.entries(now)) {
    made[key] = alike(before[key], value)
    same &&= key in before && Object.is(made[key], before[key])
  }
  return (same ? before : made) as T
}

/** The same for rows that have ids: each is held against the one with its own, wherever that stood. */
export function alikeById<T extends { id: string }>(before: T[], now: readonly T[]): T[] {
  const known = new Map(before.map((one) => [one.id, one]))
  const rows = now.map((one) => alike(known.get(one.id), one))
  return rows.length === before.length && rows.every((one, index) => one === before[index]) ? before : rows
}
