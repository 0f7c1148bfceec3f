/**
 * Returns a function that runs tasks one after the other. SQLite has one writer at
 * a time, and its driver in Payload fails instead of waiting for another.
 */
export function turns(): <Result>(task: () => Promise<Result>) => Promise<Result> {
  let last: Promise<unknown> = Promise.resolve()
  return (task) => {
    const mine = last.then(task)
    last = mine.catch(() => undefined)
    return mine
  }
}
