/** The order of test files: what is long begins first, so that no core waits for the last file at the end of a run. */
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** By how long their longest files take. A process that is shared by files of a project ends where another follows. */
const projects = ['witnesses', 'processes', 'postgres', 'sqlite', 'partitions', 'no-address-cache', 'unit']

const rankOf = ({ project }: TestSpecification): number => projects.indexOf(project.name)

/** Within a project by what the run before took, where it is known, else by size, as Vitest does. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    return sorted.sort((one, other) => rankOf(one) - rankOf(other))
  }
}
