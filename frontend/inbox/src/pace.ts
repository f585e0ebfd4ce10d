// How many rows or messages a frame may draw, on this machine at this moment.

/** Milliseconds of a frame: under the first more may be drawn, over the second less. */
const SHORT = 10
const LONG = 22
/** Rows of a frame, however fast the machine. */
export const MOST_ROWS = 4

/** Learns from how long frames took: one row more after a short one, half as many after a long one. */
export class Pace {
  most = 2

  took(milliseconds: number): void {
    if (milliseconds > LONG) this.most = Math.max(1, this.most >> 1)
    else if (milliseconds < SHORT && this.most < MOST_ROWS) this.most++
  }
}
