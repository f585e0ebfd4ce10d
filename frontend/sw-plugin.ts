// The service worker, with the list of what it keeps: every file of the build and of `public`.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { resolve } from 'node:path'
import type { Plugin } from 'vite'

/** Emits `sw.js` from `source`; its version changes with any file of the build. */
export function serviceWorker(base: string, source: string, publicFolder: string): Plugin {
  return {
    name: 'lyhord-service-worker',
    apply: 'build',
    enforce: 'post',
    generateBundle(_, bundle) {
      const own = stripTypeScriptTypes(readFileSync(source, 'utf8'))
      const files = readdirSync(publicFolder)
      const digest = createHash('sha256').update(own)
      for (const name of files) digest.update(readFileSync(resolve(publicFolder, name)))
      for (const name of Object.keys(bundle).sort()) digest.update(name)
      const page = bundle['index.html']
      if (page?.type === 'asset') digest.update(page.source)
      const built = Object.keys(bundle).filter((name) => name !== 'index.html')
      const shell = [base, ...[...built, ...files].map((name) => base + name)]
      const version = digest.digest('hex').slice(0, 16)
      const head = `const VERSION = ${JSON.stringify(version)}\nconst SHELL = ${JSON.stringify(shell)}\n`
      this.emitFile({ type: 'asset', fileName: 'sw.js', source: head + own })
    },
  }
}
