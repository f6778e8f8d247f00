/** Runs the jobs with a bounded number under way. */
export async function inParallel<T>(width: number, jobs: readonly (() => Promise<T>)[]): Promise<T[]> {
  const results: T[] = []
  let next = 0
  const worker = async () => {
    while (next < jobs.length) {
      const at = next
      next += 1
      const job = jobs[at]
      if (job !== undefined) results[at] = await job()
    }
  }
  await Promise.all(Array.from({ length: width }, worker))
  return results
}
