// A voice note on its way from the microphone to a file.

/** What browsers record, what plays most widely first. */
const TYPES = ['audio/ogg;codecs=opus', 'audio/webm;codecs=opus', 'audio/mp4']
const ENDINGS: Record<string, string> = { 'audio/ogg': 'ogg', 'audio/webm': 'webm', 'audio/mp4': 'm4a' }
/** Milliseconds after which it stops by itself. */
export const LONGEST = 10 * 60_000

/** Why nothing can be recorded, as the key of its words. */
export function reasonOf(error: unknown): string {
  const name = (error as DOMException | null)?.name
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'voice.refused'
  if (name === 'NotFoundError' || name === 'OverconstrainedError') return 'voice.no_microphone'
  if (name === 'NotReadableError') return 'voice.busy'
  return globalThis.isSecureContext === false ? 'voice.insecure' : 'voice.unsupported'
}

/** A file of what was recorded, named by when. */
export function fileOf(pieces: Blob[], type: string, name: string): File {
  const plain = type.split(';')[0] || 'audio/webm'
  return new File(pieces, `${name}.${ENDINGS[plain] ?? 'webm'}`, { type: plain })
}

/** How loud it is now, from 0 to 1: the root mean square of samples around 128. */
export function loudness(samples: Uint8Array): number {
  let sum = 0
  for (const sample of samples) sum += ((sample - 128) / 128) ** 2
  return Math.min(1, Math.sqrt(sum / (samples.length || 1)) * 3)
}

export class Recording {
  private readonly pieces: Blob[] = []
  private readonly samples: Uint8Array<ArrayBuffer>
  private before = 0
  private since = Date.now()

  private constructor(
    private readonly stream: MediaStream,
    private readonly recorder: MediaRecorder,
    private readonly context: AudioContext,
    private readonly analyser: AnalyserNode,
  ) {
    this.samples = new Uint8Array(analyser.fftSize)
    recorder.ondataavailable = (event) => this.pieces.push(event.data)
    recorder.start(1000)
  }

  /** Asks for the microphone. Throws what the browser says against it. */
  static async begin(): Promise<Recording> {
    const type = TYPES.find((one) => MediaRecorder.isTypeSupported(one))
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true })
    const context = new AudioContext()
    const analyser = context.createAnalyser()
    analyser.fftSize = 512
    context.createMediaStreamSource(stream).connect(analyser)
    return new Recording(stream, new MediaRecorder(stream, { mimeType: type }), context, analyser)
  }

  get isPaused(): boolean {
    return this.recorder.state === 'paused'
  }
  /** Milliseconds so far, pauses left out. */
  get time(): number {
    return this.before + (this.isPaused ? 0 : Date.now() - this.since)
  }
  get level(): number {
    if (this.isPaused) return 0
    this.analyser.getByteTimeDomainData(this.samples)
    return loudness(this.samples)
  }

  togglePause(): void {
    if (this.isPaused) {
      this.since = Date.now()
      this.recorder.resume()
    } else {
      this.before = this.time
      this.recorder.pause()
    }
  }

  /** The file, once the last piece is there. The microphone is let go. */
  async stop(name: string): Promise<File> {
    const ended = new Promise((resolve) => this.recorder.addEventListener('stop', resolve, { once: true }))
    this.recorder.stop()
    await ended
    this.letGo()
    return fileOf(this.pieces, this.recorder.mimeType, name)
  }

  cancel(): void {
    if (this.recorder.state !== 'inactive') this.recorder.stop()
    this.letGo()
  }

  private letGo(): void {
    for (const track of this.stream.getTracks()) track.stop()
    void this.context.close().catch(() => undefined)
  }
}
