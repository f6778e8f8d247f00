/**
 * Traces by OpenTelemetry, sent where the standard `OTEL_…` variables say. Loaded only where an endpoint is set, because
 * loading the library takes a large part of a start.
 */
import {
  type Context,
  context,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources'
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node'
import type { Model } from '#edm/model.ts'
import type { StartTrace } from '#http/trace.ts'
import { templatesOf } from './operation-template.ts'
import type { DueWatch } from './watched-dues.ts'
import type { StoreWatch } from './watched-store.ts'

export interface Tracing {
  readonly startTrace: StartTrace
  readonly store: StoreWatch
  readonly due: DueWatch
  /** An event of the request's span for each step of the engine. */
  readonly onStep: (name: string) => void
  /** Sends buffered spans. */
  close(): Promise<void>
}

export interface TracingFacts {
  readonly models: readonly Model[]
  readonly version: string
  /** `db.system.name` of the spans of the store. */
  readonly database: string
}

const protocol = 'http/protobuf'

/** Throws when the variables ask for an unsupported protocol. */
function checkProtocol(environment: Readonly<Record<string, string | undefined>>): void {
  for (const name of ['OTEL_EXPORTER_OTLP_TRACES_PROTOCOL', 'OTEL_EXPORTER_OTLP_PROTOCOL']) {
    const asked = environment[name]
    if (asked !== undefined && asked !== '' && asked !== protocol)
      throw new Error(`${name} is '${asked}', but traces are sent as ${protocol} only`)
  }
}

function providerOf(version: string): NodeTracerProvider {
  return new NodeTracerProvider({
    resource: defaultResource()
      .merge(resourceFromAttributes({ 'service.name': 'relata', 'service.version': version }))
      .merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
  })
}

const failedFrom = 500

export function createTracing({ models, version, database }: TracingFacts): Tracing {
  checkProtocol(process.env)
  const provider = providerOf(version)
  provider.register()
  const tracer = provider.getTracer('relata', version)
  const templateOf = templatesOf(models)

  const requestSpan = (method: string, path: string, parent: Context): Span => {
    const route = templateOf(path)
    const attributes = { 'http.request.method': method, 'http.route': route, 'url.path': path }
    return tracer.startSpan(`${method} ${route}`, { kind: SpanKind.SERVER, attributes }, parent)
  }

  return {
    startTrace: (request, method, path) => {
      const { headers, socket } = request
      const parent = propagation.extract(ROOT_CONTEXT, headers)
      const span = requestSpan(method, path, parent)
      span.setAttribute('url.scheme', 'encrypted' in socket ? 'https' : 'http')
      if (headers.host !== undefined) span.setAttribute('server.address', headers.host)
      const agent = headers['user-agent']
      if (agent !== undefined) span.setAttribute('user_agent.original', agent)
      return {
        traceId: span.spanContext().traceId,
        run: (work) => context.with(trace.setSpan(parent, span), work),
        end: ({ status, requestId, clientRequestId, check }) => {
          // 0: the client has left, and nothing was sent.
          if (status > 0) span.setAttribute('http.response.status_code', status)
          if (status === 0 || status >= failedFrom) {
            span.setAttribute('error.type', status === 0 ? 'client_gone' : `${status}`)
            span.setStatus({ code: SpanStatusCode.ERROR })
          }
          span.setAttributes({ 'relata.request_id': requestId, 'relata.client_request_id': clientRequestId })
          if (check !== undefined) span.setAttribute('relata.check', check)
          span.end()
        },
      }
    },
    store: (kind, tenantId) => {
      const attributes = { 'db.system.name': database, 'db.operation.name': kind, 'relata.tenant': tenantId }
      const span = tracer.startSpan(`store ${kind}`, { kind: SpanKind.CLIENT, attributes }, context.active())
      return (outcome) => {
        if (outcome === 'failed') span.setStatus({ code: SpanStatusCode.ERROR })
        span.setAttribute('relata.outcome', outcome)
        span.end()
      }
    },
    due: ({ kind, lagMs, error }) => {
      const attributes = { 'relata.agenda.kind': kind, 'relata.agenda.lag_ms': lagMs }
      const span = tracer.startSpan(`agenda ${kind}`, { attributes }, context.active())
      if (error !== undefined) span.setStatus({ code: SpanStatusCode.ERROR })
      span.end()
    },
    onStep: (name) => {
      trace.getActiveSpan()?.addEvent(`step ${name}`)
    },
    close: async () => {
      // A missing collector must not fail the stop.
      await provider.shutdown().catch(() => undefined)
      trace.disable()
      context.disable()
      propagation.disable()
    },
  }
}
