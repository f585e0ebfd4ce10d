// What the pages say. A text is a key; `{name}` is a slot; a key said with `n` picks its plural form.
export const locales = ['en', 'sv', 'nb', 'fi', 'zh-CN'] as const
export type Locale = (typeof locales)[number]
export type Slots = Record<string, string | number>

let texts: Record<string, string> = {}
let rules = new Intl.PluralRules('en')
let current: Locale = 'en'

const loaders: Record<Locale, () => Promise<{ default: Record<string, string> }>> = {
  en: () => import('virtual:words/en'),
  sv: () => import('virtual:words/sv'),
  nb: () => import('virtual:words/nb'),
  fi: () => import('virtual:words/fi'),
  'zh-CN': () => import('virtual:words/zh-CN'),
}

/** The nearest of our languages to what somebody asked for, English when there is none. */
export function nearestLocale(wanted: readonly string[]): Locale {
  for (const one of wanted) {
    const base = one.toLowerCase().split('-')[0]
    const alias = base === 'no' || base === 'nn' ? 'nb' : base === 'zh' ? 'zh-CN' : base
    const found = locales.find((locale) => locale === alias)
    if (found) return found
  }
  return 'en'
}

export async function useLocale(locale: Locale): Promise<void> {
  useTexts(locale, (await loaders[locale]()).default)
}

/** The texts that come later, for pages that are loaded later. */
export function addTexts(catalogue: Record<string, string>): void {
  texts = { ...texts, ...catalogue }
}

/** For a page that has its texts already. */
export function useTexts(locale: Locale, catalogue: Record<string, string>): void {
  texts = catalogue
  rules = new Intl.PluralRules(locale)
  current = locale
}

export function locale(): Locale {
  return current
}

export function has(key: string): boolean {
  return key in texts
}

/** A reason as it is stored: a key, a key with the other side's words behind it, or those words alone. */
export function reason(stored: string): string {
  const [, key, words] = /^([a-z_]+(?:\.[a-z_]+)+)(?:: (.*))?$/s.exec(stored) ?? []
  if (!key || !has(key)) return stored
  return words ? `${t(key)}: ${words}` : t(key)
}

/** The text of a key in the language in use. An unknown key comes back as it is, so that it is seen and mended. */
export function t(key: string, slots?: Slots): string {
  const form = slots && 'n' in slots ? `${key}_${rules.select(Number(slots.n))}` : key
  const text = texts[form] ?? texts[`${key}_other`] ?? texts[key] ?? key
  return slots ? text.replace(/\{(\w+)\}/g, (_, name: string) => String(slots[name] ?? '')) : text
}
