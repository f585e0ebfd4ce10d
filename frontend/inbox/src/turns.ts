// Drawing that takes a good part of a frame takes turns, in the order of asking: as many pieces a frame as are drawn soon.
import { flushSync } from 'svelte'
import type { Pace } from './pace.ts'

/** Draws, and says whether there was anything of which there could have been more. */
type Draw = () => unknown
interface Turn {
  draw: Draw
  pace?: Pace
}
const waiting: Turn[] = []

/**
 * Draw in the next frame that has time for it; what is returned takes that back. What has a `pace`, which learns how long a frame with
 * it alone takes, begins a frame: it may read the layout. What people look for comes `first`, before all that wait.
 */
export function inTurn(draw: Draw, pace?: Pace, first = false): () => void {
  const turn: Turn = { draw, pace }
  if (first) waiting.unshift(turn)
  else waiting.push(turn)
  ask()
  return () => {
    const place = waiting.indexOf(turn)
    if (place >= 0) waiting.splice(place, 1)
  }
}

let asked = false
function ask(): void {
  if (!asked) requestAnimationFrame(next)
  asked = true
}

// A message arrives when the frame has been laid out and painted.
const { port1: painted, port2: after } = new MessageChannel()
let began = 0
let learns: Pace | undefined
painted.onmessage = () => learns?.took(performance.now() - began)

/** Milliseconds of drawing after which one more piece would make a frame long on a slow machine: each is laid out and painted, too. */
const SHORT = 4
/** Milliseconds of a frame that keys or events took before it draws: then the turn comes a frame later, or else a single piece. */
const BUSY = 12
let postponed = false

function next(frame: number): void {
  began = performance.now()
  const busy = began - frame > BUSY
  postponed = busy && !postponed
  if (!postponed) drawFor(busy ? 0 : SHORT)
  asked = false
  if (waiting.length) ask()
}

/** One piece, and others as long as so many milliseconds aren't over. */
function drawFor(milliseconds: number): void {
  let pieces = 0
  do {
    const turn = waiting.shift()
    if (!turn) return
    pieces++
    const more = flushSync(turn.draw)
    learns = more && pieces === 1 ? turn.pace : undefined
    if (learns) after.postMessage(0)
  } while (!waiting[0]?.pace && performance.now() - began < milliseconds)
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
