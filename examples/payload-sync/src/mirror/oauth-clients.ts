import type { CollectionConfig } from 'payload'

import type { OauthClient } from '../payload-types.ts'
import type { OAuthClientData } from '../webhook/event.ts'
import { mirrored } from './mirrored.ts'

/** The applications that may sign users in through the auth system. */
export const oauthClients: CollectionConfig = mirrored({
  slug: 'oauth-clients',
  admin: { useAsTitle: 'name' },
  fields: [
    { name: 'clientId', type: 'text', index: true },
    { name: 'name', type: 'text' },
    { name: 'uri', type: 'text' },
    { name: 'icon', type: 'text' },
    { name: 'disabled', type: 'checkbox' },
    { name: 'redirectUris', type: 'text', hasMany: true },
    { name: 'scopes', type: 'text', hasMany: true },
    { name: 'userId', type: 'text', index: true },
    { name: 'createdAt', type: 'date' },
    { name: 'updatedAt', type: 'date' },
    // When its secret was replaced, never by what.
    { name: 'rotatedAt', type: 'date' },
  ],
})

/** The row of an OAuth client. */
export function oauthClientRow(client: OAuthClientData): Omit<OauthClient, 'id'> {
  return {
    clientId: client.clientId,
    name: client.name,
    uri: client.uri,
    icon: client.icon,
    disabled: client.disabled,
    redirectUris: client.redirectUris,
    scopes: client.scopes,
    userId: client.userId,
    createdAt: client.createdAt,
    updatedAt: client.updatedAt,
  }
}
