// Drawing that takes a good part of a frame takes turns: one piece a frame, in the order of asking.
import { Pace } from './pace.ts'

type Draw = (most: number) => void
const waiting: Draw[] = []
const pace = new Pace()

/** Draw in a frame of its own, the next one if nobody else waits; what is returned takes that back. Long things draw at most `most` rows. */
export function inTurn(draw: Draw): () => void {
  waiting.push(draw)
  if (waiting.length === 1) requestAnimationFrame(next)
  return () => {
    const place = waiting.indexOf(draw)
    if (place > 0) waiting.splice(place, 1)
    else if (place === 0) waiting[0] = () => undefined // its frame is asked for already
  }
}

// A message arrives when the frame has been laid out and painted.
const { port1: painted, port2: after } = new MessageChannel()
let began = 0
painted.onmessage = () => pace.took(performance.now() - began)

function next(): void {
  const draw = waiting[0]
  if (waiting.length > 1) requestAnimationFrame(next)
  waiting.shift()
  began = performance.now()
  draw?.(pace.most)
  after.postMessage(0)
}
