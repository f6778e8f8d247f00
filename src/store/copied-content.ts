/**
 * The content of a database that is no file of SQLite: its rows are copied into an image and out of one, table by table, in
 * one transaction.
 */
import type { StoreContent } from '#edm/ports.ts'
import type { ContentHooks, WholeOptions } from './options.ts'
import { copyAll, openBulk } from './transfer.ts'

function quietly(): void {
  // Nobody waits for a part.
}

export function copiedContent(url: string, options: WholeOptions, { before, after }: ContentHooks): StoreContent {
  const open = async (image: Uint8Array | undefined) => {
    const [{ openImage }, { bulkOn }] = await Promise.all([
      import('./sqlite/images/image.ts'),
      import('./sqlite/maintenance/bulk.ts'),
    ])
    const opened = openImage(image, options)
    return { opened, bulk: bulkOn(opened, image === undefined, options.migrations) }
  }
  return {
    image: async () => {
      const { opened, bulk } = await open(undefined)
      try {
        const from = await openBulk({ url }, { ...options, writes: false })
        try {
          await copyAll(from, bulk, quietly)
        } finally {
          await from.close()
        }
        const { imageWithout } = await import('./sqlite/images/image.ts')
        return imageWithout(opened.bytes(), options.uncopied ?? [], options)
      } finally {
        await bulk.close()
      }
    },
    replace: async (image) => {
      const { bulk } = await open(image)
      try {
        await before()
        const to = await openBulk({ url }, { ...options, writes: true })
        try {
          await to.clear()
          await copyAll(bulk, to, quietly)
        } finally {
          await to.close()
        }
        after()
      } finally {
        await bulk.close()
      }
    },
  }
}
