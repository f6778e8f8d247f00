/** Requests of the log as commands of curl. */
import type { Piece, Replay, ReplayPlace } from './replay.ts'

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}

/** One word of the shell. A variable that is not set ends the command. */
function word(pieces: readonly Piece[]): string {
  return (
    pieces.map((piece) => (typeof piece === 'string' ? quoted(piece) : `"\${${piece.variable}:?}"`)).join('') || "''"
  )
}

function headerWord(name: string, value: readonly Piece[]): string {
  return value.length === 0 ? quoted(`${name};`) : word([`${name}: `, ...value])
}

function methodWords({ method, body }: Replay): string[] {
  if (method === 'HEAD') return ['--head']
  return method === 'GET' && body === undefined ? [] : [`--request ${quoted(method)}`]
}

function bodyWords({ body, headers }: Replay): string[] {
  if (body === undefined) return []
  // curl would say that it is a form.
  const untyped = headers.some(([name]) => name === 'content-type') ? [] : ["--header 'Content-Type:'"]
  if (body.kind === 'form') return body.pairs.map(([name, value]) => `--data-urlencode ${word([`${name}=`, ...value])}`)
  return [...untyped, body.kind === 'text' ? `--data-raw ${word(body.text)}` : '--data-binary @-']
}

export function curlOf(replay: Replay, { origin }: ReplayPlace): string {
  const { target, headers, body } = replay
  const words = [
    'curl --silent --show-error --include --globoff --path-as-is',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell fills it in
    ...(origin.startsWith('https:') ? ['--cacert "${SSL_CERT_FILE:-.relata/ca.pem}"'] : []),
    ...methodWords(replay),
    word([origin, ...target]),
    ...headers.map(([name, value]) => `--header ${headerWord(name, value)}`),
    ...bodyWords(replay),
  ]
  const command = words.join(' \\\n  ')
  return body?.kind === 'bytes' ? `printf %s ${quoted(body.base64)} | base64 -d | ${command}` : command
}
