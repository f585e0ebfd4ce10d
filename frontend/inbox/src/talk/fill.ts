// Variables of canned replies: logic-less, each with a fall-back if wanted. The same rules, tried by the same cases, stand in
// `conversations/canned/model.py`.
import type { Contact } from '../../../shared/types.ts'
import type { Me } from '../../../shared/types-company.ts'
import { escaped } from './formatting.ts'

export const VARIABLES = [
  'contact.name',
  'contact.first_name',
  'contact.email',
  'contact.phone',
  'agent.name',
  'agent.first_name',
  'agent.email',
  'workspace.name',
  'inbox.name',
  'ticket.subject',
  'promise',
] as const
/** What a signature can name: nothing of who reads it. */
export const OWN_VARIABLES = VARIABLES.filter((name) => /^(agent|workspace|inbox)\./.test(name))
export type Values = Partial<Record<(typeof VARIABLES)[number], string>>

const VARIABLE = /\{\{([^{}|\n]*)(?:\|([^{}\n]*))?\}\}/g

/** The text with each variable replaced, once: what a value says is never read as a variable. */
export function fill(text: string, values: Readonly<Record<string, string | undefined>>): string {
  return text.replace(
    VARIABLE,
    (_, name: string, instead: string | undefined) => values[name.trim()] || (instead ?? '').trim(),
  )
}

/** What is wrong with the first variable that nobody knows, and the nearest that there is; null when all are known. */
export function unknownIn(text: string, known: readonly string[] = VARIABLES): { name: string; near: string } | null {
  for (const [, name = ''] of text.matchAll(VARIABLE)) {
    const asked = name.trim()
    if (!known.includes(asked)) return { name: asked, near: nearest(asked, known) }
  }
  return null
}

export function isOpen(text: string): boolean {
  return text.replace(VARIABLE, '').includes('{{')
}

function nearest(asked: string, known: readonly string[]): string {
  const pairs = (word: string) => new Set(Array.from(word, (_, at) => word.slice(at, at + 2)))
  const wanted = pairs(asked)
  const shared = (name: string) => {
    const has = pairs(name)
    return [...has].filter((pair) => wanted.has(pair)).length / Math.max(has.size, wanted.size)
  }
  return [...known].sort((one, other) => shared(other) - shared(one))[0]!
}

const firstName = (name: string) => name.split(' ')[0] ?? ''

/** The same in HTML, where what a value says is no markup. */
export function fillHtml(html: string, values: Values): string {
  const safe = Object.entries(values).map(([name, value]) => [name, value && escaped(value)])
  return fill(html, Object.fromEntries(safe))
}

/** What is known for a text, from what the screen shows already; `me` writes it. */
export function valuesOf(
  contact: Pick<Contact, 'name' | 'identities'> | null,
  me: Me | null,
  more: { inbox?: string; subject?: string | null } = {},
): Values {
  const name = contact?.name ?? ''
  const agent = me?.agent.shown_name || me?.agent.name || ''
  const first = (scheme: string) => contact?.identities.find((one) => one.scheme === scheme)?.value
  return {
    'contact.name': name,
    'contact.first_name': firstName(name),
    'contact.email': first('email'),
    'contact.phone': first('tel'),
    'agent.name': agent,
    'agent.first_name': firstName(agent),
    'agent.email': me?.agent.email,
    'workspace.name': me?.workspace.name,
    'inbox.name': more.inbox,
    'ticket.subject': more.subject ?? '',
  }
}

/** Which text to take: in the first language that there is, region aside where need be; else the first. */
export function bestText(
  texts: readonly { language: string }[],
  languages: readonly (string | null | undefined)[],
): number {
  const base = (language: string) => language.toLowerCase().split('-')[0]
  for (const wanted of languages) {
    if (!wanted) continue
    for (const same of [
      (one: string) => one.toLowerCase() === wanted.toLowerCase(),
      (one: string) => base(one) === base(wanted),
    ]) {
      const at = texts.findIndex((text) => same(text.language))
      if (at >= 0) return at
    }
  }
  return 0
}
