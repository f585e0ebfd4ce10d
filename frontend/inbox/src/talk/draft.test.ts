import { describe, expect, it } from 'vitest'
import type { ConversationView, Draft } from '../../../shared/types.ts'
import { Composing } from './draft.svelte.ts'

const view = (draft: Draft | null) =>
  ({
    conversation: { inbox_id: null, scheme: null, value: null },
    ways_out: [],
    shared_drafts: [],
    draft,
  }) as unknown as ConversationView

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

describe('a template that was taken back', () => {
  const file = { id: 'f', name: 'a.png', type: 'image/png', size: 1 }
  const taken: Draft = { text: '', kind: 'reply', attachments: [file], template: { id: 't', values: { 1: 'Ann' } } }

  it('is there with its values and its file, and is no words of the composer', () => {
    const composing = new Composing('c')
    composing.chooseAgain(taken, view(null))
    expect(composing.template).toMatchObject({ template: { values: { 1: 'Ann' } }, attachments: [file] })
    expect([composing.isEmpty, composing.going]).toEqual([true, []])
    composing.clear()
    expect(composing.template).toBeNull()
  })
  it('leaves what is written as it is', () => {
    const composing = new Composing('c')
    composing.text = 'Half a thought'
    composing.chooseAgain(taken, view(null))
    expect([composing.text, composing.template?.template?.id]).toEqual(['Half a thought', 't'])
  })
  it('is found again on another device', () => {
    const composing = new Composing('c')
    composing.restore(view(taken))
    expect(composing.template?.template?.id).toBe('t')
  })
})

describe('formatted words', () => {
  const picture = { id: 'p', name: 'a.png', type: 'image/png', size: 1 }
  const file = { id: 'f', name: 'a.pdf', type: 'application/pdf', size: 1 }
  const html = '<div>See <img src="cid:p" alt="a.png"></div>'
  const written = () => {
    const composing = new Composing('c')
    composing.restore(view({ text: 'See [a.png]', html, kind: 'reply', attachments: [picture, file] }))
    return composing
  }

  it('go along in replies and stay behind in notes', () => {
    const composing = written()
    expect(composing.body()).toMatchObject({ text: 'See [a.png]', html, attachment_ids: ['p', 'f'] })
    composing.kind = 'note'
    expect(composing.body()).not.toHaveProperty('html')
  })
  it('leave out a picture that was taken out of them again, and nothing else', () => {
    const composing = written()
    composing.html = '<div>See <b>this</b></div>'
    expect(composing.body()?.attachment_ids).toEqual(['f'])
    composing.html = null
    expect(composing.body()?.attachment_ids).toEqual(['f'])
    composing.html = html
    expect(composing.body()?.attachment_ids).toEqual(['p', 'f'])
  })
  it('are gone once they are on their way', () => {
    const composing = written()
    composing.clear()
    expect([composing.html, composing.isEmpty]).toEqual([null, true])
  })
})
