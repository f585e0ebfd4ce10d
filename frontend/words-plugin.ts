// Message catalogues for the browser: `virtual:words/<locale>` is one locale's texts, `virtual:words/<locale>/more` those that come
// later. Both are filled up from English, so that the runtime needs no fallback. The files are the ones that Python reads.
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Plugin } from 'vite'

const folder = resolve(import.meta.dirname, '../src/lyhord/kit/catalogues')
const mark = 'virtual:words/'

export function catalogue(locale: string): Record<string, string> {
  return JSON.parse(readFileSync(resolve(folder, `${locale}.json`), 'utf8')) as Record<string, string>
}

/** Texts whose key starts with one of `prefixes` and none of `without`; those of `later` come as `more`, but for what `soon` names. */
export function words(prefixes: string[], without: string[] = [], later: string[] = [], soon = /^$/): Plugin {
  const among = (key: string, list: string[]) => list.some((prefix) => key.startsWith(prefix))
  const wanted = (key: string) => among(key, prefixes) && !among(key, without)
  const isLater = (key: string) => among(key, later) && !soon.test(key)
  return {
    name: 'lyhord-words',
    resolveId: (id) => (id.startsWith(mark) ? `\0${id}` : null),
    load(id) {
      if (!id.startsWith(`\0${mark}`)) return null
      const [locale = 'en', part] = id.slice(mark.length + 1).split('/')
      const all = { ...catalogue('en'), ...catalogue(locale) }
      const texts = Object.entries(all).filter(([key]) => wanted(key) && isLater(key) === (part === 'more'))
      this.addWatchFile(resolve(folder, `${locale}.json`))
      return `export default JSON.parse(${JSON.stringify(JSON.stringify(Object.fromEntries(texts)))})`
    },
  }
}
