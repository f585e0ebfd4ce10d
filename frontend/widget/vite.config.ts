import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { defineConfig } from 'vite'
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

export default defineConfig({
  root: here,
  base: './',
  publicDir: false,
  plugins: [words(['chat.'])],
  define: { __NAMES__: JSON.stringify(names), __STYLE__: JSON.stringify(style.trim()) },
  build: {
    outDir: resolve(here, '../../src/lyhord/web/assets/chat'),
    emptyOutDir: true,
    target: ['chrome123', 'edge123', 'firefox120', 'safari17.5'],
    modulePreload: false,
    // A library, since only then Vite leaves import() alone; hence minify has to be asked for.
    lib: { entry: { chat: resolve(here, 'chat.ts'), panel: resolve(here, 'panel/main.ts') }, formats: ['es'] },
    rollupOptions: { output: { entryFileNames: '[name].js', chunkFileNames: '[name].js', minify: true } },
  },
})
