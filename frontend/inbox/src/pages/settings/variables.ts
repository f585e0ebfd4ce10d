// What is wrong with the variables of a text, in words; nothing when all is well.
import { t } from '../../../../shared/words.ts'
import { isOpen, unknownIn } from '../../talk/fill.ts'

export function wrongIn(text: string, known?: readonly string[]): string {
  const unknown = unknownIn(text, known)
  if (unknown) return t('canned.unknown', { name: `{{${unknown.name}}}`, near: `{{${unknown.near}}}` })
  return isOpen(text) ? t('problem.open_variable') : ''
}
