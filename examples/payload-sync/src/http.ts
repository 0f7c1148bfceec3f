import type { IncomingMessage, ServerResponse } from 'node:http'

/** How many bytes a body may have. An event has a few thousand. */
const maxBody = 1 << 20

/**
 * Returns a request of Node's server as one of the Fetch standard, once its whole
 * body is there, or null if it is too long.
 */
export async function fetchRequest(incoming: IncomingMessage): Promise<Request | null> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > maxBody) return null
    chunks.push(chunk)
  }
  const headers = new Headers()
  for (const [name, value] of Object.entries(incoming.headers)) {
    for (const one of [value ?? []].flat()) headers.append(name, one)
  }
  const url = new URL(incoming.url ?? '/', `http://${incoming.headers.host ?? 'localhost'}`)
  const method = incoming.method ?? 'GET'
  return new Request(url, { method, headers, body: length > 0 ? Buffer.concat(chunks) : null })
}

/** Sends a response of the Fetch standard through Node's server. */
export async function sendResponse(response: Response, outgoing: ServerResponse): Promise<void> {
  const body = Buffer.from(await response.arrayBuffer())
  outgoing.writeHead(response.status, [...response.headers].flat())
  outgoing.end(body)
}
