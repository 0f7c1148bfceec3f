/** What the environment says; development.env is an example. */
export const settings = {
  /** The port on 127.0.0.1; 0 takes a free one. */
  port: Number(process.env['PORT'] ?? 3000),
  /** Where the SQLite file is: file:./payload.db */
  databaseURL: required('DATABASE_URL'),
  /** What Payload signs the tokens of administrators with. */
  payloadSecret: required('PAYLOAD_SECRET'),
  /** The secrets that deliveries may be signed with, separated by spaces. */
  webhookSecrets: required('WEBHOOK_SECRETS'),
  admin: { email: required('ADMIN_EMAIL'), password: required('ADMIN_PASSWORD') },
}

function required(name: string): string {
  const value = process.env[name]
  if (!value) throw new Error(`${name} is not set; development.env has an example`)
  return value
}
