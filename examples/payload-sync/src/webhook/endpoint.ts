import type { Endpoint } from 'payload'
import { WebhookVerificationError } from 'standardwebhooks'

import { parseEvent, type Event } from './event.ts'
import { receive } from './receive.ts'
import { verifier } from './verify.ts'

/**
 * POST /api/webhooks/better-auth: takes events signed with one of the secrets.
 * The answer is 200 with the outcome, 401 for what is not signed or too old, 400
 * for what is no event, and 500 where the event could not be stored. The sender
 * delivers again for whatever is not 200.
 */
export function webhookEndpoint(secrets: string): Endpoint {
  const verify = verifier(secrets)
  return {
    path: '/webhooks/better-auth',
    method: 'post',
    handler: async (req) => {
      const body = (await req.text?.()) ?? '' // the bytes that were signed, ahead of any parsing
      let event: Event
      try {
        verify(req.headers, body)
        event = parseEvent(body)
        if (event.id !== req.headers.get('webhook-id')) throw new SyntaxError('webhook-id is not the id of the event')
      } catch (error) {
        if (error instanceof WebhookVerificationError) return refuse(401, error)
        if (error instanceof SyntaxError) return refuse(400, error)
        throw error
      }
      const outcome = await receive(req, event)
      req.payload.logger.info({ msg: `webhook: ${outcome}`, event: event.id, type: event.type, document: event.documentId })
      return Response.json({ outcome })
    },
  }
}

function refuse(status: number, error: Error): Response {
  return Response.json({ message: error.message }, { status })
}
