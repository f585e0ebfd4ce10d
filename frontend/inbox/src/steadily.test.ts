import { expect, it } from 'vitest'
import { steadily } from './steadily.ts'

it('asks again until it comes', async () => {
  let asked = 0
  const load = () => (++asked < 3 ? Promise.reject(new TypeError('offline')) : Promise.resolve('here'))
  expect(await steadily(load, 0)).toBe('here')
  expect(asked).toBe(3)
})
