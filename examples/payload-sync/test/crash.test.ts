import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'

import type { Event } from '../src/webhook/event.ts'
import { CMS } from './cms.ts'
import { deliver, user, userEvent } from './events.ts'

const count = 60

suite('a Payload that is killed in the midst of deliveries', () => {
  let cms: CMS
  before(async () => void (cms = await CMS.start()))
  after(() => cms.remove())

  const created = Array.from({ length: count }, (_, i) => userEvent('user.created', i + 1, user(`u-${100 + i}`)))
  const acknowledged = new Set<string>()

  test('is killed', async () => {
    const killed = new Promise<void>((resolve) => {
      const attempts = created.map((event) =>
        deliver(cms.endpoint, event).then(
          () => {
            acknowledged.add(event.id)
            if (acknowledged.size === count / 3) void cms.stop('SIGKILL').then(resolve)
          },
          () => undefined, // the connection broke
        ),
      )
      void Promise.all(attempts)
    })
    await killed
    assert.ok(acknowledged.size < count, 'all were answered ahead of the end')
  })

  test('has what it acknowledged, and no half of anything', async () => {
    await cms.start()
    const remembered = (await cms.rows('webhook-events')).map((event) => event.document)
    const applied = (await cms.rows('auth-users')).map((user) => user.id)
    assert.deepEqual(remembered.sort(), applied)
    for (const event of created) {
      if (acknowledged.has(event.id)) assert.ok(applied.includes(event.documentId), event.documentId)
    }
  })

  test('has everything once all are delivered again', async () => {
    const deliverAgain = async (event: Event) => {
      const [status, outcome] = await deliver(cms.endpoint, event)
      assert.equal(status, 200)
      if (acknowledged.has(event.id)) assert.equal(outcome, 'duplicate')
    }
    await Promise.all(created.map(deliverAgain))
    assert.equal((await cms.rows('auth-users')).length, count)
    assert.equal((await cms.rows('webhook-events')).length, count)
  })
})
