// A visitor's voice note: recorded, heard, and then sent or dropped. Fetched when somebody first wants to speak.
import { LONGEST, Recording, reasonOf } from '../../shared/recording.ts'
import { addTexts, t } from '../../shared/words.ts'
import { Refused } from './api.ts'
import type { Chat } from './chat.ts'
import { fill, h, say, type Child } from './dom.ts'
import { laterTexts } from './later.ts'

/** A recorder with what it says. Fails without a network. */
export async function makeVoice(chat: Chat, done: (sent: boolean) => void): Promise<Voice> {
  addTexts(await laterTexts())
  return new Voice(chat, done)
}

class Voice {
  readonly element: HTMLElement
  private recording?: Recording
  private file?: File
  private address = ''
  private clock?: ReturnType<typeof setInterval>
  private left = false

  /** `done` hears whether it was sent. */
  constructor(
    private readonly chat: Chat,
    private readonly done: (sent: boolean) => void,
  ) {
    this.element = h('div', { class: 'voice', role: 'group', 'aria-label': t('chat.voice') })
    this.element.onkeydown = (event) => {
      if (event.key !== 'Escape') return
      event.stopPropagation()
      this.leave(false)
    }
  }

  async begin(): Promise<void> {
    this.drop()
    try {
      this.show(h('p', { role: 'status' }, t('voice.asking')), this.cancel())
      this.recording = await Recording.begin()
    } catch (error) {
      return this.show(h('p', { role: 'alert' }, t(reasonOf(error))), this.again(t('chat.again')), this.cancel())
    }
    if (this.left) return this.drop()
    const time = h('span', { role: 'timer' }, '0:00')
    const stop = h('button', { type: 'button', class: 'strong', onclick: () => void this.stop() }, t('voice.stop'))
    this.clock = setInterval(() => this.tick(time), 200)
    this.show(h('p', { role: 'status' }, t('voice.records')), time, stop, this.cancel())
  }

  /** Who closed the panel isn't listened to any more. */
  private tick(time: HTMLElement): void {
    const passed = this.recording?.time ?? 0
    const seconds = Math.floor(passed / 1000)
    say(time, `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`)
    if (passed >= LONGEST || !this.element.checkVisibility()) void this.stop()
  }

  private async stop(): Promise<void> {
    clearInterval(this.clock)
    const ending = this.recording
    this.recording = undefined
    if (!ending) return
    this.file = await ending.stop(t('voice.file'))
    if (this.left) return
    this.address = URL.createObjectURL(this.file)
    this.listen()
  }

  private listen(problem = ''): void {
    this.show(
      problem && h('p', { role: 'alert' }, problem),
      h('audio', { src: this.address, controls: true, 'aria-label': t('voice.preview') }),
      h('button', { type: 'button', class: 'strong', onclick: () => void this.send() }, t('chat.send')),
      this.again(t('voice.again')),
      this.cancel(),
    )
  }

  private async send(): Promise<void> {
    const { chat, file } = this
    if (!file) return
    const name = file.name
    const limit = chat.config?.upload_limit ?? 25e6
    if (file.size > limit) return this.listen(t('chat.file_too_large', { name, n: Math.round(limit / 1e6) }))
    const bar = h('progress', { max: 1, value: 0, 'aria-label': t('chat.uploading', { name }) })
    this.show(bar, this.cancel())
    try {
      await chat.start()
      const kept = await chat.api.upload(file, (share) => (bar.value = share))
      if (this.left) return
      void chat.say('', [kept])
      this.leave(true)
    } catch (error) {
      if (this.left) return
      this.listen(t(error instanceof Refused && error.status === 429 ? 'chat.too_many' : 'voice.not_sent'))
    }
  }

  private again(label: string): HTMLElement {
    return h('button', { type: 'button', onclick: () => void this.begin() }, label)
  }

  private cancel(): HTMLElement {
    return h('button', { type: 'button', onclick: () => this.leave(false) }, t('chat.discard'))
  }

  /** Focus goes to what comes next. */
  private show(...children: Child[]): void {
    fill(
      this.element,
      children.filter((child) => child instanceof Node),
    )
    this.element.querySelector<HTMLElement>('.strong, button')?.focus()
  }

  private leave(sent: boolean): void {
    this.left = true
    this.drop()
    this.done(sent)
  }

  private drop(): void {
    clearInterval(this.clock)
    this.recording?.cancel()
    this.recording = this.file = undefined
    if (this.address) URL.revokeObjectURL(this.address)
    this.address = ''
  }
}
