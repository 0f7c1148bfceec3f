import assert from 'node:assert/strict'
import { existsSync, readdirSync } from 'node:fs'
import { after, before, suite, test } from 'node:test'

import { CMS } from './cms.ts'
import { deliver, delivery, user, userEvent } from './events.ts'

suite('the endpoint', () => {
  let cms: CMS
  before(async () => void (cms = await CMS.start()))
  after(() => cms.remove())

  test('applies an event, and remembers it', async () => {
    const event = userEvent('user.created', 1, user('u-applied'))
    assert.deepEqual(await deliver(cms.endpoint, event), [200, 'applied'])
    assert.deepEqual(await cms.row('auth-users', 'u-applied'), event.data)
    const { receivedAt, ...remembered } = (await cms.row('webhook-events', event.id))!
    assert.ok(Date.parse(receivedAt) > Date.parse('2026-01-01'))
    assert.deepEqual(remembered, {
      id: event.id,
      type: 'user.created',
      table: 'user',
      document: 'u-applied',
      sequence: 1,
      outcome: 'applied',
      occurredAt: event.timestamp,
    })
  })

  test('applies an event once, however often it comes', async () => {
    const event = userEvent('user.created', 1, user('u-twice'))
    assert.deepEqual(await deliver(cms.endpoint, event), [200, 'applied'])
    assert.deepEqual(await deliver(cms.endpoint, userEvent('user.deleted', 2, user('u-twice'))), [200, 'applied'])
    assert.deepEqual(await deliver(cms.endpoint, event), [200, 'duplicate'])
    assert.equal(await cms.row('auth-users', 'u-twice'), undefined)
  })

  test('applies an event once when it comes many times at once', async () => {
    const event = userEvent('user.created', 1, user('u-many'))
    const answers = await Promise.all(Array.from({ length: 12 }, () => deliver(cms.endpoint, event)))
    answers.sort()
    assert.deepEqual(answers, [[200, 'applied'], ...Array.from({ length: 11 }, () => [200, 'duplicate'])])
  })

  test('drops what is older than what it has applied to the document', async () => {
    const created = userEvent('user.created', 10, user('u-order'))
    const renamed = userEvent('user.updated', 12, user('u-order', { name: 'Ada King' }))
    const deleted = userEvent('user.deleted', 15, user('u-order'))
    assert.deepEqual(await deliver(cms.endpoint, renamed), [200, 'applied'])
    assert.deepEqual(await deliver(cms.endpoint, created), [200, 'stale'])
    assert.equal((await cms.row('auth-users', 'u-order'))?.name, 'Ada King')
    assert.deepEqual(await deliver(cms.endpoint, deleted), [200, 'applied'])
    const late = userEvent('user.updated', 14, user('u-order'))
    assert.deepEqual(await deliver(cms.endpoint, late), [200, 'stale'])
    assert.equal(await cms.row('auth-users', 'u-order'), undefined)
  })

  test('applies an older event of another document', async () => {
    assert.deepEqual(await deliver(cms.endpoint, userEvent('user.created', 30, user('u-young'))), [200, 'applied'])
    assert.deepEqual(await deliver(cms.endpoint, userEvent('user.created', 20, user('u-old'))), [200, 'applied'])
  })

  test('ignores an unknown type, which makes nothing stale', async () => {
    const unknown = userEvent('user.promoted', 5, user('u-unknown'))
    assert.deepEqual(await deliver(cms.endpoint, unknown), [200, 'ignored'])
    assert.equal((await cms.row('webhook-events', unknown.id))?.outcome, 'ignored')
    assert.deepEqual(await deliver(cms.endpoint, unknown), [200, 'duplicate'])
    assert.deepEqual(await deliver(cms.endpoint, userEvent('user.created', 4, user('u-unknown'))), [200, 'applied'])
    for (const inherited of ['toString', '__proto__', 'constructor']) {
      assert.deepEqual(await deliver(cms.endpoint, userEvent(inherited, 6, user('u-unknown'))), [200, 'ignored'])
    }
  })

  const minutes = (count: number) => new Date(Date.now() + count * 60_000)
  const fresh = (id: string) => userEvent('user.created', 1, user(id))
  const body = JSON.stringify(fresh('u-forged'))

  for (const [what, flaw, says] of [
    ['with another secret', () => ({ secret: 'whsec_' + Buffer.alloc(32, 1).toString('base64') }), 'No matching signature found'],
    ['with another body', () => ({ body }), 'No matching signature found'],
    ['six minutes ago', () => ({ time: minutes(-6) }), 'Message timestamp too old'],
    ['six minutes ahead', () => ({ time: minutes(6) }), 'Message timestamp too new'],
  ] as const) {
    test(`refuses what was signed ${what}`, async () => {
      const event = fresh('u-refused')
      assert.deepEqual(await deliver(cms.endpoint, event, flaw()), [401, says])
      assert.equal(await cms.row('auth-users', 'u-refused'), undefined)
      assert.equal(await cms.row('webhook-events', event.id), undefined)
    })
  }

  test('takes what was signed four minutes ago', async () => {
    assert.deepEqual(await deliver(cms.endpoint, fresh('u-slow'), { time: minutes(-4) }), [200, 'applied'])
  })

  test('refuses what is not signed', async () => {
    for (const missing of ['webhook-id', 'webhook-timestamp', 'webhook-signature']) {
      const { headers, body } = delivery(fresh('u-unsigned'))
      delete headers[missing]
      const response = await fetch(cms.endpoint, { method: 'POST', headers, body })
      assert.equal(response.status, 401, missing)
    }
    assert.equal(await cms.row('auth-users', 'u-unsigned'), undefined)
  })

  test('refuses what is signed and no event', async () => {
    const good = fresh('u-misshapen')
    for (const [event, says] of [
      ['not JSON', /JSON/],
      [[good], /no event/],
      [{ ...good, type: '' }, /no type/],
      [{ ...good, documentId: 7 }, /no documentId/],
      [{ ...good, sequence: '7' }, /no sequence/],
      [{ ...good, sequence: 2 ** 60 }, /no sequence/],
      [{ ...good, timestamp: 'yesterday' }, /no time/],
      [{ ...good, data: null }, /no data/],
      [{ ...good, id: 'another' }, /webhook-id/],
    ] as const) {
      const [status, said] = await deliver(cms.endpoint, event, { id: good.id })
      assert.equal(status, 400)
      assert.match(said ?? '', says)
    }
    assert.equal(await cms.row('auth-users', 'u-misshapen'), undefined)
  })

  test('takes no body of more than a megabyte', async () => {
    const long = userEvent('user.created', 1, user('u-long', { name: 'A'.repeat(1 << 20) }))
    const status = await deliver(cms.endpoint, long).then(
      ([status]) => status,
      () => 413, // the server hung up while the body was on its way
    )
    assert.equal(status, 413)
    assert.equal(await cms.row('webhook-events', long.id), undefined)
  })

  test('takes many events at once, while an administrator writes', async () => {
    const deliveries = Array.from({ length: 20 }, (_, i) => deliver(cms.endpoint, fresh(`u-crowd-${i}`)))
    const logins = Array.from({ length: 3 }, (_, i) =>
      cms.request('/api/admins', {
        method: 'POST',
        body: JSON.stringify({ email: `admin-${i}@example.com`, password: 'a password of the tests' }),
      }),
    )
    for (const answer of await Promise.all(deliveries)) assert.deepEqual(answer, [200, 'applied'])
    for (const response of await Promise.all(logins)) assert.equal(response.status, 201)
  })

  test('keeps no file open per event', { skip: !existsSync('/proc/self/fd') && 'there is no /proc here' }, async () => {
    const open = () => readdirSync(`/proc/${cms.pid}/fd`).length
    const before = open()
    for (let i = 0; i < 100; i++) await deliver(cms.endpoint, fresh(`u-open-${i}`))
    assert.ok(open() < before + 50, `${open()} files are open, ${before} were`)
  })

  test('is the only one that writes what it mirrors', async () => {
    await deliver(cms.endpoint, fresh('u-mirrored'))
    const path = '/api/auth-users/u-mirrored'
    assert.equal((await cms.request(path, {}, '')).status, 403)
    assert.equal((await cms.request(path)).status, 200)
    assert.equal((await cms.request(path, { method: 'PATCH', body: '{"name":"Eve"}' })).status, 403)
    assert.equal((await cms.request(path, { method: 'DELETE' })).status, 403)
    assert.equal((await cms.request('/api/webhook-events', {}, '')).status, 403)
    assert.equal((await cms.row('auth-users', 'u-mirrored'))?.name, 'Ada')
  })

  test('is not GET', async () => {
    assert.equal((await fetch(cms.endpoint)).status, 404)
  })
})
