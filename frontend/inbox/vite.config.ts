import { svelte } from '@sveltejs/vite-plugin-svelte'
import { resolve } from 'node:path'
import { defineConfig } from 'vite'
import { icons } from '../icons-plugin.ts'
import { serviceWorker } from '../sw-plugin.ts'
import { words } from '../words-plugin.ts'

const elsewhere = ['chat.', 'mail.', 'sandbox.', 'import.', 'command.', 'try.', 'push.']
const later = [
  'agents.',
  'audit.',
  'bell.',
  'channel.',
  'contacts.',
  'demo.',
  'field.',
  'health.',
  'help.',
  'inbox.',
  'inboxes.',
  'link.',
  'new.',
  'notification.',
  'notify.',
  'palette.',
  'password.',
  'person.',
  'power.',
  'ready.',
  'role.',
  'search.',
  'settings.',
  'sign_in.',
  'start.',
  'teams.',
  'theme.',
  'tokens.',
  'verification.',
]
const here = import.meta.dirname
const lazy =
  /inbox\/src\/(pages\/|bell\/(Notices|ring|list|push)|phone\/|shell\/(install|OfflineStart)|parts\/(Palette|palette|Help|Dialog|PasswordField|Switch|locales|languages)|talk\/(emoji|EmojiGrid|MailFields|NewConversation|Person|Suggestions|Uploads))/

export default defineConfig({
  root: here,
  base: '/app/',
  plugins: [
    svelte({ configFile: false }),
    icons(),
    words([''], elsewhere, later),
    serviceWorker('/app/', resolve(here, 'worker/sw.ts'), resolve(here, 'public')),
  ],
  build: {
    outDir: resolve(here, '../../src/lyhord/web/assets/app'),
    emptyOutDir: true,
    target: ['chrome123', 'edge123', 'firefox120', 'safari17.5'],
    modulePreload: false,
    cssCodeSplit: false,
    assetsInlineLimit: 0,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [{ name: 'first', test: (id: string) => !id.includes('virtual:words') && !lazy.test(id) }],
        },
      },
    },
  },
  server: { proxy: { '/api': process.env.LYHORD_SERVER ?? 'http://127.0.0.1:8000' } },
})
