// Parts that come later, without the helper that would fetch what they need first: there is one style sheet, and nothing to preload.
import type { Plugin } from 'vite'

/** `import()` alone, without Vite's code around it. */
export function plainImports(): Plugin {
  return {
    name: 'lyhord-plain-imports',
    apply: 'build',
    enforce: 'pre',
    load: (id) => (id === '\0vite/preload-helper.js' ? 'export const __vitePreload = (load) => load()' : null),
  }
}
