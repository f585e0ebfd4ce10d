// Icons as text, cut down to what is drawn.
import { readFileSync } from 'node:fs'
import type { Plugin } from 'vite'

/** Those that point along the line: where lines run to the left, they are turned round. */
const ALONG = /\/(arrow-left|panel-right|reply|send)\.svg/

/** Icons without the attributes and white space that only their authors need; the licence stays. */
export function icons(): Plugin {
  return {
    name: 'lyhord-icons',
    enforce: 'pre',
    load(id) {
      if (!id.endsWith('.svg?raw')) return null
      const svg = readFileSync(id.slice(0, -4), 'utf8')
        .replace(/\s*(?:class|width|height|xmlns)="[^"]*"(?=[^<]*viewBox)/g, '')
        .replace(/\s+/g, ' ')
        .replace(/> </g, '><')
        .replace(/ ?\/?>/g, (end) => end.trim())
        .replace('<svg', ALONG.test(id) ? '<svg class="along"' : '<svg')
      return `export default ${JSON.stringify(svg.trim())}`
    },
  }
}
