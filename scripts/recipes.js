/**
 * Parts of the witnesses in a page: below `<!-- recipe: FILE NAME, NAME -->` stands a block of code with what is between
 * `recipe: NAME` and `end recipe` in test/witnesses/FILE. So the page shows nothing that does not run.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './install.js'

const witnesses = join(root, 'test', 'witnesses')

/** The least indentation of its lines is no part of it. */
function outdented(text) {
  const lines = text
    .replaceAll('\t', '    ')
    .replaceAll(/^\n+|\s+$/g, '')
    .split('\n')
  const indents = lines.filter((line) => line.trim() !== '').map((line) => line.length - line.trimStart().length)
  const least = Math.min(...indents)
  return lines.map((line) => line.slice(least)).join('\n')
}

/** What `test/witnesses/FILE` shows under that name. Throws where it shows nothing. */
function recipe(file, name) {
  const text = readFileSync(join(witnesses, file), 'utf8')
  const found = new RegExp(`(?:^|\\n)[^\\n]*\\brecipe: ${name}\\n([\\s\\S]*?)\\n[^\\n]*\\bend recipe`).exec(text)
  if (found === null) throw new Error(`test/witnesses/${file} has no recipe '${name}'`)
  return outdented(found[1])
}

const place = /(<!-- recipe: (\S+) ([^>]+?) -->\n```(\w+)\n)[\s\S]*?\n?```/g

/** The page with its recipes as the witnesses have them now. */
export function withRecipes(page) {
  return page.replaceAll(place, (_, head, file, names) => {
    const parts = names.split(', ').map((name) => recipe(file, name))
    return `${head}${parts.join('\n\n')}\n\`\`\``
  })
}
