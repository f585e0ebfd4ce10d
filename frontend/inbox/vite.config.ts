import { svelte } from '@sveltejs/vite-plugin-svelte'
import { resolve } from 'node:path'
import { defineConfig } from 'vite'
import { icons } from '../icons-plugin.ts'
import { plainImports } from '../imports-plugin.ts'
import { serviceWorker } from '../sw-plugin.ts'
import { words } from '../words-plugin.ts'

const elsewhere = ['chat.', 'mail.', 'sandbox.', 'import.', 'command.', 'try.', 'push.']
const later = [
  'agents.',
  'audit.',
  'canned.',
  'variable.',
  'bell.',
  'channel.',
  'contacts.',
  'demo.',
  'away.',
  'bulk.',
  'empty.',
  'factor.',
  'field.',
  'filter.',
  'health.',
  'help.',
  'home.',
  'hours.',
  'inbox.',
  'inboxes.',
  'kept.',
  'later.',
  'keys.',
  'link.',
  'macro.',
  'new.',
  'organizations.',
  'duplicates.',
  'attributes.',
  'numbers.',
  'notification.',
  'notify.',
  'palette.',
  'password.',
  'person.',
  'photo.',
  'plan.',
  'power.',
  'problem.',
  'protect.',
  'ready.',
  'role.',
  'roles.',
  'search.',
  'sessions.',
  'settings.',
  'sign_in.',
  'start.',
  'tag.',
  'teams.',
  'theme.',
  'tokens.',
  'verification.',
  'view.',
  'wallboard.',
]
/** Of these, what rows and messages name as it is stored, and what is said when nothing more can be fetched. */
const soon = /^(channel\.\w+\.name|problem\.(mail\.\w+|offline|reference|refused|unexpected))$/
const here = import.meta.dirname
const lazy =
  /inbox\/src\/(pages\/|keymap|bell\/(Notices|ring|list|push)|phone\/|outbox\/Refused|kept\.svelte|shell\/(Bar|install|OfflineStart|seen|remembered)|parts\/(Palette|palette|Help|Dialog|Field|TimeForm|PasswordField|passkeys|confirming|roles|qr|Switch|locales|languages)|talk\/(bulk|BulkBar|canned|conditions|ConditionValue|emoji|EmojiGrid|EmptyList|later|macros|MacroPicker|MailFields|NewConversation|Person|ScheduledItem|SendLater|Suggestions|PendingItem|TagEditor|Uploads|ViewBuilder|WhatLeaves|when))/

export default defineConfig({
  root: here,
  base: '/app/',
  plugins: [
    svelte({ configFile: false }),
    icons(),
    plainImports(),
    words([''], elsewhere, later, soon),
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
