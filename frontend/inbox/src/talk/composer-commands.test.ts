import { expect, it, vi } from 'vitest'
import { commandsOf } from './composer-commands.ts'

function composer(now: Partial<Parameters<typeof commandsOf>[0]> = {}) {
  const deed = () => vi.fn()
  return {
    mayReply: true,
    isNote: false,
    public: undefined,
    shared: undefined,
    templates: false,
    focus: deed(),
    quote: deed(),
    publish: deed(),
    send: deed(),
    addButton: deed(),
    chooseTemplate: deed(),
    toggleShared: deed(),
    ...now,
  }
}
const offered = (now: Partial<Parameters<typeof commandsOf>[0]>) => commandsOf(composer(now)).map((one) => one.id)
const sending = ['note', 'send', 'send-resolve', 'send-next', 'send-later']

it('offers answers to those alone who may give some', () => {
  expect(offered({ mayReply: false, public: true, shared: true, templates: true })).toEqual(sending)
  expect(offered({})).toEqual(['reply', 'quote', ...sending, 'buttons'])
})

it('offers what there is to choose', () => {
  const all = ['reply', 'quote', 'turn-public', ...sending, 'buttons', 'template', 'share-draft']
  expect(offered({ public: false, shared: false, templates: true })).toEqual(all)
  expect(offered({ isNote: true })).not.toContain('buttons')
})

it('turns to the other way', () => {
  const publish = vi.fn()
  const turn = (now: boolean) => commandsOf(composer({ public: now, publish })).find((one) => one.id === 'turn-public')
  turn(true)!.run()
  turn(false)!.run()
  expect(publish.mock.calls).toEqual([[false], [true]])
})

it('sends as the key says', () => {
  const send = vi.fn()
  for (const one of commandsOf(composer({ send }))) if (one.id.startsWith('send')) one.run()
  expect(send.mock.calls).toEqual([[], [{ resolve: true }], [{ next: true }], [{ later: true }]])
})
