/** Words as people write them in one line, with commas between. */
export function asWords(line: string): string[] {
  return line
    .split(/[,،、，]/u)
    .map((one) => one.trim())
    .filter(Boolean)
}
