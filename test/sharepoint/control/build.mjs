/** Bundles the control: `npm install --ignore-scripts --legacy-peer-deps && npm run build` in this folder. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

const here = import.meta.dirname
/** The control's package, unpacked; it would install half of the SharePoint Framework. */
const control = join(here, 'package')

/** The texts of the control are a module that SharePoint loads by language. */
const strings = () => {
  let texts = {}
  const define = (_, make) => {
    texts = make()
  }
  const file = join(control, 'lib/loc/en-us.js')
  new Function('define', readFileSync(file, 'utf8'))(define)
  const named = Object.entries(texts).filter(([name]) => /^[A-Za-z_]\w*$/.test(name))
  return named.map(([name, text]) => `export const ${name} = ${JSON.stringify(text)}`).join('\n')
}

const replaced = {
  name: 'replaced',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\.scss$/ }, ({ path }) => ({ path, namespace: 'styles' }))
    onLoad({ filter: /.*/, namespace: 'styles' }, () => ({ contents: 'export default {}' }))
    onResolve({ filter: /^ControlStrings$/ }, ({ path }) => ({ path, namespace: 'texts' }))
    onLoad({ filter: /.*/, namespace: 'texts' }, () => ({ contents: strings() }))
  },
}

const { outputFiles, metafile } = await build({
  entryPoints: [join(here, 'entry.mjs')],
  bundle: true,
  minify: true,
  write: false,
  metafile: true,
  format: 'iife',
  define: { 'process.env.NODE_ENV': '"production"', global: 'window' },
  alias: { '@microsoft/sp-core-library': join(here, 'guid.mjs'), '@pnp/spfx-controls-react': control },
  plugins: [replaced],
})

const folders = new Set(
  Object.keys(metafile.inputs).flatMap(
    (file) => /^(?:.*node_modules\/(?:@[^/]+\/)?[^/]+|package)(?=\/)/.exec(file)?.[0] ?? [],
  ),
)
const notices = [...folders].sort().map((folder) => {
  const { name, version, license } = JSON.parse(readFileSync(join(process.cwd(), folder, 'package.json'), 'utf8'))
  const [text = ''] = ['LICENSE', 'LICENSE.txt', 'LICENSE.md', 'license'].flatMap((file) => {
    try {
      return readFileSync(join(process.cwd(), folder, file), 'utf8')
    } catch {
      return []
    }
  })
  return `${name} ${version}, ${license}\n\n${text.trim()}\n`
})
writeFileSync(join(here, 'THIRD-PARTY.txt'), notices.join(`\n${'-'.repeat(72)}\n\n`))
writeFileSync(join(here, 'control.js.gz'), gzipSync(outputFiles[0].contents, { level: 9 }))
