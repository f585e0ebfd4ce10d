// Each language in its own words.
import type { Locale } from '../../../shared/words.ts'

export const LOCALE_NAMES: Record<Locale, string> = {
  en: 'English',
  sv: 'Svenska',
  nb: 'Norsk bokmål',
  fi: 'Suomi',
  'zh-CN': '简体中文',
}
