import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

import { getPayload, handleEndpoints } from 'payload'

import { fetchRequest, sendResponse } from './http.ts'
import config from './payload.config.ts'
import { settings } from './settings.ts'
import { turns } from './turns.ts'

const payload = await getPayload({ config })
const inTurn = turns()

const server = createServer({ requestTimeout: 30_000 }, (incoming, outgoing) => {
  respond().catch((error: unknown) => {
    payload.logger.error({ msg: 'a request failed', err: error })
    outgoing.destroy()
  })

  async function respond(): Promise<void> {
    const request = await fetchRequest(incoming)
    if (request === null) {
      outgoing.writeHead(413, { connection: 'close' }).end()
      return
    }
    const handle = () => handleEndpoints({ config, request })
    await sendResponse(await (request.method === 'GET' ? handle() : inTurn(handle)), outgoing)
  }
})

server.listen(settings.port, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo
  console.log(`listening on http://127.0.0.1:${port}`)
})

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    server.close(() => void payload.destroy().then(() => process.exit(0)))
  })
}
