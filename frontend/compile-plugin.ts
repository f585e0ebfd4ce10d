// Lets the browser compile whole scripts while they come in, on another thread.
//
// Otherwise V8 reads a function when it is first called, on the main thread: the first conversation that somebody opens was half that. What
// is in a chunk is what is wanted when it is fetched, so there is little that is compiled for nothing. Other engines see a comment.
// https://developer.chrome.com/docs/web-platform/explicit-compile-hints
import type { Plugin } from 'vite'

export function compiledAhead(): Plugin {
  return {
    name: 'lyhord-compiled-ahead',
    apply: 'build',
    generateBundle(_options, bundle) {
      for (const chunk of Object.values(bundle)) {
        if (chunk.type === 'chunk') chunk.code = `//# allFunctionsCalledOnLoad\n${chunk.code}`
      }
    },
  }
}
