import { afterEach, expect, test } from 'vitest'
import { me } from '../samples.ts'
import { session } from '../session.svelte.ts'
import { owners } from './owners.ts'

afterEach(() => {
  session.agents = []
})

test('tickets are offered to those alone who have joined and work on them', () => {
  const one = me().agent
  session.agents = [
    { ...one, id: 'agent', name: 'Ida' },
    { ...one, id: 'director', name: 'Dan', works: false },
    { ...one, id: 'gone', name: 'Vera', works: false, disabled: true },
    { ...one, id: 'invited', name: 'Nils', invited: true },
  ]
  const ids = (...given: Parameters<typeof owners>) => owners(...given).map(({ id }) => id)
  expect(ids()).toEqual(['', 'agent:agent'])
  expect(ids(undefined, session.colleagues), 'who may say yes').toEqual(['', 'agent:agent', 'agent:director'])
})
