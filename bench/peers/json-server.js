/**
 * The peer json-server, its terms in memory: with a file it would write all of them at each create. Usage: json-server.js
 * REFERENCE.
 */
import { createServer } from 'node:http'
import jsonServer from 'json-server'
import { readTerms, serve } from './terms.js'

const [file] = process.argv.slice(2)
const app = jsonServer.create()
app.use(jsonServer.router({ terms: readTerms(file) }))
serve(createServer(app).listen(0, '127.0.0.1'))
