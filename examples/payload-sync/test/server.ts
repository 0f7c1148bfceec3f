import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'

/** How long a test waits for something that other processes do. */
export const patience = 120_000

/** A server in a process of its own, which prints "listening on http://...". */
export interface Server {
  url: string
  pid: number
  /** What it has printed so far. */
  output: () => string
  /** Ends the process, and returns once it has. */
  stop: (signal?: NodeJS.Signals) => Promise<void>
}

/** Starts a server, and returns once it listens. */
export async function startServer(command: string, args: string[], env: NodeJS.ProcessEnv): Promise<Server> {
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  const exited = once(child, 'exit')
  let output = ''
  const url = await new Promise<string>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      createInterface(stream).on('line', (line) => {
        output += line + '\n'
        const listening = /listening on (http:\S+)/.exec(line)
        if (listening?.[1]) resolve(listening[1])
      })
    }
    child.once('error', reject)
    child.once('exit', () => reject(new Error(`${command} ended:\n${output}`)))
  })
  const pid = child.pid as number // it has one, as it listens
  return { url, pid, output: () => output, stop: (signal = 'SIGTERM') => end(child, exited, signal) }
}

async function end(child: ChildProcess, exited: Promise<unknown>, signal: NodeJS.Signals): Promise<void> {
  child.kill(signal)
  await exited
}

/** Waits until `look` returns something that is neither undefined nor false, and returns it. */
export async function until<Found>(what: string, look: () => Promise<Found | undefined | false>): Promise<Found> {
  const deadline = Date.now() + patience
  for (;;) {
    const found = await look()
    if (found !== undefined && found !== false) return found
    if (Date.now() > deadline) throw new Error(`waited in vain for ${what}`)
    await sleep(50)
  }
}
