import { svelte } from '@sveltejs/vite-plugin-svelte'
import { resolve } from 'node:path'
import { defineConfig } from 'vite'
import { words } from '../words-plugin.ts'

export default defineConfig({
  root: import.meta.dirname,
  base: '/app/',
  plugins: [svelte({ configFile: false }), words([''], ['chat.', 'mail.'])],
  build: {
    outDir: resolve(import.meta.dirname, '../../src/lyhord/web/assets/app'),
    emptyOutDir: true,
    target: ['chrome123', 'edge123', 'firefox120', 'safari17.5'],
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
  },
  server: { proxy: { '/api': process.env.LYHORD_SERVER ?? 'http://127.0.0.1:8000' } },
})
