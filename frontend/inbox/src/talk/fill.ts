// Variables of canned replies: logic-less, each with a fall-back if wanted. The same rules, tried by the same cases, stand in
// `conversations/canned/model.py`.
import type { Contact } from '../../../shared/types.ts'

export const VARIABLES = [
  'contact.name',
  'contact.first_name',
  'contact.email',
  'contact.phone',
  'agent.name',
  'agent.first_name',
  'workspace.name',
  'inbox.name',
  'ticket.subject',
] as const
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
export function unknownIn(text: string): { name: string; near: string } | null {
  for (const [, name = ''] of text.matchAll(VARIABLE)) {
    const asked = name.trim()
    if (!VARIABLES.some((one) => one === asked)) return { name: asked, near: nearest(asked) }
  }
  return null
}

export function isOpen(text: string): boolean {
  return text.replace(VARIABLE, '').includes('{{')
}

function nearest(asked: string): string {
  const pairs = (word: string) => new Set(Array.from(word, (_, at) => word.slice(at, at + 2)))
  const wanted = pairs(asked)
  const shared = (name: string) => {
    const has = pairs(name)
    return [...has].filter((pair) => wanted.has(pair)).length / Math.max(has.size, wanted.size)
  }
  return [...VARIABLES].sort((one, other) => shared(other) - shared(one))[0]!
}

const firstName = (name: string) => name.split(' ')[0] ?? ''

/** What is known for a text, from what the screen shows already. */
export function valuesOf(
  contact: Pick<Contact, 'name' | 'identities'> | null,
  agent: string,
  workspace: string,
  more: { inbox?: string; subject?: string | null } = {},
): Values {
  const name = contact?.name ?? ''
  const first = (scheme: string) => contact?.identities.find((one) => one.scheme === scheme)?.value
  return {
    'contact.name': name,
    'contact.first_name': firstName(name),
    'contact.email': first('email'),
    'contact.phone': first('tel'),
    'agent.name': agent,
    'agent.first_name': firstName(agent),
    'workspace.name': workspace,
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
