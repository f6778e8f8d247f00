/** How the pages are built. `npm run build:pages` (scripts/pages.js) calls it, compresses the files and puts them in place. */
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

/** `npm run dev` in this folder: the pages of a server that runs already, with their source. */
const server = process.env['RELATA_URL'] ?? 'https://localhost:4365'
const ofTheServer = '^/(v1\\.0|beta|_relata|_api|alive|ready|health|approve|adminportal|[^/]+/oauth2)(/|$)'

/** Writes down what the bundles were made of, for the licences: scripts/pages.js takes it away. */
const modules: Plugin = {
  name: 'modules',
  apply: 'build',
  generateBundle(_, bundle) {
    const files = Object.values(bundle).flatMap((one) => (one.type === 'chunk' ? one.moduleIds : []))
    this.emitFile({ type: 'asset', fileName: 'modules.json', source: JSON.stringify(files) })
  },
}

export default defineConfig({
  plugins: [react(), modules],
  build: {
    outDir: 'dist.next',
    assetsDir: 'assets',
    emptyOutDir: true,
    // Which file needs which others: test/pages/sizes.test.ts.
    manifest: 'manifest.json',
    target: 'es2023',
    // Nothing may be inline: the content security policy allows files of this server only.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: { index: 'index.html', redirect: 'redirect.html' },
      output: {
        entryFileNames: 'assets/[name].[hash].js',
        chunkFileNames: 'assets/[name].[hash].js',
        assetFileNames: 'assets/[name].[hash][extname]',
      },
    },
  },
  server: { proxy: { [ofTheServer]: { target: server, secure: false, changeOrigin: true } } },
})
