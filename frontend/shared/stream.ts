// Server-Sent Events read by fetch: headers can be sent, the place is kept, and a silent connection is noticed.

export interface StreamEvent {
  id: string | null
  event: string
  data: string
}

/** Feed it text as it comes; it gives back the events that are complete. Comments and unknown fields are skipped. */
export function eventReader(): (text: string) => StreamEvent[] {
  let rest = ''
  let id: string | null = null
  let event = ''
  let data: string[] = []
  return (text) => {
    const lines = (rest + text).split(/\r\n|\n|\r(?!$)/)
    rest = lines.pop() ?? ''
    const done: StreamEvent[] = []
    for (const line of lines) {
      if (line === '') {
        if (data.length || event) done.push({ id, event: event || 'message', data: data.join('\n') })
        id = null
        event = ''
        data = []
        continue
      }
      const at = line.indexOf(':')
      const name = at < 0 ? line : line.slice(0, at)
      const value = at < 0 ? '' : line.slice(at + 1).replace(/^ /, '')
      if (name === 'data') data.push(value)
      else if (name === 'event') event = value
      else if (name === 'id') id = value
    }
    return done
  }
}

/** How long to wait before attempt n (from 0): full jitter under a ceiling that doubles from 1 s to 20 s. */
export function pause(attempt: number, random = Math.random): number {
  return 250 + random() * Math.min(20_000, 1000 * 2 ** attempt)
}

export interface Following {
  address: string
  headers?: () => Record<string, string>
  /** Where to go on from: `epoch:seq`, or null for now. */
  last: () => string | null
  onEvent: (event: StreamEvent) => void
  onState: (live: boolean) => void
  /** The server refused for good (signed out, forbidden): following has ended. */
  onRefused: (status: number) => void
  signal: AbortSignal
}

const SILENCE = 50_000

/** Follow until the signal says stop, coming back after every break. */
export async function follow(options: Following): Promise<void> {
  let attempt = 0
  while (!options.signal.aborted) {
    const outcome = await connect(options, () => (attempt = 0))
    options.onState(false)
    if (options.signal.aborted) return
    if (typeof outcome === 'number' && [401, 403, 404].includes(outcome)) return options.onRefused(outcome)
    await rest(pause(attempt++), options.signal)
  }
}

async function connect(options: Following, onOpen: () => void): Promise<number | null> {
  const stop = new AbortController()
  const abort = () => stop.abort()
  options.signal.addEventListener('abort', abort)
  let silence = setTimeout(abort, SILENCE)
  try {
    const last = options.last()
    const answer = await fetch(options.address, {
      headers: { Accept: 'text/event-stream', ...options.headers?.(), ...(last ? { 'Last-Event-ID': last } : {}) },
      credentials: 'same-origin',
      cache: 'no-store',
      signal: stop.signal,
    })
    if (!answer.ok || !answer.body) return answer.status
    onOpen()
    options.onState(true)
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader()
    const read = eventReader()
    for (;;) {
      const { value, done } = await reader.read()
      if (done) return null
      clearTimeout(silence)
      silence = setTimeout(abort, SILENCE)
      for (const event of read(value)) options.onEvent(event)
    }
  } catch {
    return null // broken, refused or silent: the caller waits and comes back
  } finally {
    clearTimeout(silence)
    options.signal.removeEventListener('abort', abort)
  }
}

function rest(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      removeEventListener('online', done)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, milliseconds)
    addEventListener('online', done)
    signal.addEventListener('abort', done)
  })
}
