import { expect, test } from 'vitest'
import { qrModules, qrPath } from './qr.ts'

test('a letter becomes the picture that other programs read as this letter', () => {
  const rows = qrModules('A')!.map((row) => row.map(Number).join(''))
  expect(rows).toEqual(
    `111111101001001111111 100000101111101000001 101110100010101011101 101110101101101011101 101110100111001011101
     100000100101101000001 111111101010101111111 000000001101100000000 101101110011101001011 010110010101111001000
     110011101101000001101 101101000001001111100 100111100100100100100 000000001011001001001 111111101001100101000
     100000101100000110110 101110100110111110001 101110101111001111110 101110101010101100000 100000100010010100101
     111111101000010010000`.split(/\s+/),
  )
})

test('longer texts take larger pictures, and what is too long none', () => {
  const sides = [14, 15, 100, 300, 666].map((length) => qrModules('x'.repeat(length))!.length)
  expect(sides).toEqual([21, 25, 41, 69, 97])
  expect(qrModules('x'.repeat(667))).toBeNull()
})

test('the path draws the dark ones with a margin around', () => {
  expect(qrPath([[true, false]])).toBe('M4 4h1v1h-1z')
})
