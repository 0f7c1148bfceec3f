import { randomUUID } from 'node:crypto'

import { Webhook } from 'standardwebhooks'

import type { Event, UserData } from '../src/webhook/event.ts'
import { secret } from './cms.ts'

/** The data of a user. */
export function user(id: string, changes: Partial<UserData> = {}): UserData {
  const createdAt = '2026-11-21T08:00:00.000Z'
  return { id, name: 'Ada', email: `${id}@example.com`, emailVerified: false, image: null, createdAt, updatedAt: createdAt, ...changes }
}

/** An event of a user. */
export function userEvent(type: string, sequence: number, data: UserData): Event {
  return {
    id: randomUUID(),
    type,
    timestamp: '2026-11-21T08:00:00.000Z',
    table: 'user',
    documentId: data.id,
    sequence,
    operation: type === 'user.created' ? 'create' : type === 'user.deleted' ? 'delete' : 'update',
    data: { ...data },
  }
}

/** What differs from a proper delivery. */
interface Flaw {
  secret?: string
  time?: Date
  id?: string
  /** What is sent in place of the body that was signed. */
  body?: string
}

/** Returns a delivery of an event, signed now. */
export function delivery(event: unknown, flaw: Flaw = {}): { headers: Record<string, string>; body: string } {
  const signed = typeof event === 'string' ? event : JSON.stringify(event)
  const id = flaw.id ?? (event as Event).id
  const time = flaw.time ?? new Date()
  return {
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(time.getTime() / 1000)),
      'webhook-signature': new Webhook(flaw.secret ?? secret).sign(id, time, signed),
    },
    body: flaw.body ?? signed,
  }
}

/** Delivers an event, and returns the status of the answer with its outcome or message. */
export async function deliver(endpoint: string, event: unknown, flaw?: Flaw): Promise<[status: number, said: string | undefined]> {
  const response = await fetch(endpoint, { method: 'POST', ...delivery(event, flaw) })
  const text = await response.text()
  const answer = (text === '' ? {} : JSON.parse(text)) as { outcome?: string; message?: string }
  return [response.status, answer.outcome ?? answer.message]
}
