// A QR code (ISO/IEC 18004) of a short text, drawn here: byte mode, error correction M, versions 1 to 20.

/** Words of error correction in each block, and how many blocks, for versions 1 to 20 at level M. */
const CORRECTION = [10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26]
const BLOCKS = [1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16]
const LEVEL_M = 0

/** Rows of dark (true) and light modules; null for a text that is too long for version 20. */
export function qrModules(text: string): boolean[][] | null {
  const bytes = new TextEncoder().encode(text)
  const version = BLOCKS.findIndex((_, at) => bytes.length + (at < 9 ? 2 : 3) <= dataWords(at + 1)) + 1
  if (!version) return null
  const code = new Code(version)
  code.fill(interleave(pack(bytes, version), version))
  return code.masked()
}

/** An SVG path of the dark modules, a unit each, with the quiet margin of four units around them. */
export function qrPath(modules: boolean[][]): string {
  return modules.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x + 4} ${y + 4}h1v1h-1z` : ''))).join('')
}

/** Where the centres of the small squares lie. */
function alignment(version: number): number[] {
  if (version === 1) return []
  const count = Math.floor(version / 7) + 2
  const last = version * 4 + 10
  const step = Math.ceil((last - 6) / (count - 1) / 2) * 2
  return [6, ...Array.from({ length: count - 1 }, (_, at) => last - (count - 2 - at) * step)]
}

function allWords(version: number): number {
  const squares = alignment(version).length
  const fixed = squares ? (squares * squares - 3) * 25 - (squares - 2) * 10 : 0
  const side = version * 4 + 17
  return Math.floor((side * side - 3 * 64 - 31 - 2 * (side - 16) - fixed - (version >= 7 ? 36 : 0)) / 8)
}

function dataWords(version: number): number {
  return allWords(version) - CORRECTION[version - 1]! * BLOCKS[version - 1]!
}

/** Mode, length, the bytes, and filling. */
function pack(bytes: Uint8Array, version: number): number[] {
  const bits: number[] = []
  const put = (value: number, length: number) => {
    for (let at = length - 1; at >= 0; at--) bits.push((value >> at) & 1)
  }
  put(4, 4)
  put(bytes.length, version < 10 ? 8 : 16)
  for (const byte of bytes) put(byte, 8)
  const room = dataWords(version) * 8
  put(0, Math.min(4, room - bits.length))
  put(0, (8 - (bits.length % 8)) % 8)
  for (let filler = 0xec; bits.length < room; filler ^= 0xec ^ 0x11) put(filler, 8)
  return Array.from({ length: room / 8 }, (_, at) => parseInt(bits.slice(at * 8, at * 8 + 8).join(''), 2))
}

/** Multiplication in the field of 256 elements. */
function times(one: number, other: number): number {
  let product = 0
  for (let at = 7; at >= 0; at--) product = (product << 1) ^ ((product >> 7) * 0x11d) ^ (((other >> at) & 1) * one)
  return product
}

function correct(data: number[], count: number): number[] {
  let divisor = [...Array<number>(count - 1).fill(0), 1]
  for (let at = 0, root = 1; at < count; at++, root = times(root, 2))
    divisor = divisor.map((word, place) => times(word, root) ^ (divisor[place + 1] ?? 0))
  const rest = Array<number>(count).fill(0)
  for (const word of data) {
    const factor = word ^ rest.shift()!
    rest.push(0)
    divisor.forEach((one, place) => (rest[place]! ^= times(one, factor)))
  }
  return rest
}

/** Data split into blocks, each with its correction, and dealt out in turns. */
function interleave(data: number[], version: number): number[] {
  const blocks = BLOCKS[version - 1]!
  const correction = CORRECTION[version - 1]!
  const short = Math.floor(data.length / blocks)
  const longer = data.length % blocks
  const parts: number[][] = []
  for (let at = 0, from = 0; at < blocks; at++) {
    const length = short + (at < blocks - longer ? 0 : 1)
    parts.push(data.slice(from, from + length))
    from += length
  }
  const checks = parts.map((part) => correct(part, correction))
  const deal = (some: number[][], length: number) =>
    Array.from({ length }, (_, at) => some.flatMap((part) => (at < part.length ? [part[at]!] : []))).flat()
  return [...deal(parts, short + 1), ...deal(checks, correction)]
}

const MASKS: ((x: number, y: number) => boolean)[] = [
  (x, y) => (x + y) % 2 === 0,
  (_, y) => y % 2 === 0,
  (x) => x % 3 === 0,
  (x, y) => (x + y) % 3 === 0,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2 === 0,
  (x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
]

class Code {
  private readonly side: number
  private readonly dark: boolean[][]
  private readonly fixed: boolean[][]

  private readonly version: number

  constructor(version: number) {
    this.version = version
    this.side = version * 4 + 17
    const grid = () => Array.from({ length: this.side }, () => Array<boolean>(this.side).fill(false))
    this.dark = grid()
    this.fixed = grid()
    this.drawFixed()
  }

  private set(x: number, y: number, dark: boolean): void {
    this.dark[y]![x] = dark
    this.fixed[y]![x] = true
  }

  private drawFixed(): void {
    const far = this.side - 7
    for (let at = 0; at < this.side; at++) {
      this.set(6, at, at % 2 === 0)
      this.set(at, 6, at % 2 === 0)
    }
    for (const [x, y] of [
      [3, 3],
      [far + 3, 3],
      [3, far + 3],
    ] as const)
      this.square(x, y, 4, (ring) => ring !== 2 && ring !== 4)
    const centres = alignment(this.version)
    const last = centres.length - 1
    centres.forEach((x, column) =>
      centres.forEach((y, row) => {
        const corner = (!column && !row) || (!column && row === last) || (column === last && !row)
        if (!corner) this.square(x, y, 2, (ring) => ring !== 1)
      }),
    )
    this.drawFormat(0)
    if (this.version >= 7) this.drawVersion()
  }

  /** Rings around a centre, as far as they lie within. */
  private square(x: number, y: number, radius: number, dark: (ring: number) => boolean): void {
    for (let down = -radius; down <= radius; down++)
      for (let right = -radius; right <= radius; right++) {
        const [column, row] = [x + right, y + down]
        if (column >= 0 && row >= 0 && column < this.side && row < this.side)
          this.set(column, row, dark(Math.max(Math.abs(right), Math.abs(down))))
      }
  }

  private drawFormat(mask: number): void {
    const data = (LEVEL_M << 3) | mask
    let rest = data
    for (let at = 0; at < 10; at++) rest = (rest << 1) ^ ((rest >> 9) * 0x537)
    const bits = ((data << 10) | rest) ^ 0x5412
    const bit = (at: number) => ((bits >> at) & 1) === 1
    for (let at = 0; at < 15; at++) {
      const near = at < 6 ? at : at < 8 ? at + 1 : -1
      if (near >= 0) this.set(8, near, bit(at))
      else this.set(at === 8 ? 7 : 14 - at, 8, bit(at))
      if (at < 8) this.set(this.side - 1 - at, 8, bit(at))
      else this.set(8, this.side - 15 + at, bit(at))
    }
    this.set(8, this.side - 8, true)
  }

  private drawVersion(): void {
    let rest = this.version
    for (let at = 0; at < 12; at++) rest = (rest << 1) ^ ((rest >> 11) * 0x1f25)
    const bits = (this.version << 12) | rest
    for (let at = 0; at < 18; at++) {
      const [near, far] = [Math.floor(at / 3), this.side - 11 + (at % 3)]
      const dark = ((bits >> at) & 1) === 1
      this.set(far, near, dark)
      this.set(near, far, dark)
    }
  }

  /** Lay the words along the columns, up and down in turns, two at a time. */
  fill(words: number[]): void {
    let at = 0
    for (let right = this.side - 1; right >= 1; right -= 2) {
      if (right === 6) right = 5
      const upward = ((right + 1) & 2) === 0
      for (let step = 0; step < this.side; step++)
        for (const x of [right, right - 1]) {
          const y = upward ? this.side - 1 - step : step
          if (this.fixed[y]![x]) continue
          this.dark[y]![x] = (((words[at >> 3] ?? 0) >> (7 - (at & 7))) & 1) === 1
          at++
        }
    }
  }

  /** With the mask that leaves the fewest patterns that would mislead a reader. */
  masked(): boolean[][] {
    let best: boolean[][] = []
    let least = Infinity
    for (let mask = 0; mask < MASKS.length; mask++) {
      this.drawFormat(mask)
      const grid = this.dark.map((row, y) => row.map((dark, x) => dark !== (!this.fixed[y]![x] && MASKS[mask]!(x, y))))
      const found = penalty(grid)
      if (found < least) [best, least] = [grid, found]
    }
    return best
  }
}

function penalty(grid: boolean[][]): number {
  const lines = [...grid, ...grid.map((_, x) => grid.map((row) => row[x]!))].map((line) =>
    line.map((dark) => (dark ? '1' : '0')).join(''),
  )
  let found = 0
  for (const line of lines) {
    for (const run of line.match(/0{5,}|1{5,}/g) ?? []) found += run.length - 2
    found += 40 * [...line.matchAll(/(?=10111010000|00001011101)/g)].length
  }
  let dark = 0
  grid.forEach((row, y) =>
    row.forEach((one, x) => {
      if (one) dark++
      if (x && y && one === row[x - 1] && one === grid[y - 1]![x] && one === grid[y - 1]![x - 1]) found += 3
    }),
  )
  const share = (dark * 100) / (grid.length * grid.length)
  return found + 10 * Math.floor(Math.abs(share - 50) / 5)
}
