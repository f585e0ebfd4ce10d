import { readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { resolve } from 'node:path'
import { defineConfig, type Plugin } from 'vite'
import { catalogue, words } from '../words-plugin.ts'

const here = import.meta.dirname
// The button's name, where it isn't the English one.
const names = Object.fromEntries(
  ['sv', 'nb', 'fi', 'zh-CN']
    .map((locale) => [locale.slice(0, 2), catalogue(locale)['chat.button']])
    .filter(([, name]) => name !== 'Chat'),
)
const style = readFileSync(resolve(here, 'launcher.css'), 'utf8')
  .replaceAll(/\s+/g, ' ')
  .replaceAll(/ ?([{}:;,]) ?/g, '$1')
  .replaceAll(';}', '}')

// What the page for trying says, under the codes that browsers name.
const trying = Object.fromEntries(
  ['en', 'sv', 'nb', 'no', 'fi', 'zh'].map((code) => {
    const texts = catalogue({ no: 'nb', zh: 'zh-CN' }[code] ?? code)
    return [code, { title: texts['try.title'], how: texts['try.how'], missing: texts['try.missing'] }]
  }),
)

// What the window says in which a visitor lets the browser tell of answers, likewise.
const allowing = Object.fromEntries(
  ['en', 'sv', 'nb', 'no', 'fi', 'zh'].map((code) => {
    const texts = Object.entries(catalogue({ no: 'nb', zh: 'zh-CN' }[code] ?? code))
    const own = texts.filter(([key]) => key.startsWith('allow.'))
    return [code, Object.fromEntries(own.map(([key, text]) => [key.slice('allow.'.length), text]))]
  }),
)

/** Our own pages, as they are, their style after the tokens, and the service worker of pushes. */
function ownPages(): Plugin {
  const read = (name: string) => readFileSync(resolve(here, name), 'utf8')
  return {
    name: 'lyhord-own-pages',
    generateBundle() {
      for (const name of ['try.html', 'push.html']) this.emitFile({ type: 'asset', fileName: name, source: read(name) })
      const worker = stripTypeScriptTypes(read('worker/push-worker.ts'))
      this.emitFile({ type: 'asset', fileName: 'push-worker.js', source: worker })
      this.emitFile({ type: 'asset', fileName: 'try.css', source: read('../shared/tokens.css') + read('try.css') })
    },
  }
}

export default defineConfig({
  root: here,
  base: './',
  publicDir: false,
  plugins: [words(['chat.', 'voice.', 'telling.'], [], ['voice.', 'telling.']), ownPages()],
  define: {
    __NAMES__: JSON.stringify(names),
    __STYLE__: JSON.stringify(style.trim()),
    __ALLOW__: JSON.stringify(allowing),
    __TRY__: JSON.stringify(trying),
  },
  build: {
    outDir: resolve(here, '../../src/lyhord/web/assets/chat'),
    emptyOutDir: true,
    target: ['chrome123', 'edge123', 'firefox120', 'safari17.5'],
    modulePreload: false,
    // A library, since only then Vite leaves import() alone; hence minify has to be asked for.
    lib: {
      entry: {
        chat: resolve(here, 'chat.ts'),
        panel: resolve(here, 'panel/main.ts'),
        push: resolve(here, 'push.ts'),
        try: resolve(here, 'try.ts'),
      },
      formats: ['es'],
    },
    // What voice notes share with the panel stays in it: one request opens the chat.
    rollupOptions: {
      preserveEntrySignatures: 'allow-extension',
      output: { entryFileNames: '[name].js', chunkFileNames: '[name].js', minify: true },
    },
  },
})
