// The texts of what is fetched later.
import { locale, type Locale } from '../../shared/words.ts'

const loaders: Record<Locale, () => Promise<{ default: Record<string, string> }>> = {
  en: () => import('virtual:words/en/more'),
  sv: () => import('virtual:words/sv/more'),
  nb: () => import('virtual:words/nb/more'),
  fi: () => import('virtual:words/fi/more'),
  'zh-CN': () => import('virtual:words/zh-CN/more'),
}

/** In the language in use; to be added before the first of them is said. Fails without a network. */
export async function laterTexts(): Promise<Record<string, string>> {
  return (await loaders[locale()]()).default
}
