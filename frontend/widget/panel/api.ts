// The visitor API as the panel calls it. Tokens stand in a header, never in an address; cookies play no part.

export interface File_ {
  id: string
  name: string
  type: string
  size: number
}

/** The beginning of a message that another one answers. */
export interface Quote {
  id: string
  direction: 'in' | 'out'
  text: string
  author: string
}

export interface Message {
  id: string
  direction: 'in' | 'out'
  text: string
  subject: string | null
  channel: string
  author: string
  attachments: File_[]
  at: number
  key: string | null
  edited: boolean
  /** Those of others, and mine. */
  reactions: string[]
  mine: string
  quote: Quote | null
  /** Answers to choose from. */
  buttons: string[]
}

export interface Page {
  items: Message[]
  next: string | null
  seen_id: string | null
  read_id: string | null
}

export interface Promised {
  due_at: number
  form: 'soon' | 'minutes' | 'hours' | 'moment'
  n: number
}

/** What who waits was told; `again`: it takes longer than they were told before. */
export interface Told {
  promise: Promised | null
  again: boolean
}

export interface Config {
  company: string
  accent: string
  logo: string
  /** By when an answer comes to who writes now. */
  promise: Promised | null
  /** Nobody is there before. */
  opens_at: number | null
  pre_chat: ('name' | 'email')[]
  /** Whether a customer can say that it is a complaint. */
  complaints: boolean
  read_marks: boolean
  typing: boolean
  upload_limit: number
  text_limit: number
  emoji: string[]
  updates: Update[]
}

/** What the company says to everybody now, by language. */
export interface Update {
  id: string
  version: number
  texts: { language: string; text: string }[]
}

export interface Visit {
  token: string
  signed: boolean
  push: Push
  config: Config
}

/** Whether this browser is told of answers, could be, or can't. */
export type Push = 'on' | 'off' | 'never'

/** The server's no. `wait` is in seconds where it named a time. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly key: string,
    readonly wait: number,
  ) {
    super(key)
  }
}

export class Api {
  token = ''

  constructor(private readonly base: string) {}

  address(path: string): string {
    return `${this.base}visitor/v1/${path}`
  }

  /** A page of ours. */
  page(name: string): string {
    return `${this.base}chat/${name}`
  }

  headers(): Record<string, string> {
    return this.token ? { Authorization: `Bearer ${this.token}` } : {}
  }

  /** JSON in, JSON out. Throws `Refused`, and TypeError when nobody could be reached. */
  async call<T>(method: string, path: string, body?: object): Promise<T> {
    const answer = await this.fetch(method, path, body)
    return (answer.status === 204 ? undefined : await answer.json()) as T
  }

  async blob(id: string): Promise<Blob> {
    return (await this.fetch('GET', `attachments/${id}`)).blob()
  }

  /** A file on its way; `progress` hears shares from 0 to 1. */
  upload(file: File, progress: (share: number) => void): Promise<File_> {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest()
      request.open('POST', this.address(`files?name=${encodeURIComponent(file.name)}`))
      request.responseType = 'json'
      request.setRequestHeader('Authorization', `Bearer ${this.token}`)
      request.setRequestHeader('Content-Type', file.type || 'application/octet-stream')
      request.upload.onprogress = (event) => progress(event.loaded / event.total)
      request.onerror = () => reject(new TypeError())
      request.onload = () =>
        request.status === 201
          ? resolve(request.response as File_)
          : reject(new Refused(request.status, (request.response as { key?: string } | null)?.key ?? '', 0))
      request.send(file)
    })
  }

  private async fetch(method: string, path: string, body?: object): Promise<Response> {
    const answer = await fetch(this.address(path), {
      method,
      headers: { ...this.headers(), ...(body && { 'Content-Type': 'application/json' }) },
      body: body && JSON.stringify(body),
      credentials: 'omit',
      cache: 'no-store',
    })
    if (answer.ok) return answer
    const problem = (await answer.json().catch(() => ({}))) as { key?: string }
    if (answer.status >= 500) throw new TypeError()
    throw new Refused(answer.status, problem.key ?? '', Number(answer.headers.get('Retry-After')) || 5)
  }
}
