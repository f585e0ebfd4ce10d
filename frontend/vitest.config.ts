import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vitest/config'
import { words } from './words-plugin.ts'

export default defineConfig({
  plugins: [svelte({ configFile: false }), words([''])],
  resolve: { conditions: ['browser'] },
  test: { include: ['**/*.test.ts'], exclude: ['node_modules/**'] },
})
