import { expect, it } from 'vitest'
import { eventReader, pause } from './stream.ts'

it('reads events however they are cut into pieces', () => {
  const text = ': hello\n\nevent: change\nid: 1:7\ndata: {"a":\ndata: 1}\n\nevent: signal\r\ndata: x\r\n\r\n'
  const expected = [
    { id: '1:7', event: 'change', data: '{"a":\n1}' },
    { id: null, event: 'signal', data: 'x' },
  ]
  for (let size = 1; size < text.length; size++) {
    const read = eventReader()
    const events = []
    for (let at = 0; at < text.length; at += size) events.push(...read(text.slice(at, at + size)))
    expect(events).toEqual(expected)
  }
})

it('keeps an unfinished event for later', () => {
  const read = eventReader()
  expect(read('event: change\ndata: 1\n')).toEqual([])
  expect(read('\n')).toEqual([{ id: null, event: 'change', data: '1' }])
})

it('waits longer after each failure, but never longer than the ceiling', () => {
  expect(pause(0, () => 1)).toBe(1250)
  expect(pause(3, () => 1)).toBe(8250)
  expect(pause(50, () => 1)).toBe(20_250)
  expect(pause(50, () => 0)).toBe(250)
})
