import type { PayloadRequest } from 'payload'

import type { Change } from './changes.ts'

/** Does a change, in the transaction of the request. One that is done already is done again. */
export async function write(req: PayloadRequest, { collection, id, row }: Change): Promise<void> {
  const { payload } = req
  const there = await payload.findByID({ collection, id, depth: 0, disableErrors: true, req })
  if (row === null) {
    if (there) await payload.delete({ collection, id, depth: 0, req })
  } else if (there) {
    await payload.update({ collection, id, data: row, depth: 0, req })
  } else {
    await payload.create({ collection, data: { id, ...row }, depth: 0, req })
  }
}
