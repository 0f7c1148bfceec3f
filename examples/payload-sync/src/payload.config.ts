import { fileURLToPath } from 'node:url'

import { sqliteAdapter } from '@payloadcms/db-sqlite'
import { buildConfig } from 'payload'

import { admins, firstAdmin } from './collections/admins.ts'
import { webhookEvents } from './collections/webhook-events.ts'
import { accounts } from './mirror/accounts.ts'
import { oauthClients } from './mirror/oauth-clients.ts'
import { sessions } from './mirror/sessions.ts'
import { authUsers } from './mirror/users.ts'
import { settings } from './settings.ts'
import { webhookEndpoint } from './webhook/endpoint.ts'

export default buildConfig({
  secret: settings.payloadSecret,
  collections: [admins, authUsers, sessions, accounts, oauthClients, webhookEvents],
  endpoints: [webhookEndpoint(settings.webhookSecrets)],
  db: sqliteAdapter({
    client: { url: settings.databaseURL },
    // Without this option Payload has no transactions on SQLite.
    transactionOptions: {},
    // Readers do not stand in the way of a commit.
    wal: true,
  }),
  onInit: (payload) => firstAdmin(payload, settings.admin),
  graphQL: { disable: true },
  telemetry: false,
  typescript: { outputFile: fileURLToPath(new URL('payload-types.ts', import.meta.url)) },
})
