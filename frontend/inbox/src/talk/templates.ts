// Templates with their places filled. The same rules stand in `conversations/templates/model.py` and `conversations/plan.py`.
import type { Template } from '../../../shared/types-company.ts'

const PLACE = /\{\{\s*([^{}]+?)\s*\}\}/g
export type Filled = Readonly<Record<string, string>>

function put(text: string, values: Filled, before = ''): string {
  return text.replace(PLACE, (place, name: string) => values[before + name] || values[name] || place)
}

/** How it reads: header, text and footer with values in their places. */
export function readAs(template: Template, values: Filled): string {
  const header = template.header_kind === 'text' ? put(template.header, values, 'header ') : ''
  return [header, put(template.text, values), template.footer].filter((part) => part.trim()).join('\n\n')
}

/** A value on one line. */
export const cleaned = (value: string): string => value.replace(/[ \t\r\n]+/g, ' ').trim()

/** The names of all values that it needs, a file on top aside. */
export function placesOf({ header_kind, values, links }: Template): string[] {
  const linked = Object.entries(links ?? {})
    .filter(([, link]) => link.includes('{{'))
    .map(([number]) => `button ${number}`)
  return [...(header_kind === 'location' ? ['header'] : []), ...values, ...linked.sort()]
}

/** Which kind of file stands on top, or none. */
export function fileOf({ header_kind }: Template): 'image' | 'video' | 'document' | null {
  return header_kind === 'image' || header_kind === 'video' || header_kind === 'document' ? header_kind : null
}

/** What a value that is called so is likely to be: a variable. */
export function guess(name: string): string {
  if (/first.?name/i.test(name)) return '{{contact.first_name}}'
  if (/^(customer.?|contact.?|your.?)?name$/i.test(name)) return '{{contact.first_name}}'
  return ''
}

/** Those that can leave and have all these words, in the customer's language first. */
export function findTemplates(
  list: readonly Template[],
  words: string,
  languages: readonly (string | null | undefined)[],
): Template[] {
  const wanted = words.toLocaleLowerCase().split(/\s+/).filter(Boolean)
  const found = list.filter((one) => {
    const text = `${one.name} ${one.name.replaceAll('_', ' ')} ${one.header} ${one.text} ${one.language}`
    return one.state === 'approved' && wanted.every((word) => text.toLocaleLowerCase().includes(word))
  })
  const wants = languages.filter((one) => one).map((one) => base(one!))
  const rank = ({ language }: Template) => {
    const at = wants.indexOf(base(language))
    return at < 0 ? wants.length : at
  }
  return found.sort((one, other) => rank(one) - rank(other))
}
const base = (language: string) => language.toLowerCase().split(/[-_]/)[0]!
