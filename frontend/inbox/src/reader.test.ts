import { describe, expect, it, vi } from 'vitest'
import type { Frame } from '../../shared/types.ts'
import { Reader } from './reader.ts'
import { screens } from './screens.svelte.ts'

/** A server that answers when it is told to. */
function server() {
  const asked: (() => void)[] = []
  const read = () => new Promise<void>((answer) => asked.push(answer))
  return { asked, read, later: () => new Promise((done) => setTimeout(done)) }
}

describe('a reader', () => {
  it('asks once more for what was wanted while an answer was on its way', async () => {
    const { asked, read, later } = server()
    const reader = new Reader(read, () => false)
    const first = reader.again()
    void reader.again()
    void reader.again()
    expect(asked.length).toBe(1)
    asked[0]!()
    await later()
    expect(asked.length).toBe(2)
    asked[1]!()
    await first
    expect(asked.length).toBe(2)
    void reader.again()
    expect(asked.length).toBe(3)
  })

  it('reads now and after what concerns it, until it is stopped', async () => {
    const { asked, read, later } = server()
    const hear = new Set<(frame: Frame) => void>()
    screens.listen = (one) => {
      hear.add(one)
      return () => hear.delete(one)
    }
    const stop = new Reader(read, (frame) => frame.kind === 'rule.changed').follow()
    asked[0]!()
    await later()
    const tell = (kind: string) => hear.forEach((one) => one({ kind } as Frame))
    tell('team.changed')
    expect(asked.length).toBe(1)
    tell('rule.changed')
    expect(asked.length).toBe(2)
    stop()
    expect(hear.size).toBe(0)
  })
  it('beside something that was opened reads once that is drawn, and not at all for who went on before', () => {
    vi.useFakeTimers()
    const { asked, read } = server()
    const first = new Reader(read, () => false).followBeside()
    first()
    const stop = new Reader(read, () => false).followBeside()
    expect(asked.length).toBe(0)
    vi.runAllTimers()
    expect(asked.length).toBe(1)
    stop()
    vi.useRealTimers()
  })
})
