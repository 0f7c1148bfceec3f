/** The payload of the events of users. */
export interface UserData {
  id: string
  name: string
  email: string
  emailVerified: boolean
  image: string | null
  createdAt: string
  updatedAt: string
}

/** The payload of the events of sessions; the token is a secret, and not in it. */
export interface SessionData {
  id: string
  userId: string
  expiresAt: string
  ipAddress: string | null
  userAgent: string | null
  createdAt: string
  updatedAt: string
}

/** The payload of the events of accounts; passwords and tokens are not in it. */
export interface AccountData {
  id: string
  userId: string
  providerId: string
  accountId: string
  scope: string | null
  createdAt: string
  updatedAt: string
}

/** The payload of a changed password: whose and where, not what it was or is. */
export type PasswordData = Pick<AccountData, 'id' | 'userId' | 'accountId' | 'providerId'>

/** The payload of the events of OAuth clients, as far as it is mirrored here. */
export interface OAuthClientData {
  id: string
  clientId: string
  name: string | null
  uri: string | null
  icon: string | null
  disabled: boolean | null
  redirectUris: string[]
  scopes: string[] | null
  userId: string | null
  createdAt: string | null
  updatedAt: string | null
}

/** The events that are mirrored, and the payload of each. */
export interface Events {
  'user.created': UserData
  'user.updated': UserData
  'user.email_changed': UserData
  'user.deleted': UserData
  'user.password_changed': PasswordData
  'account.linked': AccountData
  'account.unlinked': AccountData
  'session.created': SessionData
  'session.revoked': SessionData
  'oauth_client.registered': OAuthClientData
  'oauth_client.updated': OAuthClientData
  'oauth_client.rotated': OAuthClientData
  'oauth_client.removed': OAuthClientData
}

/** A write of one row, as its transaction recorded it. */
export interface Event<Type extends string = string, Data = Record<string, unknown>> {
  /** A UUIDv7, the same at every delivery. */
  id: string
  type: Type
  /** When the write was done: RFC 3339, UTC, milliseconds. */
  timestamp: string
  table: string
  /** The id of the row. */
  documentId: string
  /** Larger than that of every earlier event of the document; there are gaps. */
  sequence: number
  operation: 'create' | 'update' | 'delete'
  /** The fields that an update changed. */
  changed?: string[]
  data: Data
  /** What is known of the request that led to the write. */
  request?: { path?: string; actorId?: string; sessionId?: string }
}

/** One of the events that are mirrored. */
export type KnownEvent = { [Type in keyof Events]: Event<Type, Events[Type]> }[keyof Events]

/**
 * Returns the event in the body of a delivery, or throws a SyntaxError that says
 * what is wrong with it. It judges the envelope only: who signed the body knows
 * what the payload of each type holds.
 */
export function parseEvent(body: string): Event {
  const event: unknown = JSON.parse(body)
  if (!isRecord(event)) throw new SyntaxError('the body is no event')
  for (const name of ['id', 'type', 'timestamp', 'table', 'documentId']) {
    if (typeof event[name] !== 'string' || event[name] === '') throw new SyntaxError(`the event has no ${name}`)
  }
  if (Number.isNaN(Date.parse(event['timestamp'] as string))) throw new SyntaxError('the timestamp is no time')
  if (!Number.isSafeInteger(event['sequence'])) throw new SyntaxError('the event has no sequence')
  if (!isRecord(event['data'])) throw new SyntaxError('the event has no data')
  return event as unknown as Event
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
