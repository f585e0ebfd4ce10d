import type { Role } from '../../../shared/types-company.ts'
import { t } from '../../../shared/words.ts'

/** What people call a role: those built in have a name in every language. */
export const roleName = (role: Role): string => (role.builtin ? t(`role.${role.id}`) : role.name)
