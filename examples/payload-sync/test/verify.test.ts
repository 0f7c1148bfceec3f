import assert from 'node:assert/strict'
import { suite, test } from 'node:test'

import { verifier } from '../src/webhook/verify.ts'
import { secret } from './cms.ts'
import { delivery, user, userEvent } from './events.ts'

const bytes = (length: number, value = 7) => Buffer.alloc(length, value).toString('base64')

suite('the secrets', () => {
  const event = userEvent('user.created', 1, user('u-1'))
  const other = 'whsec_' + bytes(24)

  test('are tried one after the other while one is replaced', () => {
    const verify = verifier(`${other} ${secret}`)
    for (const one of [other, secret]) {
      const { headers, body } = delivery(event, { secret: one })
      verify(new Headers(headers), body)
    }
    const { headers, body } = delivery(event, { secret: bytes(24, 8) })
    assert.throws(() => verify(new Headers(headers), body), /No matching signature/)
  })

  test('may be without their prefix', () => {
    const { headers, body } = delivery(event, { secret: other })
    verifier(bytes(24))(new Headers(headers), body)
  })

  test('verify one of two signatures', () => {
    const { headers, body } = delivery(event, { secret: other })
    headers['webhook-signature'] = `v1,${bytes(32)} v1a,${bytes(32)} ${headers['webhook-signature']}`
    verifier(other)(new Headers(headers), body)
  })

  test('have 24 to 64 bytes', () => {
    for (const unfit of ['whsec_', bytes(23), 'whsec_' + bytes(65), `${secret} ${bytes(3)}`]) {
      assert.throws(() => verifier(unfit), /24 to 64 bytes/)
    }
    assert.throws(() => verifier(' '), /no webhook secret/)
  })
})
