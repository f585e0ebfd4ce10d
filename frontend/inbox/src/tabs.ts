// One live stream a browser: the tab that holds the lock follows the server and tells the others.
import { follow, type StreamEvent } from '../../shared/stream.ts'

type Told = { what: 'event'; event: StreamEvent } | { what: 'state'; live: boolean } | { what: 'ask' } | { what: 'out' }

export interface Listener {
  onEvent: (event: StreamEvent) => void
  onState: (live: boolean) => void
  /** The session has ended, here or in another tab. */
  onOut: () => void
  /** Where this tab's knowledge ends: `epoch:seq`. */
  last: () => string | null
}

export interface Shared {
  stop: () => void
  tellOut: () => void
}

export function shareStream(address: string, listener: Listener): Shared {
  const stop = new AbortController()
  const channel = new BroadcastChannel('lyhord')
  let leading = false
  let live = false

  const tell = (told: Told) => channel.postMessage(told)
  channel.onmessage = ({ data }: MessageEvent<Told>) => {
    if (data.what === 'event' && !leading) listener.onEvent(data.event)
    else if (data.what === 'state' && !leading) listener.onState(data.live)
    else if (data.what === 'ask' && leading) tell({ what: 'state', live })
    else if (data.what === 'out') listener.onOut()
  }

  const lead = () => {
    leading = true
    return follow({
      address,
      last: listener.last,
      signal: stop.signal,
      onEvent: (event) => {
        listener.onEvent(event)
        tell({ what: 'event', event })
      },
      onState: (now) => {
        live = now
        listener.onState(now)
        tell({ what: 'state', live: now })
      },
      onRefused: (status) => {
        if (status !== 401) return
        tell({ what: 'out' })
        listener.onOut()
      },
    })
  }

  // Locks exist only on HTTPS and localhost; elsewhere each tab follows for itself.
  if (navigator.locks) {
    navigator.locks.request('lyhord-stream', { signal: stop.signal }, lead).catch(() => undefined) // stopped while waiting
    tell({ what: 'ask' })
  } else void lead()

  return {
    stop: () => {
      stop.abort()
      channel.close()
    },
    tellOut: () => tell({ what: 'out' }),
  }
}
