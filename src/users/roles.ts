import { type Grant, PERMISSION_TABLE, type Permission, ROLE_NAMES, type Role } from './permissions.ts'

export { type Permission, ROLE_NAMES, type Role }

export interface RoleDescription {
  label: string
  /** What the role is for, on one line. */
  explanation: string
  /** What a person who just joined may do, said to that person. */
  welcome: string
}

export const ROLES: Record<Role, RoleDescription> = {
  administrator: {
    label: 'Administrator',
    explanation: 'Everything, including adding users and deciding what they may do.',
    welcome: 'As an administrator you can see and change everything, and add the people who work here.',
  },
  'power receptionist': {
    label: 'Power receptionist',
    explanation:
      'Runs the front desk: appointments, patients, billing and most settings, but no treatment notes or users.',
    welcome:
      'As a power receptionist you look after appointments, patients and billing, and most of the clinic’s settings. Treatment notes and users stay with others.',
  },
  receptionist: {
    label: 'Receptionist',
    explanation: 'Books appointments, looks after patients, takes payments; no treatment notes or settings.',
    welcome:
      'As a receptionist you book appointments, look after patients’ details, make invoices and take payments.',
  },
  scheduler: {
    label: 'Scheduler',
    explanation:
      'Books appointments and keeps patients’ basic details; sees neither money nor medical records.',
    welcome: 'As a scheduler you book appointments and keep patients’ basic details up to date.',
  },
  bookkeeper: {
    label: 'Bookkeeper',
    explanation: 'Invoices, payments, expenses and financial reports; no patients or appointments.',
    welcome:
      'As a bookkeeper you work with invoices, payments, products and expenses, and see the financial reports.',
  },
  practitioner: {
    label: 'Practitioner',
    explanation:
      'Sees appointments and patients, writes treatment notes, and sees the money of own appointments only.',
    welcome:
      'As a practitioner you see appointments and patients, write treatment notes and letters, and see the money of your own appointments.',
  },
}

/** Like a receptionist, an administrator: inside a sentence. */
export function withArticle(role: Role): string {
  return `${/^[aeiou]/.test(role) ? 'an' : 'a'} ${role}`
}

export function isRole(name: unknown): name is Role {
  return (ROLE_NAMES as readonly unknown[]).includes(name)
}

/** A user, as far as rules about who may do what to whom look at one. */
export interface RoleHolder {
  id: string
  accountId: string
  role: Role
  isOwner: boolean
}

export function can(actor: { role: Role }, permission: Permission): boolean {
  return GRANTED.get(permission)?.has(actor.role) ?? false
}

/** The roles that a person may give, on adding and on editing alike. */
export function assignableRoles(actor: { role: Role }): Role[] {
  return can(actor, 'users.add') ? [...ROLE_NAMES] : []
}

export function canManage(actor: RoleHolder, target: RoleHolder): boolean {
  if (actor.accountId !== target.accountId || !can(actor, 'users.edit')) return false
  return !target.isOwner || actor.isOwner
}

const GRANTED = new Map<Permission, Set<Role>>(
  PERMISSION_TABLE.flatMap((area) => area.actions).flatMap((action) =>
    action.permission ? [[action.permission, rolesWith(action.may)]] : [],
  ),
)

function rolesWith(grants: readonly Grant[]): Set<Role> {
  return new Set(ROLE_NAMES.filter((_role, column) => grants[column] === 'yes'))
}
