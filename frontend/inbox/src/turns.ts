// Drawing that takes a good part of a frame takes turns: one piece a frame, in the order of asking.
import type { Pace } from './pace.ts'

/** Draws, and says whether there was anything of which there could have been more. */
type Draw = () => unknown
interface Turn {
  draw: Draw
  pace?: Pace
}
const waiting: Turn[] = []

/**
 * Draw in a frame of its own, the next one if nobody else waits; what is returned takes that back. `pace` learns how long it took. What
 * people look for comes `first`, before all that wait.
 */
export function inTurn(draw: Draw, pace?: Pace, first = false): () => void {
  const turn: Turn = { draw, pace }
  if (first) waiting.unshift(turn)
  else waiting.push(turn)
  if (waiting.length === 1) requestAnimationFrame(next)
  return () => {
    const place = waiting.indexOf(turn)
    if (place > 0) waiting.splice(place, 1)
    else if (place === 0) turn.draw = () => 0 // its frame is asked for already
  }
}

// A message arrives when the frame has been laid out and painted.
const { port1: painted, port2: after } = new MessageChannel()
let began = 0
/** Milliseconds of a turn after which something more would make its frame long on a slow machine. */
const SHORT = 4
let learns: Pace | undefined
painted.onmessage = () => learns?.took(performance.now() - began)

/** Whether the frame that is being drawn has time for something small more. */
export const hasTime = () => performance.now() - began < SHORT

/** Milliseconds of a frame that keys or events took before it draws: then the turn comes a frame later, once. */
const BUSY = 8
let postponed = false

function next(frame: number): void {
  postponed = !postponed && performance.now() - frame > BUSY
  if (postponed || waiting.length > 1) requestAnimationFrame(next)
  if (postponed) return
  const { draw, pace } = waiting.shift()!
  began = performance.now()
  learns = draw() ? pace : undefined
  if (learns) after.postMessage(0)
}

/** Milliseconds in which a conversation is drawn. */
const DRAWN = 120

/**
 * Fetch what stands beside something that was opened, once that is drawn; who goes on before doesn't need it. An effect may return what
 * comes back: it takes that back.
 */
export function whenDrawn(fetch: () => unknown): () => void {
  const timer = setTimeout(fetch, DRAWN)
  return () => clearTimeout(timer)
}

/** When the next frame is painted: then nothing is left to lay out, and what asks for the layout costs little. */
export function afterPaint(work: () => void): void {
  requestAnimationFrame(() => setTimeout(work))
}
