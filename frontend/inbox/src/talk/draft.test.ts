import { describe, expect, it } from 'vitest'
import type { ConversationView, Draft } from '../../../shared/types.ts'
import { Composing } from './draft.svelte.ts'

const view = (draft: Draft | null) =>
  ({ conversation: { inbox_id: null, scheme: null, value: null }, ways_out: [], draft }) as unknown as ConversationView

describe('a composer, when its conversation is read afresh', () => {
  it('stays a note when it was made one before anything was written', () => {
    const composing = new Composing('c')
    composing.restore(view(null))
    composing.kind = 'note'
    composing.restore(view(null))
    expect(composing.kind).toBe('note')
  })
  it('answers again once a note was sent', () => {
    const composing = new Composing('c')
    composing.kind = 'note'
    composing.clear()
    expect(composing.kind).toBe('reply')
  })
  it('takes over what another device wrote, and lets go of it when that is discarded', () => {
    const composing = new Composing('c')
    composing.restore(view({ text: 'From the phone', kind: 'note' }))
    expect([composing.text, composing.kind]).toEqual(['From the phone', 'note'])
    composing.restore(view(null))
    expect([composing.text, composing.kind]).toEqual(['', 'reply'])
  })
})
