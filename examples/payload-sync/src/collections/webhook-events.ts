import type { CollectionConfig } from 'payload'

import { mirrored } from '../mirror/mirrored.ts'

/**
 * One row per event that was received. Its id is that of the event, so an event
 * is in it once; the largest applied sequence of a document says what is stale.
 */
export const webhookEvents: CollectionConfig = mirrored({
  slug: 'webhook-events',
  admin: { useAsTitle: 'type' },
  indexes: [{ fields: ['table', 'document', 'sequence'] }],
  fields: [
    { name: 'type', type: 'text', required: true, index: true },
    { name: 'table', type: 'text', required: true },
    { name: 'document', type: 'text', required: true },
    { name: 'sequence', type: 'number', required: true },
    { name: 'outcome', type: 'select', required: true, options: ['applied', 'stale', 'ignored'] },
    { name: 'occurredAt', type: 'date', required: true },
    { name: 'receivedAt', type: 'date', required: true, index: true },
  ],
})
