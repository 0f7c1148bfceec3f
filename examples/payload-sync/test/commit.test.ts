import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, suite, test } from 'node:test'

import { sql, type SQLiteAdapter } from '@payloadcms/db-sqlite'
import { getPayload, handleEndpoints, type Payload, type SanitizedConfig } from 'payload'

import { environment } from './cms.ts'
import { delivery, user, userEvent } from './events.ts'

suite('an event is applied and remembered, or neither', () => {
  let folder: string
  let config: SanitizedConfig
  let payload: Payload
  let database: SQLiteAdapter['drizzle']

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'payload-sync-'))
    Object.assign(process.env, environment(folder))
    config = await (await import('../src/payload.config.ts')).default
    payload = await getPayload({ config })
    payload.logger.level = 'fatal' // what goes wrong here is meant to
    database = (payload.db as unknown as SQLiteAdapter).drizzle
  })
  after(async () => {
    await payload.destroy()
    await rm(folder, { recursive: true })
  })
  afterEach(async () => void (await database.run(sql`DROP TRIGGER IF EXISTS fault`)))

  const event = userEvent('user.created', 1, user('u-whole'))

  async function deliver(): Promise<number> {
    const request = new Request('http://localhost/api/webhooks/better-auth', { method: 'POST', ...delivery(event) })
    return (await handleEndpoints({ config, request })).status
  }
  const count = async (collection: 'auth-users' | 'webhook-events') => (await payload.count({ collection })).totalDocs

  async function nothingIsDone(): Promise<void> {
    assert.equal(await deliver(), 500)
    assert.equal(await count('auth-users'), 0)
    assert.equal(await count('webhook-events'), 0)
  }

  test('where it cannot be remembered', async () => {
    await database.run(sql`CREATE TRIGGER fault BEFORE INSERT ON webhook_events BEGIN SELECT RAISE(ABORT, 'fault'); END`)
    await nothingIsDone()
  })

  test('where it cannot be applied', async () => {
    await database.run(sql`CREATE TRIGGER fault BEFORE INSERT ON auth_users BEGIN SELECT RAISE(ABORT, 'fault'); END`)
    await nothingIsDone()
  })

  test('where the commit fails', async () => {
    await database.run(sql`CREATE TABLE parent (id INTEGER PRIMARY KEY)`)
    await database.run(sql`CREATE TABLE child (id INTEGER REFERENCES parent DEFERRABLE INITIALLY DEFERRED)`)
    await database.run(sql`CREATE TRIGGER fault AFTER INSERT ON webhook_events BEGIN INSERT INTO child VALUES (1); END`)
    await nothingIsDone()
  })

  test('where the adapter has no transactions', async () => {
    const begin = payload.db.beginTransaction
    payload.db.beginTransaction = async () => null
    try {
      await nothingIsDone()
    } finally {
      payload.db.beginTransaction = begin
    }
  })

  test('where all is well', async () => {
    assert.equal(await deliver(), 200)
    assert.equal(await count('auth-users'), 1)
    assert.equal(await count('webhook-events'), 1)
  })

  test('where it comes twice at once, and nothing makes the second wait', async () => {
    const deleted = userEvent('user.deleted', 2, user('u-whole'))
    const request = () => new Request('http://localhost/api/webhooks/better-auth', { method: 'POST', ...delivery(deleted) })
    const statuses = await Promise.all([1, 2, 3].map(async () => (await handleEndpoints({ config, request: request() })).status))
    assert.ok(statuses.includes(200), String(statuses)) // the others found the database locked, and come again
    assert.equal(await count('auth-users'), 0)
    assert.equal(await count('webhook-events'), 2)
    assert.equal((await handleEndpoints({ config, request: request() })).status, 200)
  })
})
