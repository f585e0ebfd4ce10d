// Languages by their tags, named in the reader's language.
import { locale } from '../../../shared/words.ts'

export const LANGUAGES = [
  'en',
  'sv',
  'nb',
  'fi',
  'zh',
  'da',
  'de',
  'fr',
  'es',
  'it',
  'nl',
  'pl',
  'pt',
  'et',
  'lv',
  'lt',
  'uk',
  'ru',
  'ar',
  'so',
  'fa',
  'tr',
  'ja',
  'ko',
  'vi',
  'th',
  'is',
  'cs',
  'sk',
  'hu',
  'ro',
  'hr',
  'sq',
  'bg',
  'el',
  'he',
  'hi',
]

const names = new Map<string, Intl.DisplayNames>()

export function languageName(tag: string): string {
  let known = names.get(locale())
  if (!known) names.set(locale(), (known = new Intl.DisplayNames([locale()], { type: 'language' })))
  try {
    const name = known.of(tag) ?? tag
    return name.charAt(0).toLocaleUpperCase(locale()) + name.slice(1)
  } catch {
    return tag
  }
}
