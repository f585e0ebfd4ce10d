// @vitest-environment happy-dom
import { flushSync } from 'svelte'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Message } from '../../../shared/types.ts'
import { me, message, view } from '../samples.ts'
import { session } from '../session.svelte.ts'
import { Answering } from './answering.svelte.ts'
import { Composing } from './draft.svelte.ts'

let messages = $state.raw<Message[]>([])
let composing: Composing
let answering: Answering
let end: () => void

const speaksInPublic = view({
  abilities: [
    {
      inbox_id: 'i1',
      edit: null,
      delete: null,
      reactions: false,
      public: true,
      hide: true,
      window: null,
      heard_at: null,
      templates: false,
    },
  ],
})
const colleague = (id: string) => message({ id, direction: 'out', agent_id: 'you' })
function comes(...more: Message[]) {
  messages = [...messages, ...more]
  flushSync()
}
function writes(words: string) {
  composing.text = words
  flushSync()
}
beforeEach(() => {
  session.me = me()
  messages = [message({ id: 'm1' })]
  composing = new Composing('c1')
  composing.door = {
    inbox_id: 'i1',
    channel: 'mail',
    scheme: 'email',
    value: 'maija@example.fi',
    name: 'Mail',
    usable: true,
    reachable: true,
  }
  end = $effect.root(() => {
    answering = new Answering(composing, () => ({ view: speaksInPublic, messages }))
  })
  flushSync()
})
afterEach(() => end())

it('warns once of what a colleague answered while something is written', () => {
  writes('Hello')
  comes(colleague('m2'))
  expect(answering.told).toBeUndefined()
  expect(answering.warns()).toBe(true)
  expect(answering.told?.id).toBe('m2')
  expect(answering.warns()).toBe(false)
  comes(colleague('m3'))
  expect([answering.told, answering.warns()]).toEqual([undefined, true])
})

it('warns of nothing that was there when writing began', () => {
  comes(colleague('m2'))
  writes('Hello')
  expect(answering.warns()).toBe(false)
})

it('warns of nothing over a note', () => {
  composing.kind = 'note'
  writes('For us')
  comes(colleague('m2'))
  expect(answering.warns()).toBe(false)
})

it('goes the way of what it answers, and stays there once something is written', () => {
  comes(message({ id: 'm2', place: { id: 'p1', text: 'Our new lamp' } }))
  expect(composing.way).toMatchObject({ public: true, answers: 'm2' })
  writes('Thank you')
  comes(message({ id: 'm3' }))
  expect(composing.way).toMatchObject({ public: true, answers: 'm2' })
  writes('')
  expect(composing.way).toMatchObject({ public: false })
  composing.kind = 'note'
  flushSync()
  expect(composing.way).toBeNull()
})
