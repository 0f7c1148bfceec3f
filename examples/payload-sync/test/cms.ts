import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { Config } from '../src/payload-types.ts'
import { startServer, type Server } from './server.ts'

/** The secret that the tests sign with. */
export const secret = 'whsec_' + Buffer.from('a secret of the tests, 32 bytes.').toString('base64')

const admin = { email: 'admin@example.com', password: 'a password of the tests' }

type Collections = Config['collections']

/** Payload in a process of its own, with a database of its own, read over REST by an administrator. */
export class CMS {
  readonly #folder: string
  #server: Server | undefined
  #port = '0'
  #token = ''

  private constructor(folder: string) {
    this.#folder = folder
  }

  static async start(): Promise<CMS> {
    const cms = new CMS(await mkdtemp(join(tmpdir(), 'payload-sync-')))
    await cms.start()
    return cms
  }

  /** Where it is, also while it is stopped. */
  get url(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  /** The id of its process. */
  get pid(): number | undefined {
    return this.#server?.pid
  }

  get endpoint(): string {
    return this.url + '/api/webhooks/better-auth'
  }

  /** Starts it on the database and the port that it had. */
  async start(): Promise<void> {
    this.#server = await startServer(process.execPath, ['--import', 'tsx', 'src/server.ts'], environment(this.#folder, this.#port))
    this.#port = new URL(this.#server.url).port
    const login = await this.request('/api/admins/login', { method: 'POST', body: JSON.stringify(admin) })
    this.#token = ((await login.json()) as { token: string }).token
  }

  async stop(signal?: NodeJS.Signals): Promise<void> {
    await this.#server?.stop(signal)
    this.#server = undefined
  }

  /** Stops it for good. */
  async remove(): Promise<void> {
    await this.stop()
    await rm(this.#folder, { recursive: true })
  }

  /** A request as the administrator; with token '' as nobody. */
  request(path: string, init: RequestInit = {}, token = this.#token): Promise<Response> {
    const headers = { 'content-type': 'application/json', ...(token && { authorization: `JWT ${token}` }) }
    return fetch(this.url + path, { ...init, headers })
  }

  /** The rows of a collection, in order of their ids. */
  async rows<Slug extends keyof Collections & string>(slug: Slug, where: Record<string, string> = {}): Promise<Collections[Slug][]> {
    const query = new URLSearchParams({ pagination: 'false', depth: '0', sort: 'id' })
    for (const [field, value] of Object.entries(where)) query.set(`where[${field}][equals]`, value)
    const response = await this.request(`/api/${slug}?${query}`)
    if (!response.ok) throw new Error(`${slug}: ${response.status} ${await response.text()}`)
    return ((await response.json()) as { docs: Collections[Slug][] }).docs
  }

  /** The row with an id, or undefined. */
  async row<Slug extends keyof Collections & string>(slug: Slug, id: string): Promise<Collections[Slug] | undefined> {
    return (await this.rows(slug, { id }))[0]
  }
}

/** What the settings are in a test. */
export function environment(folder: string, port = '0'): Record<string, string> {
  return {
    PORT: port,
    DATABASE_URL: `file:${join(folder, 'payload.db')}`,
    PAYLOAD_SECRET: 'a secret of the tests',
    WEBHOOK_SECRETS: secret,
    ADMIN_EMAIL: admin.email,
    ADMIN_PASSWORD: admin.password,
  }
}
