/**
 * The source as a tool sees it: each file of `src/` with its imports, functions and types. Parsed, so that a type-only
 * import counts as one. `#floor/file.ts` is followed as the `source` condition of package.json does.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative, sep } from 'node:path'
import { parseAst } from 'rolldown/parseAst'

const functionTypes = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression'])
const importTypes = new Set(['ImportDeclaration', 'ExportNamedDeclaration', 'ExportAllDeclaration', 'ImportExpression'])

/** Calls `visit(node, parent)` for each node of a tree. */
const walk = (node, visit, parent) => {
  visit(node, parent)
  for (const key in node) {
    const child = node[key]
    if (Array.isArray(child)) {
      for (const one of child) if (typeof one?.type === 'string') walk(one, visit, node)
    } else if (typeof child?.type === 'string') walk(child, visit, node)
  }
}

const declarationOf = (statement) =>
  statement.type === 'ExportNamedDeclaration' && statement.declaration !== null ? statement.declaration : statement

/** Top-level constants that are arrow functions without a type of their own: those could be declarations. */
const arrowConstants = (body) =>
  body
    .map(declarationOf)
    .filter(({ type, kind }) => type === 'VariableDeclaration' && kind === 'const')
    .flatMap(({ declarations }) => declarations)
    .filter(({ id, init }) => init?.type === 'ArrowFunctionExpression' && !id.typeAnnotation)

const typeNodes = new Set(['TSInterfaceDeclaration', 'TSTypeAliasDeclaration', 'ClassDeclaration'])

const membersOf = (node) =>
  node.type === 'TSInterfaceDeclaration' ? [...new Set(node.body.body.map(({ key }) => key?.name).filter(Boolean))] : []

const typesOf = (body) =>
  body.map((statement) => {
    const node = declarationOf(statement)
    if (!typeNodes.has(node.type)) return undefined
    const isExported = statement.type === 'ExportNamedDeclaration'
    const bases = (node.extends ?? []).map(({ expression }) => expression?.name)
    return { name: node.id.name, isExported, members: membersOf(node), bases, start: node.start }
  })

const nameOf = (node, parent) => node.id?.name ?? parent?.id?.name ?? parent?.key?.name ?? '(anonymous)'

/** `path`, `floor` and `room` are below `src/`, with slashes. */
const read = (src, file) => {
  const path = relative(src, file).split(sep).join('/')
  const text = readFileSync(file, 'utf8')
  const { body } = parseAst(text, { lang: 'ts' })
  const lineAt = (offset) => text.slice(0, offset).split('\n').length
  const imports = []
  const functions = []
  walk({ type: 'Program', body }, (node, parent) => {
    if (importTypes.has(node.type) && typeof node.source?.value === 'string')
      imports.push({ specifier: node.source.value, line: lineAt(node.start) })
    // `import('./file.ts').Type`
    if (node.type === 'TSImportType' && typeof (node.source ?? node.argument)?.value === 'string')
      imports.push({ specifier: (node.source ?? node.argument).value, line: lineAt(node.start), isInline: true })
    if (functionTypes.has(node.type))
      functions.push({
        name: nameOf(node, parent),
        line: lineAt(node.start),
        lines: text.slice(node.start, node.end).split('\n').length,
      })
  })
  const arrows = arrowConstants(body).map(({ id, start }) => ({ name: id.name, line: lineAt(start) }))
  const types = typesOf(body)
    .filter(Boolean)
    .map((type) => ({ ...type, line: lineAt(type.start) }))
  return { path, floor: path.split('/')[0], room: dirname(path), text, imports, functions, arrows, types }
}

/** The file below `src/` that an import leads to; undefined: a package or a module of Node. */
export const targetOf = ({ room }, { specifier }) => {
  if (specifier.startsWith('#')) return normalize(specifier.slice(1))
  return specifier.startsWith('.') ? normalize(join(room, specifier)).split(sep).join('/') : undefined
}

/** Every file of `root/src` but tests, in the order of their paths. */
export const readHouse = (root) => {
  const src = join(root, 'src')
  return readdirSync(src, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.test.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((file) => read(src, file))
}
