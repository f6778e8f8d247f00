/** Requests of the log as a test of pytest with `requests`. */
import { isUnwritten, type Piece, type Replay, type ReplayPlace, type Unwritten, variablesOf } from './replay.ts'

/** Each escape of JSON is one of Python's as well. */
function literal(text: string): string {
  return JSON.stringify(text)
}

function expression(pieces: readonly Piece[]): string {
  const parts = pieces.map((piece) =>
    typeof piece === 'string' ? literal(piece) : `os.environ[${literal(piece.variable)}]`,
  )
  return parts.length === 0 ? '""' : parts.join(' + ')
}

function bodyLines({ body }: Replay): string[] {
  if (body === undefined) return []
  if (body.kind === 'bytes') return [`        data=base64.b64decode(${literal(body.base64)}),`]
  if (body.kind === 'text') return [`        data=(${expression(body.text)}).encode("utf-8"),`]
  const pairs = body.pairs.map(([name, value]) => `            (${literal(name)}, ${expression(value)}),`)
  return ['        data=[', ...pairs, '        ],']
}

function headerLines({ headers }: Replay): string[] {
  if (headers.length === 0) return []
  const lines = headers.map(([name, value]) => `            ${literal(name)}: ${expression(value)},`)
  return ['        headers={', ...lines, '        },']
}

function errorLines({ error, method }: Replay): string[] {
  if (error === undefined || method === 'HEAD') return []
  return 'code' in error
    ? [`    assert answer.json()["error"]["code"] == ${literal(error.code)}`]
    : [`    assert answer.json()["error"] == ${literal(error.name)}`]
}

function nameOf({ method, target, status }: Replay, place: number): string {
  const [path = ''] = target
    .map((piece) => (typeof piece === 'string' ? piece : ''))
    .join('')
    .split('?', 1)
  const words = `${method} ${path}`
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/_$/, '')
  return `test_${place}_${words.slice(0, 60)}_is_${status}`
}

function testOf(replay: Replay | Unwritten, label: string, place: number): string {
  if (isUnwritten(replay)) return `# Left out: ${label}, as ${replay.why}.`
  return [
    `def ${nameOf(replay, place)}():`,
    ...(replay.fault === undefined ? [] : [`    # Answered by the fault rule ${literal(replay.fault)}.`]),
    '    answer = requests.request(',
    `        ${literal(replay.method)},`,
    `        SERVER + ${expression(replay.target)},`,
    ...headerLines(replay),
    ...bodyLines(replay),
    '        allow_redirects=False,',
    '        timeout=30,',
    '    )',
    `    assert answer.status_code == ${replay.status}`,
    ...errorLines(replay),
  ].join('\n')
}

/** `list`: with a label each, for those that are left out. */
export function pytestOf(list: readonly (readonly [Replay | Unwritten, string])[], { origin }: ReplayPlace): string {
  const replays = list.flatMap(([replay]) => (isUnwritten(replay) ? [] : [replay]))
  const variables = variablesOf(replays)
  const needed = [...(origin.startsWith('https:') ? ['REQUESTS_CA_BUNDLE=.relata/ca.pem'] : []), ...variables]
  return [
    "# Made from Relata's request log.",
    ...(needed.length === 0 ? [] : [`# Environment: ${needed.join(', ')}`]),
    ...(replays.some(({ body }) => body?.kind === 'bytes') ? ['import base64'] : []),
    'import os',
    '',
    'import requests',
    '',
    `SERVER = os.environ.get("RELATA_URL", ${literal(origin)})`,
    '',
    '',
    list.map(([replay, label], at) => testOf(replay, label, at + 1)).join('\n\n\n'),
    '',
  ].join('\n')
}
