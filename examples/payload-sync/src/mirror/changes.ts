import type { Config } from '../payload-types.ts'
import type { Event, Events, KnownEvent } from '../webhook/event.ts'
import { accountRow } from './accounts.ts'
import { oauthClientRow } from './oauth-clients.ts'
import { sessionRow } from './sessions.ts'
import { userRow } from './users.ts'

/** A collection that events write. */
export type Mirror = 'auth-users' | 'sessions' | 'accounts' | 'oauth-clients'

/** What an event does to the row of its document: `row` is what it becomes, null that it goes. */
export type Change = {
  [Slug in Mirror]: { collection: Slug; id: string; row: Partial<Omit<Config['collections'][Slug], 'id'>> | null }
}[Mirror]

/** What each event does. The operation is not asked: an update may be the first that arrives of a document. */
const changes: { [Type in keyof Events]: (event: Event<Type, Events[Type]>) => Change } = {
  'user.created': ({ documentId: id, data }) => ({ collection: 'auth-users', id, row: userRow(data) }),
  'user.updated': ({ documentId: id, data }) => ({ collection: 'auth-users', id, row: userRow(data) }),
  'user.email_changed': ({ documentId: id, data }) => ({ collection: 'auth-users', id, row: userRow(data) }),
  'user.deleted': ({ documentId: id }) => ({ collection: 'auth-users', id, row: null }),

  'session.created': ({ documentId: id, data }) => ({ collection: 'sessions', id, row: sessionRow(data) }),
  'session.revoked': ({ documentId: id }) => ({ collection: 'sessions', id, row: null }),

  'account.linked': ({ documentId: id, data }) => ({ collection: 'accounts', id, row: accountRow(data) }),
  'user.password_changed': ({ documentId: id, data, timestamp }) => ({
    collection: 'accounts',
    id,
    row: { userId: data.userId, accountId: data.accountId, providerId: data.providerId, passwordChangedAt: timestamp },
  }),
  'account.unlinked': ({ documentId: id }) => ({ collection: 'accounts', id, row: null }),

  'oauth_client.registered': ({ documentId: id, data }) => ({ collection: 'oauth-clients', id, row: oauthClientRow(data) }),
  'oauth_client.updated': ({ documentId: id, data }) => ({ collection: 'oauth-clients', id, row: oauthClientRow(data) }),
  'oauth_client.rotated': ({ documentId: id, data, timestamp }) => ({
    collection: 'oauth-clients',
    id,
    row: { ...oauthClientRow(data), rotatedAt: timestamp },
  }),
  'oauth_client.removed': ({ documentId: id }) => ({ collection: 'oauth-clients', id, row: null }),
}

/** Returns what an event does, or null if its type is not mirrored. */
export function changeOf(event: Event): Change | null {
  if (!isKnown(event)) return null
  const change = changes[event.type] as (event: KnownEvent) => Change
  return change(event)
}

function isKnown(event: Event): event is Event & KnownEvent {
  return Object.hasOwn(changes, event.type)
}
