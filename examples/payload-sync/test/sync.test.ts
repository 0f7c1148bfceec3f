import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'

import { App, password } from './app.ts'
import { CMS } from './cms.ts'
import { until } from './server.ts'
import { Wire, type Delivery } from './wire.ts'

interface Client {
  client: { id: string; clientId: string }
  secret: string
}

suite('what the Go program commits', () => {
  let cms: CMS, wire: Wire, app: App
  before(async () => {
    cms = await CMS.start()
    wire = await Wire.open(cms.endpoint)
    app = await App.start(wire.url)
  })
  after(async () => {
    await app?.remove()
    await wire?.close()
    await cms?.remove()
  })

  /** Waits until the event of a type is recorded, and returns how it ended. */
  async function recorded(type: string, document: string): Promise<string> {
    const [event] = await until(`${type} of ${document}`, async () => {
      const events = await cms.rows('webhook-events', { type, document })
      return events.length > 0 && events
    })
    return event!.outcome
  }
  /** Sends a delivery once more, and returns the answer. */
  async function again({ headers, body }: Delivery): Promise<[status: number, answer: unknown]> {
    const response = await fetch(cms.endpoint, { method: 'POST', headers, body })
    return [response.status, await response.json()]
  }

  let ada: Awaited<ReturnType<App['signUp']>>

  test('signing up: a user, an account, a session', async () => {
    ada = await app.signUp('Ada')
    assert.equal(await recorded('user.created', ada.user), 'applied')
    assert.equal(await recorded('account.linked', ada.account), 'applied')
    assert.equal(await recorded('session.created', ada.session), 'applied')

    const { createdAt, updatedAt, ...user } = (await cms.row('auth-users', ada.user))!
    assert.deepEqual(user, { id: ada.user, name: 'Ada', email: 'ada@example.com', emailVerified: false, image: null })
    assert.equal(createdAt, updatedAt)
    assert.ok(Math.abs(Date.parse(createdAt!) - Date.now()) < 3_600_000, createdAt!)

    const account = (await cms.row('accounts', ada.account))!
    assert.deepEqual([account.userId, account.providerId, account.accountId], [ada.user, 'credential', ada.user])
    const session = (await cms.row('sessions', ada.session))!
    assert.deepEqual([session.userId, session.userAgent], [ada.user, 'tests'])
    assert.ok(Date.parse(session.expiresAt!) > Date.now())
  })

  test('the path of the request goes along', () => {
    assert.equal(wire.of('user.created', ada.user)[0]?.event.request?.path, '/sign-up')
  })

  test('another name, and an event that Payload does not know', async () => {
    await app.call('PATCH', `/users/${ada.user}`, { name: 'Ada King' })
    assert.equal(await recorded('user.updated', ada.user), 'applied')
    assert.equal((await cms.row('auth-users', ada.user))?.name, 'Ada King')
    assert.equal(await recorded('user.renamed', ada.user), 'ignored')
  })

  test('another email address', async () => {
    await app.call('PATCH', `/users/${ada.user}`, { email: 'ada@king.example' })
    assert.equal(await recorded('user.email_changed', ada.user), 'applied')
    const user = (await cms.row('auth-users', ada.user))!
    assert.deepEqual([user.name, user.email], ['Ada King', 'ada@king.example'])
  })

  test('another password: when, not what', async () => {
    assert.equal((await cms.row('accounts', ada.account))?.passwordChangedAt, null)
    await app.call('PUT', `/users/${ada.user}/password`, { password: password + '!' })
    assert.equal(await recorded('user.password_changed', ada.account), 'applied')
    const account = (await cms.row('accounts', ada.account))!
    assert.ok(Date.parse(account.passwordChangedAt!) >= Date.parse(account.createdAt!))
    assert.equal(account.accountId, ada.user)
  })

  test('a session that is revoked', async () => {
    const { id } = await app.call<{ id: string }>('POST', `/users/${ada.user}/sessions`)
    assert.equal(await recorded('session.created', id), 'applied')
    assert.equal((await cms.row('sessions', id))?.userId, ada.user)
    await app.call('DELETE', `/sessions/${id}`)
    assert.equal(await recorded('session.revoked', id), 'applied')
    assert.equal(await cms.row('sessions', id), undefined)
    assert.notEqual(await cms.row('sessions', ada.session), undefined)
  })

  test('an account that is linked and unlinked', async () => {
    const link = { providerId: 'github', accountId: '4711', scope: 'user:email' }
    const { id } = await app.call<{ id: string }>('POST', `/users/${ada.user}/accounts`, link)
    assert.equal(await recorded('account.linked', id), 'applied')
    const { providerId, accountId, scope, userId } = (await cms.row('accounts', id))!
    assert.deepEqual({ providerId, accountId, scope, userId }, { ...link, userId: ada.user })
    await app.call('DELETE', `/accounts/${id}`)
    assert.equal(await recorded('account.unlinked', id), 'applied')
    assert.equal(await cms.row('accounts', id), undefined)
  })

  const redirectUris = ['https://calendar.example/callback', 'https://calendar.example/again']

  test('an OAuth client that is registered, renamed, rotated and removed', async () => {
    const { client, secret } = await app.call<Client>('POST', '/oauth-clients', { name: 'Calendar', redirectUris, scopes: ['openid'] })
    assert.equal(await recorded('oauth_client.registered', client.id), 'applied')
    const row = (await cms.row('oauth-clients', client.id))!
    assert.deepEqual(
      [row.clientId, row.name, row.redirectUris, row.scopes, row.userId, row.rotatedAt],
      [client.clientId, 'Calendar', redirectUris, ['openid'], null, null],
    )

    await app.call('PATCH', `/oauth-clients/${client.id}`, { name: 'Diary', disabled: true })
    assert.equal(await recorded('oauth_client.updated', client.id), 'applied')
    const renamed = (await cms.row('oauth-clients', client.id))!
    assert.deepEqual([renamed.name, renamed.disabled, renamed.redirectUris], ['Diary', true, redirectUris])

    const { secret: next } = await app.call<Client>('POST', `/oauth-clients/${client.id}/secrets`)
    assert.notEqual(next, secret)
    assert.equal(await recorded('oauth_client.rotated', client.id), 'applied')
    assert.ok((await cms.row('oauth-clients', client.id))?.rotatedAt)
    assert.deepEqual(wire.of('oauth_client.rotated', client.id)[0]?.event.changed?.includes('clientSecret'), true)

    await app.call('DELETE', `/oauth-clients/${client.id}`)
    assert.equal(await recorded('oauth_client.removed', client.id), 'applied')
    assert.equal(await cms.row('oauth-clients', client.id), undefined)
    for (const { body } of wire.deliveries) assert.ok(!body.includes(secret) && !body.includes(next))
  })

  test('a user who is deleted, with all that is theirs', async () => {
    const { client } = await app.call<Client>('POST', '/oauth-clients', { redirectUris, userId: ada.user })
    assert.equal(await recorded('oauth_client.registered', client.id), 'applied')
    await app.call('DELETE', `/users/${ada.user}`)
    assert.equal(await recorded('user.deleted', ada.user), 'applied')
    assert.equal(await recorded('session.revoked', ada.session), 'applied')
    assert.equal(await recorded('account.unlinked', ada.account), 'applied')
    assert.equal(await recorded('oauth_client.removed', client.id), 'applied')
    for (const collection of ['auth-users', 'sessions', 'accounts', 'oauth-clients'] as const) {
      assert.deepEqual(await cms.rows(collection), [], collection)
    }
  })

  test('a delivery that comes again, untouched and touched', async () => {
    const [deleted] = wire.of('user.deleted', ada.user)
    const [created] = wire.of('user.created', ada.user)
    assert.deepEqual(await again(deleted!), [200, { outcome: 'duplicate' }])
    assert.deepEqual(await again(created!), [200, { outcome: 'duplicate' }])
    const forged = { ...created!, body: created!.body.replace('Ada', 'Eve') }
    assert.deepEqual(await again(forged), [401, { message: 'No matching signature found' }])
    assert.deepEqual(await cms.rows('auth-users'), [])
  })

  test('a delivery that comes after a later one', async () => {
    const grace = await app.signUp('Grace')
    assert.equal(await recorded('user.created', grace.user), 'applied')
    wire.loses = ({ event }) => event.type === 'user.updated' && event.data['name'] === 'Grace M.'
    await app.call('PATCH', `/users/${grace.user}`, { name: 'Grace M.' })
    await app.call('PATCH', `/users/${grace.user}`, { name: 'Grace Murray' })
    assert.equal(await recorded('user.updated', grace.user), 'applied')
    const lost = wire.of('user.updated', grace.user).find(wire.loses)
    assert.deepEqual(await again(lost!), [200, { outcome: 'stale' }])
    assert.equal((await cms.row('auth-users', grace.user))?.name, 'Grace Murray')
  })

  test('no secret is on the wire', () => {
    assert.ok(wire.deliveries.length > 20)
    for (const { event, body } of wire.deliveries) {
      assert.ok(!body.includes(password), event.type)
      for (const name of ['password', 'token', 'accessToken', 'refreshToken', 'idToken', 'clientSecret']) {
        assert.ok(!(name in event.data), `${name} in ${event.type}`)
      }
    }
  })
})
