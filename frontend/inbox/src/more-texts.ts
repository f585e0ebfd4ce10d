// Texts of settings, first run and other pages that most hours of work don't need.
import type { Locale } from '../../shared/words.ts'

const loaders: Record<Locale, () => Promise<{ default: Record<string, string> }>> = {
  en: () => import('virtual:words/en/more'),
  sv: () => import('virtual:words/sv/more'),
  nb: () => import('virtual:words/nb/more'),
  fi: () => import('virtual:words/fi/more'),
  'zh-CN': () => import('virtual:words/zh-CN/more'),
}

export async function moreTexts(locale: Locale): Promise<Record<string, string>> {
  return (await loaders[locale]()).default
}
