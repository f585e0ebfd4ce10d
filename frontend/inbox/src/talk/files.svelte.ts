// Files that are to go along: uploaded as soon as they are chosen, dropped or pasted.
import { call, type Problem } from '../../../shared/api.ts'
import type { Attachment, Id } from '../../../shared/types.ts'
import { toasts } from '../toasts.svelte.ts'

export interface Upload {
  key: number
  name: string
  size: number
  attachment: Attachment | null
  failed: string
  /** It stands among the words. */
  shown?: boolean
}

/** The attachments that stand among formatted words. */
function picturesIn(html: string | null): Set<Id> {
  return new Set([...(html ?? '').matchAll(/ src="cid:([^"]+)"/g)].map((found) => found[1]!))
}

export class Files {
  list = $state<Upload[]>([])
  private count = 0

  constructor(private readonly changed: () => void = () => undefined) {}

  get attachments(): Attachment[] {
    return this.list.flatMap((upload) => upload.attachment ?? [])
  }
  get isUploading(): boolean {
    return this.list.some((upload) => !upload.attachment && !upload.failed)
  }

  /** These, which the server has, and no others; some of them may stand among formatted words. */
  set(attachments: readonly Attachment[], html: string | null = null): void {
    this.list = []
    this.add(attachments)
    for (const id of picturesIn(html)) this.show(id)
  }
  add(attachments: readonly Attachment[]): void {
    for (const attachment of attachments)
      this.list.push({
        key: ++this.count,
        name: attachment.name,
        size: attachment.size,
        attachment,
        failed: '',
      })
  }

  async attach(files: Iterable<File>): Promise<void> {
    await this.place(files)
    this.changed()
  }
  /** Upload files that get a place among the words; those that arrived. */
  async place(files: Iterable<File>): Promise<Attachment[]> {
    const uploaded = await Promise.all([...files].map((file) => this.upload(file)))
    return uploaded.filter((one) => one !== null)
  }
  /** It stands among the words now. */
  show(id: Id): void {
    for (const upload of this.list) if (upload.attachment?.id === id) upload.shown = true
  }
  /** The words are plain from now on: what stood among them is attached like the rest. */
  unshow(): void {
    for (const upload of this.list) upload.shown = false
  }
  /** What goes along with these words: not the pictures that were taken out of them again. */
  going(html: string | null): Attachment[] {
    const there = picturesIn(html)
    const going = this.list.filter((one) => !one.shown || (one.attachment && there.has(one.attachment.id)))
    return going.flatMap((one) => one.attachment ?? [])
  }

  /** The files of a paste or drop, if there are any: then nothing else is done with it. */
  take(event: Event, data: DataTransfer | null): void {
    if (!data?.files.length) return
    event.preventDefault()
    void this.attach([...data.files])
  }

  private async upload(file: File): Promise<Attachment | null> {
    const key = ++this.count
    this.list.push({ key, name: file.name, size: file.size, attachment: null, failed: '' })
    const change = (more: Partial<Upload>) => {
      const upload = this.list.find((one) => one.key === key)
      if (upload) Object.assign(upload, more)
    }
    try {
      const attachment = await call<Attachment>('POST', `/files?name=${encodeURIComponent(file.name)}`, undefined, {
        raw: file,
      })
      change({ attachment })
      return attachment
    } catch (problem) {
      change({ failed: (problem as Problem).key })
      toasts.fail(problem)
      return null
    }
  }

  detach(key: number): void {
    this.list = this.list.filter((one) => one.key !== key)
    this.changed()
  }
}
