import { beforeEach, describe, expect, it, vi } from 'vitest'
import { Pace } from './pace.ts'
import { inTurn } from './turns.ts'

// Without a page there is nothing to flush.
vi.mock('svelte', () => ({ flushSync: (draw: () => unknown) => draw() }))

/** A screen whose frames come when they are asked for, and whose clock only drawing moves. */
let clock = 0
let frames: ((at: number) => void)[] = []
vi.spyOn(performance, 'now').mockImplementation(() => clock)
vi.stubGlobal('requestAnimationFrame', (draw: (at: number) => void) => frames.push(draw))
let drawn: string[] = []
/** What the next one draws, so many milliseconds after it began. */
function frame(late = 0) {
  const due = frames
  frames = []
  drawn = []
  due.forEach((draw) => draw(clock - late))
  return drawn
}
const piece = (name: string, milliseconds: number) => () => {
  drawn.push(name)
  clock += milliseconds
}

describe('turns of drawing', () => {
  beforeEach(() => {
    while (frames.length) frame()
  })

  it('are taken in one frame while each takes little', () => {
    for (const name of ['a', 'b', 'c']) inTurn(piece(name, 1))
    expect(frames.length).toBe(1)
    expect(frame()).toEqual(['a', 'b', 'c'])
    expect(frames.length).toBe(0)
  })
  it('wait for the next frame after one that took long', () => {
    for (const name of ['a', 'b', 'c']) inTurn(piece(name, 20))
    expect([frame(), frame(), frame()]).toEqual([['a'], ['b'], ['c']])
  })
  it('that a piece asks for come in its frame, what people look for before all others', () => {
    inTurn(() => {
      piece('where to write', 1)()
      inTurn(piece('its buttons', 1))
      inTurn(piece('what was said', 1), undefined, true)
    })
    inTurn(piece('who it is', 1))
    expect(frame()).toEqual(['where to write', 'what was said', 'who it is', 'its buttons'])
  })
  it('that may read the layout begin a frame', () => {
    inTurn(piece('a', 1))
    inTurn(piece('rows', 1), new Pace())
    inTurn(piece('b', 1))
    expect([frame(), frame()]).toEqual([['a'], ['rows', 'b']])
  })
  it('learn from a frame that they had for themselves', async () => {
    const painted = () => new Promise((done) => setTimeout(done, 20))
    const pace = new Pace()
    inTurn(() => clock++, pace)
    inTurn(piece('a', 40))
    frame()
    await painted()
    expect(pace.most).toBe(2)
    inTurn(() => ++clock, pace)
    frame()
    await painted()
    expect(pace.most).toBe(3)
  })
  it('that were taken back are not drawn', () => {
    const stop = inTurn(piece('a', 1))
    inTurn(piece('b', 1))
    stop()
    expect(frame()).toEqual(['b'])
  })
  it('come a frame later where keys took long before it, once, and then one by one', () => {
    for (const name of ['a', 'b', 'c']) inTurn(piece(name, 1))
    expect([frame(20), frame(20), frame(0)]).toEqual([[], ['a'], ['b', 'c']])
  })
})
