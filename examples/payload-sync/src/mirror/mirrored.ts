import type { CollectionConfig } from 'payload'

const never = () => false

/**
 * A collection that events write and administrators only read. Its id is given
 * by the auth system, and so are the times of its rows.
 *
 * Ids of other rows are plain text in it, no relationships: events are in order
 * per document only, so a session may arrive ahead of its user.
 */
export function mirrored(collection: CollectionConfig): CollectionConfig {
  return {
    ...collection,
    timestamps: false,
    lockDocuments: false,
    access: { read: ({ req }) => Boolean(req.user), create: never, update: never, delete: never },
    fields: [{ name: 'id', type: 'text', required: true }, ...collection.fields],
  }
}
