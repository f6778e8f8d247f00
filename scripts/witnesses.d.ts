import type { Witness } from '../test/witnesses/table.js'

type Mode = 'all' | 'ci' | 'few'

export function witnessMode(): Mode
export function runsIn(witness: Witness, mode: Mode): boolean
export function missingTool(witness: Witness): string | undefined
export function preparedNow(witness: Witness): boolean
export function namedIn(args: readonly string[]): readonly Witness[]
