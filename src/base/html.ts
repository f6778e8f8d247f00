/** Pages without script or outside resources: escaped text, one style sheet, and headers that allow nothing else. */
import { createHash } from 'node:crypto'
import type { OwnAnswer } from './own-address.ts'

/** Text that is markup already, so that `html` leaves it as it is. */
export class Markup {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

export function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (found) => entities[found] as string)
}

type Piece = string | number | Markup | undefined | readonly Piece[]

function render(piece: Piece): string {
  if (piece === undefined) return ''
  if (piece instanceof Markup) return piece.text
  return Array.isArray(piece) ? piece.map(render).join('') : escapeText(String(piece))
}

/** Everything put in is escaped, unless it came from here. */
export function html(texts: TemplateStringsArray, ...pieces: readonly Piece[]): Markup {
  return new Markup(texts.reduce((all, text, at) => `${all}${render(pieces[at - 1])}${text}`))
}

const style = `
:root { color-scheme: light dark; --back: #f3f2f1; --card: #fff; --ink: #1b1a19; --soft: #605e5c; --line: #dfdddb;
  --link: #0b5cad; --on: #fff; --warn: #8a3707; --warn-back: #fff4ce; --good: #0e700e; --bad: #a4262c }
@media (prefers-color-scheme: dark) { :root { --back: #1b1a19; --card: #262524; --ink: #f5f4f3; --soft: #bab7b4;
  --line: #454341; --link: #6cb8f6; --on: #10202e; --warn: #f7c873; --warn-back: #3a2f17; --good: #7fd57f; --bad: #f1a0a4 } }
* { box-sizing: border-box }
body { margin: 0; padding: 2.5rem 1rem; background: var(--back); color: var(--ink);
  font: 1rem/1.5 'Segoe UI', system-ui, -apple-system, 'Noto Sans', sans-serif }
main { max-width: 42rem; margin: 0 auto; padding: 2rem; background: var(--card); border: 1px solid var(--line);
  border-radius: .5rem }
.from { margin: 0 0 .25rem; color: var(--soft); font-size: .875rem }
h1 { margin: 0 0 1rem; font-size: 1.6rem; line-height: 1.25; font-weight: 600 }
h2 { margin: 1.5rem 0 .5rem; font-size: 1.05rem; font-weight: 600 }
p { margin: 0 0 1rem }
dl { display: grid; grid-template-columns: 9rem 1fr; gap: .5rem 1rem; margin: 0; padding: 1rem 0;
  border: solid var(--line); border-width: 1px 0 }
dt { color: var(--soft) }
dd { margin: 0; overflow-wrap: anywhere }
small, code { color: var(--soft); font-size: .875rem }
ul { margin: 0; padding: 0 0 0 1.2rem; columns: 15rem 2; column-gap: 2rem }
li { break-inside: avoid; padding: .1rem 0 }
.warn { margin: 1rem 0 0; padding: .6rem .8rem; border-left: 4px solid var(--warn); background: var(--warn-back) }
.good { color: var(--good) } .bad { color: var(--bad) }
label { display: block; margin: 1.5rem 0 .25rem; font-weight: 600 }
select, input { width: 100%; min-height: 2.5rem; padding: .4rem .6rem; font: inherit; color: inherit;
  background: var(--card); border: 1px solid var(--soft); border-radius: .25rem }
.choice { display: flex; flex-wrap: wrap; gap: .75rem; margin-top: 1.5rem }
button { min-width: 8rem; min-height: 2.5rem; padding: .4rem 1.25rem; font: inherit; font-weight: 600; cursor: pointer;
  border: 1px solid var(--link); border-radius: .25rem; background: var(--card); color: var(--link) }
button.first { background: var(--link); color: var(--on) }
.accounts { display: grid; gap: .5rem; margin: 1rem 0 }
.accounts button { width: 100%; min-height: 3.25rem; padding: .5rem 1rem; text-align: left; font-weight: 400;
  border-color: var(--line); color: inherit }
.accounts button strong { display: block }
button:hover { filter: brightness(.94) }
a { color: var(--link) }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px }
@media (max-width: 32rem) { main { padding: 1.25rem } dl { grid-template-columns: 1fr; gap: 0 } dd { margin-bottom: .5rem } }
`

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`
}

const styleHash = hashOf(style)

export interface Page {
  readonly title: string
  readonly body: Markup
  readonly status?: number
  /** The one script the page may run. */
  readonly script?: string
  /** Where its forms may lead besides here, redirects included: origins, or schemes with their colon. */
  readonly formTargets?: readonly string[]
}

/** Same-origin referrers, not none: with none, browsers hide the origin of form posts too. */
export function pageAnswer({ title, body, status = 200, script, formTargets = [] }: Page): OwnAnswer {
  const scripted = script === undefined ? undefined : new Markup(`<script>${script}</script>`)
  const policy = [
    "default-src 'none'",
    `style-src ${styleHash}`,
    ...(script === undefined ? [] : [`script-src ${hashOf(script)}`]),
    ["form-action 'self'", ...formTargets].join(' '),
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ]
  return {
    status,
    headers: {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': policy.join('; '),
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'same-origin',
      'X-Frame-Options': 'DENY',
    },
    body: html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${new Markup(style)}</style>
</head>
<body>
<main>
${body}
</main>
${scripted}
</body>
</html>
`.text,
  }
}
