/** The packages in the bundle, with the licences that ask to be passed on. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'

const folderForm = new RegExp(`^.*\\${sep}node_modules\\${sep}(?:@[^\\${sep}]+\\${sep})?[^\\${sep}]+`)
const noticeForm = /^(licen[cs]e|copying|notice)([-.].*)?$/i

/** Folders of packages that files are in; our own files are in none. */
function foldersOf(files) {
  const folders = files.flatMap((file) => folderForm.exec(file.replace(/^\0/, ''))?.[0] ?? [])
  return [...new Set(folders)].filter((folder) => existsSync(join(folder, 'package.json')))
}

function personOf(author) {
  return typeof author === 'object' ? author?.name : author?.replace(/\s*[<(].*/, '')
}

/** { title, text }; throws where a package does not say under which licence it is. */
function noticeOf(folder) {
  const { name, version, license, author } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  if (typeof license !== 'string') throw new Error(`${name} ${version} names no licence`)
  const files = readdirSync(folder).filter((file) => noticeForm.test(file))
  const texts = files.sort().map((file) => readFileSync(join(folder, file), 'utf8').trim())
  const person = personOf(author)
  const without = `Licence: ${license}${person === undefined ? '' : `. Author: ${person}`}`
  return { title: `${name} ${version} (${license})`, text: texts.length === 0 ? without : texts.join('\n\n') }
}

/** `files`: the modules of a bundle. Packages of one text, to the letter, share it. */
export function noticesOf(files) {
  const notices = foldersOf(files).map(noticeOf)
  notices.sort((one, other) => (one.title < other.title ? -1 : 1))
  const titlesOf = new Map()
  for (const { title, text } of notices) titlesOf.set(text, [...(titlesOf.get(text) ?? []), title])
  const head = 'The files beside this one contain code of these packages, each under the licence that follows its name.'
  const parts = [...titlesOf].map(([text, titles]) => `${'-'.repeat(80)}\n${titles.join('\n')}\n\n${text}`)
  return `${[head, ...parts].join('\n\n')}\n`
}
