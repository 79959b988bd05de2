import { ROLE_NAMES, ROLES } from '../../../roles/roles.ts'
import { words } from '../../../words/en.ts'
import { DORMANT_DAYS, LEAVING_SOON_DAYS, type OtherState, type UserFilter } from './user-filter.ts'

const OTHER_WORDS: Record<OtherState, string> = {
  'needs attention': words.userList.needsAttention,
  dormant: words.userList.dormant(DORMANT_DAYS),
  'no-second-step': words.userList.noSecondStep,
  'leaving-soon': words.userList.leavingSoon(LEAVING_SOON_DAYS),
}

/** What can be chosen, with its words. */
export const CHOICES = {
  statuses: [...Object.entries(words.users.status), ...Object.entries(OTHER_WORDS)],
  roles: ROLE_NAMES.map((role) => [role, ROLES[role].label]),
}

/** Such as “Active, Receptionist”. */
export function filterWords({ search, status, role, isPractitioner }: UserFilter): string {
  const choices = new Map(CHOICES.statuses as [string, string][])
  const said = [
    search && `“${search}”`,
    (status && choices.get(status)) ?? words.userList.notDeactivated,
    role && ROLES[role].label,
    isPractitioner !== undefined &&
      (isPractitioner ? words.userList.practitioners : words.userList.notPractitioners),
  ]
  return said.filter(Boolean).join(', ')
}
