// Message catalogues for the browser: `virtual:words/<locale>` is one locale's texts, cut down to the keys a page may say
// and filled up from English, so that the runtime needs no fallback. The files are the ones Python reads.
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Plugin } from 'vite'

const folder = resolve(import.meta.dirname, '../src/lyhord/kit/catalogues')
const mark = 'virtual:words/'

export function catalogue(locale: string): Record<string, string> {
  return JSON.parse(readFileSync(resolve(folder, `${locale}.json`), 'utf8')) as Record<string, string>
}

/** Texts whose key starts with one of `prefixes`, and none that starts with one of `without`. */
export function words(prefixes: string[], without: string[] = []): Plugin {
  const wanted = (key: string) =>
    prefixes.some((prefix) => key.startsWith(prefix)) && !without.some((prefix) => key.startsWith(prefix))
  return {
    name: 'lyhord-words',
    resolveId: (id) => (id.startsWith(mark) ? `\0${id}` : null),
    load(id) {
      if (!id.startsWith(`\0${mark}`)) return null
      const locale = id.slice(mark.length + 1)
      const all = { ...catalogue('en'), ...catalogue(locale) }
      const texts = Object.fromEntries(Object.entries(all).filter(([key]) => wanted(key)))
      this.addWatchFile(resolve(folder, `${locale}.json`))
      return `export default JSON.parse(${JSON.stringify(JSON.stringify(texts))})`
    },
  }
}
