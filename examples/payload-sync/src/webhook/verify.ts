import { Webhook, WebhookVerificationError } from 'standardwebhooks'

/** Throws a WebhookVerificationError unless the body was signed with one of the secrets, just now. */
export type Verify = (headers: Headers, body: string) => void

/**
 * Returns the check of deliveries against secrets, separated by spaces. There are
 * two while one replaces another. A signature holds for five minutes; whatever
 * was recorded on its way is worth nothing after that.
 */
export function verifier(secrets: string): Verify {
  const webhooks = secrets.split(' ').filter(Boolean).map(webhook)
  if (webhooks.length === 0) throw new Error('there is no webhook secret')
  return (headers, body) => {
    const signed = Object.fromEntries(headers)
    let refusal: unknown
    for (const webhook of webhooks) {
      try {
        webhook.verify(body, signed, { jsonParse: false })
        return
      } catch (error) {
        if (!(error instanceof WebhookVerificationError)) throw error
        refusal = error
      }
    }
    throw refusal
  }
}

// Standard Webhooks asks for 24 to 64 random bytes; the library takes one.
function webhook(secret: string): Webhook {
  const bytes = Buffer.from(secret.replace(/^whsec_/, ''), 'base64').length
  if (bytes < 24 || bytes > 64) throw new Error(`a webhook secret has 24 to 64 bytes, one here has ${bytes}`)
  return new Webhook(secret)
}
