import { describe, expect, it } from 'vitest'
import { fileOf, loudness, reasonOf } from './recording.ts'

const error = (name: string) => new DOMException('', name)

describe('a recording', () => {
  it('says what stands in its way', () => {
    expect(reasonOf(error('NotAllowedError'))).toBe('voice.refused')
    expect(reasonOf(error('NotFoundError'))).toBe('voice.no_microphone')
    expect(reasonOf(error('NotReadableError'))).toBe('voice.busy')
    expect(reasonOf(new TypeError('mediaDevices is undefined'))).toBe('voice.unsupported')
  })

  it('is a file whose name fits its type', () => {
    const file = fileOf([new Blob(['x'])], 'audio/webm;codecs=opus', 'Voice note')
    expect([file.name, file.type]).toEqual(['Voice note.webm', 'audio/webm'])
    expect(fileOf([], 'audio/ogg;codecs=opus', 'a').name).toBe('a.ogg')
  })

  it('is loud between nothing and one', () => {
    expect(loudness(new Uint8Array(8).fill(128))).toBe(0)
    expect(loudness(new Uint8Array([0, 255, 0, 255]))).toBe(1)
    expect(loudness(new Uint8Array())).toBe(0)
  })
})
