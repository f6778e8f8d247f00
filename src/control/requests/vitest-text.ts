/** Requests of the log as a test of Vitest, which needs nothing but `fetch`. */
import { isUnwritten, type Piece, type Replay, type ReplayPlace, type Unwritten, variablesOf } from './replay.ts'

function literal(text: string): string {
  const plain = JSON.stringify(text).slice(1, -1)
  return plain.includes('\\') || text.includes("'") ? JSON.stringify(text) : `'${plain}'`
}

function expression(pieces: readonly Piece[]): string {
  const parts = pieces.map((piece) => (typeof piece === 'string' ? literal(piece) : `given('${piece.variable}')`))
  return parts.length === 0 ? "''" : parts.join(' + ')
}

/** Undefined where the text of the value would be another one. */
function valueIn(pieces: readonly Piece[]): unknown {
  const [text] = pieces
  // In an object that is written out, this member is no member.
  if (pieces.length !== 1 || typeof text !== 'string' || text.includes('__proto__')) return undefined
  try {
    const value: unknown = JSON.parse(text)
    return JSON.stringify(value) === text ? value : undefined
  } catch {
    return undefined
  }
}

function indented(text: string, by: string): string {
  return text.replaceAll('\n', `\n${by}`)
}

function bodyLines({ body, headers }: Replay): string[] {
  if (body === undefined) return []
  if (body.kind === 'bytes') return [`    body: Buffer.from(${literal(body.base64)}, 'base64'),`]
  if (body.kind === 'text') {
    const value = valueIn(body.text)
    const isPlain = value === undefined || typeof value !== 'object'
    const text = isPlain ? expression(body.text) : `JSON.stringify(${indented(JSON.stringify(value, null, 2), '    ')})`
    // Of a text without a type, fetch would say that it is one.
    const isTyped = headers.some(([name]) => name === 'content-type')
    return [`    body: ${isTyped ? text : `new TextEncoder().encode(${text})`},`]
  }
  const pairs = body.pairs.map(([name, value]) => `      [${literal(name)}, ${expression(value)}],`)
  return ['    body: new URLSearchParams([', ...pairs, '    ]),']
}

function headerLines({ headers }: Replay): string[] {
  if (headers.length === 0) return []
  const lines = headers.map(([name, value]) => `      ${literal(name)}: ${expression(value)},`)
  return ['    headers: {', ...lines, '    },']
}

function errorLines({ error, method }: Replay): string[] {
  if (error === undefined || method === 'HEAD') return []
  const wanted = 'code' in error ? `{ error: { code: ${literal(error.code)} } }` : `{ error: ${literal(error.name)} }`
  return [`  expect(await answer.json()).toMatchObject(${wanted})`]
}

function nameOf({ method, target, status }: Replay): string {
  const path = target.map((piece) => (typeof piece === 'string' ? piece : '…')).join('')
  return `${method} ${path} is answered ${status}`
}

function testOf(replay: Replay | Unwritten, label: string): string {
  if (isUnwritten(replay)) return `// Left out: ${label}, as ${replay.why}.`
  const fault = replay.fault === undefined ? [] : [`  // Answered by the fault rule ${literal(replay.fault)}.`]
  return [
    `it(${literal(nameOf(replay))}, async () => {`,
    ...fault,
    `  const answer = await fetch(server + ${expression(replay.target)}, {`,
    `    method: ${literal(replay.method)},`,
    ...headerLines(replay),
    ...bodyLines(replay),
    "    redirect: 'manual',",
    '  })',
    `  expect(answer.status).toBe(${replay.status})`,
    ...errorLines(replay),
    '})',
  ].join('\n')
}

const given = `function given(name) {
  const value = process.env[name]
  if (value === undefined) throw new Error(\`set the variable \${name}\`)
  return value
}
`

/** `requests`: with a label each, for those that are left out. */
export function vitestOf(
  requests: readonly (readonly [Replay | Unwritten, string])[],
  { origin }: ReplayPlace,
): string {
  const variables = variablesOf(requests.flatMap(([replay]) => (isUnwritten(replay) ? [] : [replay])))
  const needed = [...(origin.startsWith('https:') ? ['NODE_EXTRA_CA_CERTS=.relata/ca.pem'] : []), ...variables]
  return [
    "// Made from Relata's request log.",
    ...(needed.length === 0 ? [] : [`// Environment: ${needed.join(', ')}`]),
    "import { expect, it } from 'vitest'",
    '',
    `const server = process.env['RELATA_URL'] ?? ${literal(origin)}`,
    '',
    ...(variables.length === 0 ? [] : [given]),
    requests.map(([replay, label]) => testOf(replay, label)).join('\n\n'),
    '',
  ].join('\n')
}
