import { beforeEach, expect, it } from 'vitest'
import { me } from '../samples.ts'
import { session } from '../session.svelte.ts'
import { suggested } from './suggested.ts'

const choice = (id: string) => ({ id, label: id })
const candidate = (who: string, open: number, had_at: number | null = null) => ({ who, open, had_at })

beforeEach(() => {
  const gone = { away_from: 0, away_until: Date.now() + 60_000 }
  session.me = me()
  session.agents = ['me', 'a', 'b', 'c'].map((id) => ({ ...me().agent, id, name: id, ...(id === 'c' ? gone : {}) }))
})

it('puts who is likeliest first, oneself behind others and who is away last, whoever had the customer', () => {
  const choices = ['agent:me', 'agent:a', 'agent:b', 'agent:c', 'team:t'].map(choice)
  const told = [
    candidate('agent:c', 0, 5),
    candidate('agent:me', 0, 5),
    candidate('team:t', 9, 4),
    candidate('agent:b', 1),
    candidate('agent:a', 7),
  ]
  expect(suggested(choices, told).map((one) => one.id)).toEqual(['team:t', 'agent:b', 'agent:a', 'agent:me', 'agent:c'])
})

it('says what each has, and leaves the order alone that nobody knows better', () => {
  const [first, second] = suggested(['agent:b', 'agent:a'].map(choice), [])
  expect([first, second]).toEqual(['agent:b', 'agent:a'].map(choice))
  const [one] = suggested([{ ...choice('team:t'), hint: 'Team' }], [candidate('team:t', 3, 1)], 2)
  expect(one!.hint).toMatch(/^Team · /)
  expect(one!.below).toBeTruthy()
})
