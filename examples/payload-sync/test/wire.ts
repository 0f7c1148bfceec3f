import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

import type { Event } from '../src/webhook/event.ts'

/** A request that went over the wire, as it was signed. */
export interface Delivery {
  headers: Record<string, string>
  body: string
  event: Event
}

/** What stands between the Go program and Payload: it keeps each delivery, passes it on, and can lose some. */
export class Wire {
  readonly deliveries: Delivery[] = []
  /** Which deliveries do not arrive, though the sender is told that they did. */
  loses: (delivery: Delivery) => boolean = () => false
  readonly #server: Server

  private constructor(target: string) {
    this.#server = createServer((incoming, outgoing) => {
      const pass = async () => {
        const body = await text(incoming)
        const headers = Object.fromEntries(
          Object.entries(incoming.headers).filter(([name]) => /^(content-type|webhook-.*)$/.test(name)),
        ) as Record<string, string>
        const delivery = { headers, body, event: JSON.parse(body) as Event }
        this.deliveries.push(delivery)
        if (this.loses(delivery)) return outgoing.writeHead(200).end()
        const response = await fetch(target, { method: 'POST', headers, body })
        return outgoing.writeHead(response.status).end(await response.text())
      }
      pass().catch(() => outgoing.destroy())
    })
  }

  /** Begins to listen, in front of a target. */
  static async open(target: string): Promise<Wire> {
    const wire = new Wire(target)
    await new Promise<void>((resolve) => wire.#server.listen(0, '127.0.0.1', resolve))
    return wire
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`
  }

  /** The deliveries of a type, for a document. */
  of(type: string, document: string): Delivery[] {
    return this.deliveries.filter(({ event }) => event.type === type && event.documentId === document)
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}
