// Initials until a picture is known: first letters of the first and the last word; one sign for Chinese, Japanese and Korean.
const CJK = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u

export function initials(name: string): string {
  const clean = name.replace(/[^\p{L}\p{N}\s'-]/gu, ' ').trim()
  const cjk = CJK.exec(clean)
  if (cjk) return cjk[0]
  if (/^[\d\s-]*$/.test(clean)) return ''
  const words = clean.split(/\s+/)
  const letters = words.length > 1 ? [words[0], words.at(-1)] : [words[0]]
  return letters.map((word) => [...(word ?? '')][0]?.toLocaleUpperCase() ?? '').join('')
}
