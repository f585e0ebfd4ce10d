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

export class Files {
  list = $state<Upload[]>([])
  private count = 0

  constructor(private readonly changed: () => void = () => undefined) {}

  get attachments(): Attachment[] {
    return this.list.flatMap((upload) => (upload.attachment ? [upload.attachment] : []))
  }
  get isUploading(): boolean {
    return this.list.some((upload) => !upload.attachment && !upload.failed)
  }

  /** These, which the server has, and no others. */
  set(attachments: readonly Attachment[]): void {
    this.list = []
    this.add(attachments)
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
  /** These stand among the words now. */
  show(...ids: Id[]): void {
    for (const upload of this.list) if (upload.attachment && ids.includes(upload.attachment.id)) upload.shown = true
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
