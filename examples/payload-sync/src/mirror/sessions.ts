import type { CollectionConfig } from 'payload'

import type { Session } from '../payload-types.ts'
import type { SessionData } from '../webhook/event.ts'
import { mirrored } from './mirrored.ts'

/** The sessions that are not revoked. Their tokens never leave the auth system. */
export const sessions: CollectionConfig = mirrored({
  slug: 'sessions',
  fields: [
    { name: 'userId', type: 'text', index: true },
    { name: 'expiresAt', type: 'date' },
    { name: 'ipAddress', type: 'text' },
    { name: 'userAgent', type: 'text' },
    { name: 'createdAt', type: 'date' },
    { name: 'updatedAt', type: 'date' },
  ],
})

/** The row of a session. */
export function sessionRow(session: SessionData): Omit<Session, 'id'> {
  return {
    userId: session.userId,
    expiresAt: session.expiresAt,
    ipAddress: session.ipAddress,
    userAgent: session.userAgent,
    createdAt: session.createdAt,
    updatedAt: session.updatedAt,
  }
}
