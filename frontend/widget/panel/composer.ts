// Where the visitor writes: words, emoji and files, by keyboard, mouse, paste or drop.
import { t } from '../../shared/words.ts'
import { Refused, type File_ } from './api.ts'
import type { Chat } from './chat.ts'
import { fill, h, mark, tool } from './dom.ts'

interface Upload {
  element: HTMLElement
  bar: HTMLProgressElement
  file?: File_
  failed?: boolean
}

const emoji = '😀😄😂🙂😉😍😘🤔😐😕😢😭😡😱🙄😴👍👎👏🙏💪👋🤝💔🎉🔥⭐✅❌❓🎁📦📷🚗🏠☕🌞🌧🐶🐱'
const most = 10
const canRecord = 'MediaRecorder' in globalThis && Boolean(navigator.mediaDevices)

export class Composer {
  readonly element: HTMLFormElement
  private uploads: Upload[] = []
  private readonly shelf = h('div')
  private readonly picker: HTMLElement
  private readonly area: HTMLTextAreaElement
  private readonly face: HTMLButtonElement
  private readonly send: HTMLButtonElement
  private readonly voice: HTMLButtonElement
  private readonly tools: HTMLElement

  constructor(
    private readonly chat: Chat,
    private readonly said: () => void,
  ) {
    this.area = h('textarea', {
      rows: 1,
      dir: 'auto',
      'aria-label': t('chat.write'),
      placeholder: t('chat.write'),
      oninput: () => this.typed(),
      onkeydown: (event: KeyboardEvent) => {
        if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) this.submit(event)
      },
      onpaste: (event: ClipboardEvent) => {
        if (!event.clipboardData?.files.length) return
        event.preventDefault()
        this.add(event.clipboardData.files)
      },
    })
    const chooser = h('input', { type: 'file', multiple: true, hidden: true })
    chooser.onchange = () => {
      this.add(chooser.files ?? [])
      chooser.value = ''
    }
    this.face = tool('emoji', t('chat.emoji'), () => this.pick(this.picker.hidden))
    this.voice = tool('voice', t('chat.voice'), () => void this.speak())
    this.send = tool('send', t('chat.send'), () => undefined, 'strong send')
    this.send.type = 'submit'
    this.picker = h(
      'div',
      { class: 'emoji', role: 'group', 'aria-label': t('chat.emoji'), hidden: true },
      ...Array.from(emoji, (one) => h('button', { type: 'button', onclick: () => this.insert(one) }, one)),
    )
    this.picker.onkeydown = (event) => {
      if (event.key !== 'Escape') return
      event.stopPropagation()
      this.pick(false)
    }
    this.tools = h(
      'div',
      { class: 'tools' },
      tool('attach', t('chat.attach'), () => chooser.click()),
      this.face,
      canRecord && this.voice,
      chooser,
      this.send,
    )
    this.element = h(
      'form',
      { class: 'composer', onsubmit: (event: Event) => this.submit(event) },
      this.shelf,
      this.picker,
      this.area,
      this.tools,
    )
    this.pick(false)
  }

  update(): void {
    const ended = this.chat.state === 'ended'
    this.area.disabled = ended
    this.area.maxLength = this.chat.config?.text_limit ?? 20_000
    this.send.disabled = ended || this.busy
    this.voice.disabled = ended
  }

  focus(): void {
    this.area.focus()
  }

  add(files: Iterable<File>): void {
    for (const file of [...files].slice(0, most - this.uploads.length)) void this.upload(file)
  }

  private get busy(): boolean {
    return this.uploads.some((one) => !one.file && !one.failed)
  }

  private typed(): void {
    this.area.rows = Math.min(6, this.area.value.split('\n').length)
    this.chat.types()
  }

  private submit(event: Event): void {
    event.preventDefault()
    const text = this.area.value.trim()
    const files = this.uploads.flatMap((one) => one.file ?? [])
    if (this.busy || this.area.disabled || !(text || files.length)) return
    void this.chat.say(text, files)
    this.area.value = ''
    this.area.rows = 1
    this.show([])
    this.pick(false)
    this.said()
  }

  private pick(open: boolean): void {
    this.picker.hidden = !open
    mark(this.face, 'aria-expanded', String(open))
    if (this.element?.isConnected) (open ? (this.picker.firstElementChild as HTMLElement) : this.area).focus()
  }

  /** The recorder takes the place of the tools until the note is sent or dropped. */
  private async speak(): Promise<void> {
    const done = (sent: boolean) => {
      voice?.element.remove()
      this.tools.hidden = false
      this.voice.focus()
      if (sent) this.said()
    }
    const make = import('./voice.ts').then(({ makeVoice }) => makeVoice(this.chat, done))
    const voice = await make.catch(() => undefined) // there is no network, as the status says
    if (!voice || this.tools.hidden) return
    this.pick(false)
    this.tools.hidden = true
    this.element.append(voice.element)
    await voice.begin()
  }

  private insert(one: string): void {
    this.area.setRangeText(one, this.area.selectionStart, this.area.selectionEnd, 'end')
    this.area.focus()
  }

  private show(uploads: Upload[]): void {
    this.uploads = uploads
    fill(
      this.shelf,
      uploads.map((one) => one.element),
    )
    this.update()
  }

  private async upload(file: File): Promise<void> {
    const name = file.name || 'image.png'
    const limit = this.chat.config?.upload_limit ?? 25e6
    const words = h('span', {}, name)
    const bar = h('progress', { max: 1, value: 0, 'aria-label': t('chat.uploading', { name }) })
    const drop = tool('close', t('chat.remove', { name }), () => {
      this.show(this.uploads.filter((other) => other !== one))
      this.focus()
    })
    const one: Upload = { element: h('div', { class: 'upload' }, words, bar, drop), bar }
    const fail = (problem: string) => {
      one.failed = true
      bar.remove()
      words.textContent = problem
      mark(one.element, 'class', 'upload failed')
      mark(words, 'role', 'alert')
    }
    this.show([...this.uploads, one])
    try {
      if (file.size > limit) return fail(t('chat.file_too_large', { name, n: Math.round(limit / 1e6) }))
      await this.chat.start()
      one.file = await this.chat.api.upload(file, (share) => (bar.value = share))
      bar.remove()
    } catch (error) {
      const often = error instanceof Refused && error.status === 429
      fail(often ? t('chat.too_many') : t('chat.file_failed', { name }))
    } finally {
      this.update()
    }
  }
}
