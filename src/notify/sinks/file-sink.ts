/** JSON lines at the end of a file, which SIGHUP opens anew, as programs that rotate files expect it (events.md §9.5). */
import { type FileHandle, open } from 'node:fs/promises'
import { contentOf, type Sink, type SunkRecord } from './sink.ts'

function lineOf(record: SunkRecord): string {
  const { tenantId, n, link, leaf, text } = record
  const head = `{"n":${n},"link":"${link}","tenant":"${tenantId}"`
  return text === undefined ? `${head},"leaf":"${leaf}"}\n` : `${head},"record":${contentOf(record)}}\n`
}

/** Whether the last line is whole: who was killed while it wrote leaves a part of one. */
async function endsWhole(file: FileHandle): Promise<boolean> {
  const { size } = await file.stat()
  if (size === 0) return true
  const last = Buffer.alloc(1)
  await file.read(last, 0, 1, size - 1)
  return last[0] === 0x0a
}

/** Devices such as /dev/null have nothing to flush. */
async function flush(file: FileHandle): Promise<void> {
  try {
    await file.datasync()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EINVAL') throw error
  }
}

export function fileSink(name: string, path: string): Sink {
  let opening: Promise<FileHandle> | undefined
  const opened = async (): Promise<FileHandle> => {
    // Read as well, to look at its end. Never shortened: whoever keeps a log may allow nothing but appending to it.
    const file = await open(path, 'a+', 0o600)
    try {
      const facts = await file.stat()
      // A write waits for whoever reads it, for ever, and so would the end of the server.
      if (facts.isFIFO() || facts.isSocket())
        throw new Error(`${path} is a pipe, and no file that keeps what it is given`)
      if (!(await endsWhole(file))) await file.appendFile('\n')
      return file
    } catch (error) {
      await file.close()
      throw error
    }
  }
  const close = async (): Promise<void> => {
    const file = await opening?.catch(() => undefined)
    opening = undefined
    await file?.close()
  }
  let isStale = false
  const reopen = (): void => {
    isStale = true
  }
  process.on('SIGHUP', reopen)
  return {
    name,
    send: async (records) => {
      if (isStale) {
        isStale = false
        await close()
      }
      opening ??= opened()
      try {
        const file = await opening
        await file.appendFile(records.map(lineOf).join(''))
        await flush(file)
      } catch (error) {
        await close().catch(() => undefined)
        throw error
      }
    },
    close: async () => {
      process.off('SIGHUP', reopen)
      await close()
    },
  }
}
