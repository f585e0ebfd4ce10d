// The one way to the server. Every refusal arrives as a `Problem`, which says what to tell the person.

/** What went wrong. `status` 0 means that nothing was heard from the server: the request may be tried again as it is. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly key: string,
    readonly detail = '',
    readonly fields: Record<string, string> = {},
    readonly reference = '',
  ) {
    super(detail || key)
  }
}

export interface Options {
  /** Idempotency key: the same key never acts twice. */
  key?: string
  signal?: AbortSignal
  headers?: Record<string, string>
  /** Sent as it is, instead of JSON. */
  raw?: Blob
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

const listeners = new Set<(problem: Problem) => void>()

/** Hear of every 401, so that the app can show its sign-in page wherever it happens. */
export function onSignedOut(listener: (problem: Problem) => void): void {
  listeners.add(listener)
}

export async function call<T>(method: Method, path: string, body?: unknown, options: Options = {}): Promise<T> {
  const headers: Record<string, string> = { Accept: 'application/json', ...options.headers }
  if (options.key) headers['Idempotency-Key'] = options.key
  if (options.raw) {
    headers['Content-Type'] = options.raw.type || 'application/octet-stream'
    headers['Lyhord-Upload'] = '1'
  } else if (body !== undefined) headers['Content-Type'] = 'application/json'
  let answer: Response
  try {
    answer = await fetch(`/api/v1${path}`, {
      method,
      headers,
      body: options.raw ?? (body === undefined ? undefined : JSON.stringify(body)),
      credentials: 'same-origin',
      signal: options.signal,
    })
  } catch (error) {
    if (options.signal?.aborted) throw error
    throw new Problem(0, 'problem.offline')
  }
  if (!answer.ok) throw await readProblem(answer)
  const type = answer.headers.get('Content-Type') ?? ''
  return (type.includes('json') ? await answer.json() : undefined) as T
}

async function readProblem(answer: Response): Promise<Problem> {
  const told = (await answer.json().catch(() => ({}))) as Record<string, unknown>
  const text = (name: string) => (typeof told[name] === 'string' ? (told[name] as string) : '')
  const problem = new Problem(
    answer.status,
    text('key') || (answer.status >= 500 ? 'problem.unexpected' : 'problem.refused'),
    text('detail'),
    (told.fields as Record<string, string> | undefined) ?? {},
    text('reference'),
  )
  if (answer.status === 401) for (const listener of listeners) listener(problem)
  return problem
}

/** A key that nobody else makes; works on plain HTTP too, where `crypto.randomUUID` is missing. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** `?name=value` of what is set. */
export function query(values: Record<string, string | number | null | undefined>): string {
  const pairs = Object.entries(values).filter(([, value]) => value !== null && value !== undefined && value !== '')
  return pairs.length ? `?${new URLSearchParams(pairs.map(([name, value]) => [name, String(value)]))}` : ''
}
