import { commitTransaction, initTransaction, killTransaction, type PayloadRequest } from 'payload'

import { changeOf } from '../mirror/changes.ts'
import { write } from '../mirror/write.ts'
import type { Event } from './event.ts'

/**
 * What became of an event: done; received before; older than what was done to its
 * document already; or of a type that is not mirrored.
 */
export type Outcome = 'applied' | 'duplicate' | 'stale' | 'ignored'

/**
 * Does what an event says, in one transaction with the row that remembers it: once,
 * however often it is delivered. If it throws, nothing is done and the event may
 * come again.
 */
export async function receive(req: PayloadRequest, event: Event): Promise<Outcome> {
  if (!(await initTransaction(req))) throw new Error('the database adapter has no transactions: set transactionOptions')
  let outcome: Outcome
  try {
    outcome = await apply(req, event)
    await commitTransaction(req)
  } finally {
    await killTransaction(req) // nothing is left to undo after a commit
  }
  // Payload 3 says nothing of a commit that failed.
  if (!(await isRecorded(req, event))) throw new Error(`event ${event.id} was not committed`)
  return outcome
}

async function apply(req: PayloadRequest, event: Event): Promise<Outcome> {
  if (await isRecorded(req, event)) return 'duplicate'
  const change = changeOf(event)
  const outcome = change === null ? 'ignored' : (await isStale(req, event)) ? 'stale' : 'applied'
  if (change !== null && outcome === 'applied') await write(req, change)
  const { id, type, table, documentId: document, sequence, timestamp } = event
  const receivedAt = new Date().toISOString()
  await req.payload.create({
    collection: 'webhook-events',
    data: { id, type, table, document, sequence, outcome, occurredAt: timestamp, receivedAt },
    req,
  })
  return outcome
}

async function isRecorded(req: PayloadRequest, event: Event): Promise<boolean> {
  return Boolean(await req.payload.findByID({ collection: 'webhook-events', id: event.id, disableErrors: true, req }))
}

/** Whether something later was done to the document of the event. */
async function isStale(req: PayloadRequest, { table, documentId: document, sequence }: Event): Promise<boolean> {
  const later = await req.payload.count({
    collection: 'webhook-events',
    where: {
      table: { equals: table },
      document: { equals: document },
      sequence: { greater_than: sequence },
      outcome: { equals: 'applied' },
    },
    req,
  })
  return later.totalDocs > 0
}
