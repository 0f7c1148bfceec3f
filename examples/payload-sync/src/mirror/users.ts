import type { CollectionConfig } from 'payload'

import type { AuthUser } from '../payload-types.ts'
import type { UserData } from '../webhook/event.ts'
import { mirrored } from './mirrored.ts'

/** The users of the auth system. */
export const authUsers: CollectionConfig = mirrored({
  slug: 'auth-users',
  admin: { useAsTitle: 'email' },
  fields: [
    { name: 'name', type: 'text' },
    // Not of type email: what the auth system accepted is not judged again.
    { name: 'email', type: 'text', index: true },
    { name: 'emailVerified', type: 'checkbox' },
    { name: 'image', type: 'text' },
    { name: 'createdAt', type: 'date' },
    { name: 'updatedAt', type: 'date' },
  ],
})

/** The row of a user. */
export function userRow(user: UserData): Omit<AuthUser, 'id'> {
  return {
    name: user.name,
    email: user.email,
    emailVerified: user.emailVerified,
    image: user.image,
    createdAt: user.createdAt,
    updatedAt: user.updatedAt,
  }
}
