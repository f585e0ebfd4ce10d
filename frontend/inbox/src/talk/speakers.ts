// The colour of who speaks in a group: the same person has the same one everywhere and for ever.

/** How many there are; `--speaker-n` of `Speaker.svelte`. */
export const COLOURS = 8

export function colourOf(value: string): number {
  let sum = 7
  for (const sign of value) sum = (sum * 31 + sign.codePointAt(0)!) % 65_521
  return sum % COLOURS
}
