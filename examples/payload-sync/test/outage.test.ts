import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'

import { App } from './app.ts'
import { CMS } from './cms.ts'
import { until } from './server.ts'

suite('while Payload is down', () => {
  let cms: CMS, app: App
  before(async () => {
    cms = await CMS.start()
    app = await App.start(cms.endpoint)
    await cms.stop()
  })
  after(async () => {
    await app?.remove()
    await cms?.remove()
  })

  const arrived = (id: string) => until(`user ${id}`, () => cms.row('auth-users', id))

  test('users sign up, the failure is logged, and they arrive once it is back', async () => {
    const ada = await app.signUp('Ada')
    await until('the failure in the log', async () => /verdict=retry.*type=user\.created/.test(app.output))
    await cms.start()
    assert.equal((await arrived(ada.user)).name, 'Ada')
    await until('all three events', async () => (await cms.rows('webhook-events')).length === 3)
    await cms.stop()
  })

  test('a program that is killed with deliveries to make makes them when it is back', async () => {
    const grace = await app.signUp('Grace')
    await app.stop('SIGKILL')
    await cms.start()
    await app.start()
    assert.equal((await arrived(grace.user)).name, 'Grace')
    await until('all three events', async () => (await cms.rows('webhook-events')).length === 6)
  })

  test('a Payload that is killed while it takes events has each once in the end', async () => {
    const ids: string[] = []
    for (let i = 0; i < 6; i++) {
      ids.push((await app.signUp(`User${i}`)).user)
      if (i === 3) await cms.stop('SIGKILL')
    }
    await cms.start()
    for (const id of ids) await arrived(id)
    await until('all events', async () => (await cms.rows('webhook-events')).length === 24)
    for (const event of await cms.rows('webhook-events')) assert.equal(event.outcome, 'applied')
  })
})
