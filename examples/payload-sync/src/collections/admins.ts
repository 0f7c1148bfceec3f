import type { CollectionConfig, Payload } from 'payload'

/** Who runs the CMS. They are no users of the auth system, which `auth-users` mirrors. */
export const admins: CollectionConfig = {
  slug: 'admins',
  auth: true,
  fields: [],
}

/** Makes the first administrator. Once there is one, nothing. */
export async function firstAdmin(payload: Payload, admin: { email: string; password: string }): Promise<void> {
  const { totalDocs } = await payload.count({ collection: 'admins' })
  if (totalDocs === 0) await payload.create({ collection: 'admins', data: admin })
}
