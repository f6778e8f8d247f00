/**
 * What is under deploy/, against Kubernetes' own types and schemas (as kubernetes-models publishes them), against each
 * other, and against the program: flags, addresses and ports named there are those it has.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Deployment } from 'kubernetes-models/apps/v1'
import { HorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2'
import { Ingress, NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1'
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1'
import { Service, ServiceAccount } from 'kubernetes-models/v1'
import { describe, expect, it } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { defaultConfig, settings, variableOf } from '#app/config.ts'
import { parseOutsideIssuers } from '#auth/outside/outside-settings.ts'
import { run } from '#cli/program.ts'
import { pinnedNode } from '../../scripts/node-version.js'
import { startTestServer } from '../_support/server.ts'
import { root } from '../tooling/run-tool.ts'
import { readEnv } from './started.ts'

const folder = join(root, 'deploy', 'kubernetes')

interface Manifest {
  readonly apiVersion: string
  readonly kind: string
  // biome-ignore lint/suspicious/noExplicitAny: each kind has a form of its own, which the types check below
  readonly [member: string]: any
}

/** Of the Gateway API there are no schemas here: its file is looked at below. */
const withSchema = (name: string): boolean =>
  /\.yaml$/.test(name) && !['kustomization.yaml', 'gateway.yaml'].includes(name)
const files = readdirSync(folder).filter(withSchema)
const read = (name: string): Manifest[] => {
  const documents = parseAllDocuments(readFileSync(join(folder, name), 'utf8'), { strict: true, uniqueKeys: true })
  if (!Array.isArray(documents)) throw new Error(`${name} is empty`)
  return documents.map((document) => {
    if (document.errors.length > 0) throw document.errors[0]
    return document.toJS() as Manifest
  })
}
const all = files.flatMap((name) => read(name).map((manifest) => ({ name, manifest })))
const one = (kind: string): Manifest => {
  const found = all.filter(({ manifest }) => manifest.kind === kind)
  if (found.length !== 1) throw new Error(`${found.length} manifests of kind ${kind}`)
  return (found[0] as (typeof all)[number]).manifest
}

const models = {
  Deployment,
  HorizontalPodAutoscaler,
  Ingress,
  NetworkPolicy,
  PodDisruptionBudget,
  Service,
  ServiceAccount,
}
type Kind = keyof typeof models
const moduleOf = (apiVersion: string): string => `kubernetes-models/${apiVersion}`

describe('the manifests', () => {
  it.each(all)('$name fits the schema of its kind', ({ manifest }) => {
    const Model = models[manifest.kind as Kind] as unknown as new (
      data: unknown,
    ) => { validate(): void; apiVersion: string }
    const made = new Model(manifest)
    expect(made.apiVersion).toBe(manifest.apiVersion)
    expect(() => made.validate()).not.toThrow()
  })

  it('have no member that Kubernetes does not know', () => {
    // The schemas let unknown members pass; the types, of literals, do not. Beside the packages, so that they are found.
    const scratch = join(root, 'node_modules', '.cache', `relata-manifests-${process.pid}`)
    const check = (manifests: readonly Manifest[]): string => {
      const text = manifests.map(
        (manifest, at) =>
          `import type { I${manifest.kind} as T${at} } from '${moduleOf(manifest.apiVersion)}'\n` +
          `export const m${at}: T${at} = ${JSON.stringify(manifest)}\n`,
      )
      const file = join(scratch, 'manifests.ts')
      writeFileSync(file, text.join(''))
      const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
      const flags = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext', '--types', '', '--ignoreConfig']
      return spawnSync(process.execPath, [compiler, ...flags, file], { encoding: 'utf8', cwd: root }).stdout
    }
    mkdirSync(scratch, { recursive: true })
    try {
      expect(check(all.map(({ manifest }) => manifest))).toBe('')
      const wrong = structuredClone(one('Deployment'))
      wrong['spec'].template.spec.containers[0].livenessProbes = {}
      expect(check([wrong])).toContain('livenessProbes')
    } finally {
      rmSync(scratch, { recursive: true, force: true })
    }
  })

  it('select the same pods', () => {
    const { spec } = one('Deployment')
    const { labels } = spec.template.metadata
    for (const selector of [
      spec.selector.matchLabels,
      spec.template.spec.topologySpreadConstraints[0].labelSelector.matchLabels,
      one('Service')['spec'].selector,
      one('PodDisruptionBudget')['spec'].selector.matchLabels,
      one('NetworkPolicy')['spec'].podSelector.matchLabels,
    ])
      expect(labels).toMatchObject(selector)
    const target = one('HorizontalPodAutoscaler')['spec'].scaleTargetRef
    expect(target).toMatchObject({ kind: 'Deployment', name: one('Deployment')['metadata'].name })
  })

  it('are all in the kustomization, but for what is optional', () => {
    const { resources } = parse(readFileSync(join(folder, 'kustomization.yaml'), 'utf8')) as { resources: string[] }
    expect([...resources, 'autoscaling.yaml', 'ingress.yaml'].sort()).toEqual([...files].sort())
    const text = readFileSync(join(folder, 'kustomization.yaml'), 'utf8')
    for (const name of ['autoscaling.yaml', 'ingress.yaml', 'gateway.yaml']) expect(text).toContain(`  # - ${name}\n`)
  })

  it('open the same addresses by an ingress and by a gateway, and none of our own', () => {
    const host = 'graph.relata.example'
    const ingress = one('Ingress')['spec']
    expect(ingress.rules.map((rule: Manifest) => rule['host'])).toEqual([host])
    const { paths } = ingress.rules[0].http
    const [route, policy] = read('gateway.yaml') as [Manifest, Manifest]
    expect([route.kind, policy.kind]).toEqual(['HTTPRoute', 'BackendTLSPolicy'])
    expect(route['spec'].hostnames).toEqual([host])
    const inGateway = route['spec'].rules[0].matches.map(({ path }: Manifest) => path.value)
    expect(paths.map(({ path }: Manifest) => path)).toEqual(inGateway)
    expect(inGateway).toEqual(['/v1.0', '/beta'])
    const service = one('Service')
    for (const { backend } of paths)
      expect(backend.service).toEqual({ name: service['metadata'].name, port: { name: service['spec'].ports[0].name } })
    expect(route['spec'].rules[0].backendRefs).toEqual([
      { name: service['metadata'].name, port: service['spec'].ports[0].port },
    ])
    expect(policy['spec'].targetRefs[0].name).toBe(service['metadata'].name)
    expect(policy['spec'].validation.hostname).toBe(host)
    expect(readEnv('kubernetes/settings.env')['RELATA_PUBLIC_URL']).toBe(`https://${host}`)
    const limit = ingress.metadata?.annotations ?? one('Ingress')['metadata'].annotations
    expect(limit['nginx.ingress.kubernetes.io/proxy-body-size']).toBe('4m')
    expect(limit['nginx.ingress.kubernetes.io/backend-protocol']).toBe('HTTPS')
  })

  it('have the labels that Kubernetes recommends, with the version of the image', () => {
    const { labels, images } = parse(readFileSync(join(folder, 'kustomization.yaml'), 'utf8'))
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    const pairs = Object.assign({}, ...labels.map((entry: Manifest) => entry['pairs']))
    expect(Object.keys(pairs).sort()).toEqual(
      ['component', 'managed-by', 'name', 'part-of', 'version'].map((label) => `app.kubernetes.io/${label}`),
    )
    expect(pairs['app.kubernetes.io/version']).toBe(version)
    expect(images[0].newTag).toBe(version)
    // A label that changes with a version must not be part of a selector, which cannot be changed.
    expect(labels.every((entry: Manifest) => entry['includeSelectors'] === undefined)).toBe(true)
  })

  it('run without rights, and write nowhere but into their own volume', () => {
    const pod = one('Deployment')['spec'].template.spec
    const [container] = pod.containers
    expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } })
    expect(pod.securityContext.runAsUser).toBeGreaterThan(0)
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    })
    expect(pod.automountServiceAccountToken).toBe(false)
    expect(container.resources).toMatchObject({
      requests: { memory: expect.any(String) },
      limits: { memory: expect.any(String) },
    })
  })

  it('hold no secret, only the names of some', () => {
    expect(all.map(({ manifest }) => manifest.kind)).not.toContain('Secret')
    const { env } = one('Deployment')['spec'].template.spec.containers[0]
    const url = env.find(({ name }: { name: string }) => name === 'RELATA_DATABASE_URL')
    expect(url.value).toBeUndefined()
    expect(url.valueFrom.secretKeyRef).toEqual({ name: 'relata-database', key: 'url' })
  })

  it('have issuers that the program takes, the same for Kubernetes and for compose', () => {
    const texts = ['kubernetes/issuers.json', 'registry/issuers.example.json'].map((path) =>
      readFileSync(join(root, 'deploy', path), 'utf8'),
    )
    expect(texts[0]).toBe(texts[1])
    expect(parseOutsideIssuers(texts[0] ?? '')).toHaveLength(1)
  })

  it('lose no replica while they are replaced, and give requests their time', () => {
    const { spec } = one('Deployment')
    expect(spec.strategy.rollingUpdate).toEqual({ maxUnavailable: 0, maxSurge: 1 })
    expect(spec.replicas).toBeGreaterThan(1)
    const pod = spec.template.spec
    const [, wait = '0'] = /, (\d+)\)$/.exec(pod.containers[0].lifecycle.preStop.exec.command.at(-1)) ?? []
    const stopMs = 5000
    expect(pod.terminationGracePeriodSeconds * 1000).toBeGreaterThan(Number(wait) + stopMs + 2000)
    expect(pod.terminationGracePeriodSeconds).toBeLessThan(30)
  })
})

describe('the alerts', () => {
  it('are of metrics that there are', async () => {
    const { groups } = parse(readFileSync(join(root, 'deploy', 'alerts.yaml'), 'utf8'))
    const rules = groups.flatMap((group: Manifest) => group['rules']) as Manifest[]
    const server = await startTestServer({ metrics: true })
    const there = (await (await fetch(`${server.http}/metrics`)).text()).matchAll(/^# TYPE (\w+)/gm)
    await server.close()
    const names = new Set([...there].map(([, name]) => name))
    for (const { expr, annotations, labels } of rules) {
      const used = [...String(expr).matchAll(/relata_\w+/g)].map(([name]) => name.replace(/_bucket$/, ''))
      for (const name of used) expect(names).toContain(name)
      expect(annotations.summary).toMatch(/^\S/)
      expect(['critical', 'warning', 'info']).toContain(labels.severity)
    }
    expect(new Set(rules.map((rule) => rule['alert'])).size).toBe(rules.length)
  })
})

describe('what the manifests say of the program', () => {
  const container = one('Deployment')['spec'].template.spec.containers[0]

  it('are settings it has', () => {
    const known = Object.values(settings).map(variableOf)
    for (const { name } of container.env) expect(known).toContain(name)
    for (const name of Object.keys(readEnv('kubernetes/settings.env'))) expect(known).toContain(name)
    expect(container.args).toEqual(['start'])
  })

  it('are addresses that answer, on the port it listens on', async () => {
    expect(container.ports).toEqual([{ name: 'https', containerPort: defaultConfig.port }])
    const server = await startTestServer({ registry: true, seed: 'none', metrics: true })
    try {
      const probes = [container.startupProbe, container.readinessProbe, container.livenessProbe]
      const { path } = { path: one('Deployment')['spec'].template.metadata.annotations['prometheus.io/path'] }
      for (const address of [...probes.map(({ httpGet }) => httpGet.path), path])
        expect((await fetch(`${server.origin}${address}`)).status, address).toBe(200)
      for (const { httpGet } of probes) expect(httpGet).toMatchObject({ port: 'https', scheme: 'HTTPS' })
    } finally {
      await server.close()
    }
  })
})

describe('the image', () => {
  const lines = readFileSync(join(root, 'deploy', 'Dockerfile'), 'utf8').split('\n')
  const last = (word: string): string =>
    lines.findLast((line) => line.startsWith(`${word} `))?.slice(word.length + 1) ?? ''
  const inList = (text: string): string[] => JSON.parse(text.slice(text.indexOf('[')))

  it('runs as nobody in particular, and is stopped as the program expects', () => {
    expect(last('USER')).toMatch(/^[1-9]\d*:[1-9]\d*$/)
    expect(last('STOPSIGNAL')).toBe('SIGTERM')
    expect(last('EXPOSE')).toBe(`${defaultConfig.port}`)
    // By the version of Node that is tested, and for whoever builds it by a digest.
    const from = lines.filter((line) => line.startsWith('FROM '))
    // biome-ignore lint/suspicious/noTemplateCurlyInString: that of the Dockerfile
    expect(from).toEqual(['FROM ${NODE_IMAGE} AS build', 'FROM ${NODE_IMAGE} AS pages', 'FROM ${NODE_IMAGE}'])
    expect(lines).toContain(`ARG NODE_IMAGE=node:${pinnedNode.version}-bookworm-slim`)
    const text = lines.join('\n')
    expect(text).toContain(`image.base.name="docker.io/library/node:${pinnedNode.version}-bookworm-slim"`)
    expect(text).not.toMatch(/org\.opencontainers\.image\.(?:source|url|vendor|documentation)="/)
  })

  it('asks the program itself for its health', async () => {
    const entry = inList(last('ENTRYPOINT'))
    const check = inList(last('HEALTHCHECK'))
    expect(check.slice(0, -1)).toEqual(entry)
    const server = await startTestServer()
    const port = new URL(server.origin).port
    expect(await run([check.at(-1) ?? ''], { RELATA_PORT: port, RELATA_HOST: '0.0.0.0' })).toBe(0)
    await server.close()
    expect(await run([check.at(-1) ?? ''], { RELATA_PORT: port })).toBe(1)
  })

  it('copies only what there is', () => {
    for (const line of lines.filter((text) => text.startsWith('COPY ') && !text.includes('--from='))) {
      const sources = line.split(' ').slice(1, -1)
      for (const source of sources) expect(existsSync(join(root, source)), source).toBe(true)
    }
  })

  it('has a compose file whose flags and paths are there', () => {
    const { services } = parse(readFileSync(join(root, 'deploy', 'compose.yaml'), 'utf8'))
    const { command, environment, ports, build, read_only } = services.relata
    const flags = Object.values(settings).map(({ flags: text }) => /--[\w-]+/.exec(text)?.[0])
    for (const flag of command.slice(1)) expect(flags).toContain(flag)
    for (const name of Object.keys(environment)) expect(Object.values(settings).map(variableOf)).toContain(name)
    expect(ports).toEqual([`127.0.0.1:${defaultConfig.port}:${environment.RELATA_PORT}`])
    expect(build).toEqual({ context: '..', dockerfile: 'deploy/Dockerfile' })
    expect(read_only).toBe(true)
  })

  it.each(['compose.yaml', 'compose.registry.yaml'])('gives the server of %s no rights, and time to stop', (name) => {
    const { services } = parse(readFileSync(join(root, 'deploy', name), 'utf8'))
    const { relata, ...others } = services
    expect(relata).toMatchObject({
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
      stop_grace_period: '10s',
    })
    for (const variable of Object.keys(relata.environment))
      expect(Object.values(settings).map(variableOf)).toContain(variable.replace(/_FILE$/, ''))
    for (const other of Object.values(others) as Manifest[]) expect(other['image']).toMatch(/:\d+\.\d+-\w+$/)
  })

  it('has a compose file of a registry without a secret in it', () => {
    const text = readFileSync(join(root, 'deploy', 'compose.registry.yaml'), 'utf8')
    const { services, secrets } = parse(text)
    for (const { file } of Object.values(secrets) as Manifest[]) expect(file).toMatch(/^registry\//)
    expect(Object.keys(secrets).sort()).toEqual(
      [...new Set(Object.values(services).flatMap((service) => (service as Manifest)['secrets']))].sort(),
    )
    expect(text).not.toMatch(/postgres:\/\/|PASSWORD:/)
    expect(readFileSync(join(root, 'deploy', 'registry', '.gitignore'), 'utf8')).toContain('\n*\n')
  })
})
