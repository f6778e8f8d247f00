/**
 * Counts what really happened: a file that could not be loaded, an error outside any test and a skip without a
 * reason are failures. Prints each skip with its reason; leaves the totals where scripts/test.js reads them.
 */
import { writeFileSync } from 'node:fs'
import type { Reporter, SerializedError, TestModule, Vitest } from 'vitest/node'

export interface Totals {
  passed: number
  failed: number
  skipped: number
}

const print = (line: string) => process.stdout.write(`${line}\n`)

export class TotalsReporter implements Reporter {
  readonly totals: Totals = { passed: 0, failed: 0, skipped: 0 }
  /** `--testNamePattern` and tags leave tests out on purpose. */
  #picked = false
  #pattern: RegExp | undefined

  onInit(vitest: Vitest): void {
    this.#pattern = vitest.config.testNamePattern
    this.#picked = vitest.config.testNamePattern !== undefined || vitest.config.tagsFilter !== undefined
  }

  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    this.totals.passed = 0
    this.totals.failed = unhandled.length
    this.totals.skipped = 0
    for (const module of modules) this.#count(module)
    this.#refuseNothing(modules)
    if (this.totals.failed > 0) process.exitCode ||= 1
    const file = process.env['RELATA_TOTALS_FILE']
    if (file !== undefined) writeFileSync(file, JSON.stringify(this.totals))
  }

  #count(module: TestModule): void {
    // Errors of a module or a suite are those of loading it and of its hooks: no test reports them.
    this.totals.failed += module.errors().length
    for (const suite of module.children.allSuites()) this.totals.failed += suite.errors().length
    for (const test of module.children.allTests()) {
      const result = test.result()
      if (result.state === 'passed' || result.state === 'failed') {
        this.totals[result.state] += 1
        const name = `${module.relativeModuleId} > ${test.fullName}`
        // What fails and then passes is a fault of the test or of what it tests: it stays in sight.
        if (test.diagnostic()?.flaky === true)
          print(`PASSED ONLY AT THE SECOND TRY: ${name}: ${result.errors?.[0]?.message ?? 'no error'}`)
      } else
        this.#countSkipped(`${module.relativeModuleId} > ${test.fullName}`, 'note' in result ? result.note : undefined)
    }
  }

  /** A pattern with a mistake in it would else look like success. */
  #refuseNothing(modules: readonly TestModule[]): void {
    const pattern = this.#pattern
    if (pattern === undefined || this.totals.failed > 0) return
    for (const module of modules)
      for (const { fullName } of module.children.allTests()) if (pattern.test(fullName.replaceAll(' > ', ' '))) return
    this.totals.failed += 1
    print(`no test matches ${pattern}`)
  }

  #countSkipped(name: string, why: string | undefined): void {
    if (why === undefined && !this.#picked) {
      this.totals.failed += 1
      print(`SKIPPED WITHOUT A REASON, counted as failed: ${name}`)
      return
    }
    this.totals.skipped += 1
    if (why !== undefined) print(`skipped: ${name}: ${why}`)
  }
}
