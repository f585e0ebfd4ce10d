// What stands on each page of the settings, to be found by its words. Keys of messages.
import { t } from '../../../../shared/words.ts'
import type { SettingsPage } from '../../router.ts'

const WORDS: Record<SettingsPage, string[]> = {
  profile: [
    'person.name',
    'settings.shown_name',
    'settings.language',
    'settings.home',
    'settings.theme',
    'settings.text_size',
    'look.compact',
    'settings.reads',
    'settings.time_zone',
    'signature.title',
    'away.title',
    'photo.choose',
  ],
  security: ['factor.title', 'factor.passkey', 'factor.app', 'settings.password', 'sign_in.email', 'sessions.title'],
  notifications: ['notify.push', 'notify.mail', 'notify.hours', 'notify.devices'],
  keys: ['keys.how'],
  canned: ['canned.add', 'canned.shortcut'],
  macros: ['macro.add'],
  rules: ['rule.add', 'rule.webhook', 'rule.notify'],
  workspace: [
    'settings.workspace_name',
    'settings.workspace_language',
    'settings.time_zone',
    'settings.reopen',
    'settings.undo',
    'settings.hour_cost',
    'settings.read_marks_out',
    'settings.read_marks_in',
    'settings.typing_out',
    'settings.typing_in',
    'settings.restricted_reach',
    'settings.owner_answers',
    'settings.two_factor',
    'demo.title',
  ],
  hours: ['hours.title', 'hours.holidays', 'schedule.countries'],
  surveys: ['survey.add', 'survey.cap', 'survey.quiet', 'survey.follow'],
  complaints: ['complaint.ladder', 'complaint.promise', 'complaint.limit', 'complaint.recurs'],
  levels: ['settings.promise', 'settings.told', 'settings.acknowledgement', 'level.promised', 'level.warns'],
  agents: ['agents.invite', 'agents.role', 'agents.unlock'],
  roles: ['roles.add', 'roles.powers'],
  teams: [],
  routing: ['routing.add', 'routing.capacity', 'routing.skills', 'routing.weight', 'routing.overflow'],
  whatif: ['whatif.replay', 'whatif.there'],
  inboxes: ['signature.title', 'templates.title'],
  attributes: ['attributes.add', 'attributes.kind'],
  kinds: ['kinds.add', 'kinds.stages', 'kinds.attributes'],
  reasons: ['reasons.add', 'reasons.examples', 'reasons.model', 'reasons.merge', 'theme.title'],
  entities: ['entities.products', 'entities.places', 'entities.patterns', 'entities.hides', 'entities.try'],
  language_model: ['language_model.summaries', 'language_model.cases', 'language_model.themes', 'language_model.most'],
  translator: ['translator.address', 'translator.key', 'translator.words', 'translator.hides'],
  tokens: ['tokens.make'],
  keeping: [
    'keeping.messages',
    'keeping.files',
    'keeping.payloads',
    'keeping.closed',
    'keeping.inboxes',
    'ending.title',
  ],
  audit: [],
  health: [],
}

/** The first thing on a page that has these words, "" where its own name has them; null for none. */
export function findSetting(page: SettingsPage, words: string): string | null {
  const wanted = words.trim().toLocaleLowerCase()
  const has = (key: string) => t(key).toLocaleLowerCase().includes(wanted)
  if (has(`settings.${page}`)) return ''
  const found = WORDS[page].find(has)
  return found ? t(found) : null
}
