import { svelte } from '@sveltejs/vite-plugin-svelte'
import { resolve } from 'node:path'
import { defineConfig } from 'vite'
import { words } from '../words-plugin.ts'

export default defineConfig({
  root: import.meta.dirname,
  base: '/sandbox/',
  publicDir: false,
  plugins: [
    svelte({ configFile: false, compilerOptions: { runes: true } }),
    words(['sandbox.', 'channel.sandbox', 'delivery.']),
  ],
  build: {
    outDir: resolve(import.meta.dirname, '../../src/lyhord/web/assets/sandbox'),
    emptyOutDir: true,
    target: ['chrome123', 'edge123', 'firefox120', 'safari17.5'],
    modulePreload: false,
    assetsInlineLimit: 0,
  },
})
