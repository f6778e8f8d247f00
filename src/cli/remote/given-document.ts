/** Documents that commands send to a server: files of JSON or YAML, or JSON itself. The server checks them. */
import { existsSync } from 'node:fs'
import { firstLine, parseDocument } from '#app/settings/config-file.ts'
import { textOfFile } from '#app/settings/text-file.ts'

/** Throws what is wrong with the file. */
export async function documentIn(file: string): Promise<unknown> {
  let text: string
  try {
    text = textOfFile(file)
  } catch (error) {
    throw new Error(`${file} cannot be read: ${firstLine(error).replace(/, \w+( '.*')?$/, '')}`, { cause: error })
  }
  try {
    return await parseDocument(text, file)
  } catch (error) {
    throw new Error(`${file}: ${firstLine(error)}`, { cause: error })
  }
}

/** The document, or the name of something that the server has: a file that is there is read, and what looks like one has to be. */
export async function documentOrName(word: string): Promise<unknown> {
  return existsSync(word) || /[./\\]/.test(word) ? documentIn(word) : word
}
