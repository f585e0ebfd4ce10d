// Drawing that takes a good part of a frame takes turns: one piece a frame, in the order of asking.
const waiting: (() => void)[] = []

/** Draw in a frame of its own, the next one if nobody else waits; what is returned takes that back. */
export function inTurn(draw: () => void): () => void {
  waiting.push(draw)
  if (waiting.length === 1) requestAnimationFrame(next)
  return () => {
    const place = waiting.indexOf(draw)
    if (place > 0) waiting.splice(place, 1)
    else if (place === 0) waiting[0] = () => undefined // its frame is asked for already
  }
}

function next(): void {
  const draw = waiting[0]
  if (waiting.length > 1) requestAnimationFrame(next)
  waiting.shift()
  draw?.()
}
