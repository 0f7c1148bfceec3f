import type { CollectionConfig } from 'payload'

import type { Account } from '../payload-types.ts'
import type { AccountData } from '../webhook/event.ts'
import { mirrored } from './mirrored.ts'

/** The ways in which users sign in: their password, Google and so on. */
export const accounts: CollectionConfig = mirrored({
  slug: 'accounts',
  fields: [
    { name: 'userId', type: 'text', index: true },
    { name: 'providerId', type: 'text' },
    { name: 'accountId', type: 'text' },
    { name: 'scope', type: 'text' },
    { name: 'createdAt', type: 'date' },
    { name: 'updatedAt', type: 'date' },
    // When, never to what: no event has a password.
    { name: 'passwordChangedAt', type: 'date' },
  ],
})

/** The row of an account. */
export function accountRow(account: AccountData): Omit<Account, 'id'> {
  return {
    userId: account.userId,
    providerId: account.providerId,
    accountId: account.accountId,
    scope: account.scope,
    createdAt: account.createdAt,
    updatedAt: account.updatedAt,
  }
}
