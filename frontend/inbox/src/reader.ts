// What a page has read stays as new as the server's: read again whenever an event says that it changed.
import type { Frame } from '../../shared/types.ts'
import { screens } from './screens.svelte.ts'
import { whenDrawn } from './turns.ts'

/** One reading at a time, so that an older answer never replaces a newer one. */
export class Reader {
  private under: Promise<void> | undefined
  private wanted = false

  /** `read` tells its own failures. `concerns` says which events make what was read an old thing. */
  constructor(
    private readonly read: () => Promise<unknown>,
    private readonly concerns: (frame: Frame) => boolean,
  ) {}

  /** Done when something was read that was asked for after this call. */
  again(): Promise<void> {
    this.wanted = true
    this.under ??= this.run().finally(() => (this.under = undefined))
    return this.under
  }

  /** Read now and as often as it changes. Returns how to stop: an effect may return it. */
  follow(): () => void {
    void this.again()
    return this.listen()
  }

  /** The same of what stands beside something that was opened: first read once that is drawn. Who goes on before doesn't need it. */
  followBeside(): () => void {
    const not = whenDrawn(() => this.again())
    const stop = this.listen()
    return () => {
      not()
      stop()
    }
  }

  private listen(): () => void {
    return screens.listen((frame) => this.concerns(frame) && void this.again())
  }

  private async run(): Promise<void> {
    while (this.wanted) {
      this.wanted = false
      await this.read()
    }
  }
}
