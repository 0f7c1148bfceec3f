import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { secret } from './cms.ts'
import { startServer, type Server } from './server.ts'

/** The Go program in a process of its own, with a database of its own. */
export class App {
  readonly #folder: string
  readonly #webhookURL: string
  #server: Server | undefined
  #output = ''

  private constructor(folder: string, webhookURL: string) {
    this.#folder = folder
    this.#webhookURL = webhookURL
  }

  /** Builds the program and starts it, to deliver to a URL. */
  static async start(webhookURL: string): Promise<App> {
    const app = new App(await mkdtemp(join(tmpdir(), 'payload-sync-app-')), webhookURL)
    await promisify(execFile)('go', ['build', '-o', join(app.#folder, 'app'), './app'])
    await app.start()
    return app
  }

  /** Starts it on the database that it had. */
  async start(): Promise<void> {
    this.#server = await startServer(join(this.#folder, 'app'), [], {
      LISTEN: '127.0.0.1:0',
      DATABASE: join(this.#folder, 'app.db'),
      PAYLOAD_WEBHOOK_URL: this.#webhookURL,
      PAYLOAD_WEBHOOK_SECRET: secret,
    })
  }

  async stop(signal?: NodeJS.Signals): Promise<void> {
    await this.#server?.stop(signal)
    this.#output += this.#server?.output() ?? ''
    this.#server = undefined
  }

  /** Stops it for good. */
  async remove(): Promise<void> {
    await this.stop()
    await rm(this.#folder, { recursive: true })
  }

  /** What it has logged, in all its lives. */
  get output(): string {
    return this.#output + (this.#server?.output() ?? '')
  }

  /** Sends a request that must succeed, and returns the answer. */
  async call<Answer = unknown>(method: string, path: string, body?: unknown): Promise<Answer> {
    if (!this.#server) throw new Error('the program does not run')
    const response = await fetch(this.#server.url + path, {
      method,
      headers: { 'user-agent': 'tests' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
    return (text === '' ? undefined : JSON.parse(text)) as Answer
  }

  /** Signs a user up, and returns the ids of what was stored. */
  signUp(name: string): Promise<{ user: string; account: string; session: string }> {
    return this.call('POST', '/sign-up', { name, email: `${name.toLowerCase()}@example.com`, password })
  }
}

/** The password of every user. */
export const password = 'correct horse battery staple'
