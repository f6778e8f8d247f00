/** An image that was built, in whichever way, and what runs of it. */

export interface RunWish {
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** Name of the volume at /data; absent: one of its own. */
  readonly volume?: string
  /** A folder of this machine that is at /seed, and cannot be written there. */
  readonly seed?: string
}

export interface Said {
  readonly code: number | null
  readonly text: string
}

export interface RunningImage {
  /** On this machine. */
  readonly port: number
  /** What it has printed so far. */
  out(): string
  /** Resolves when its HEALTHCHECK is fulfilled. */
  healthy(): Promise<void>
  /** Runs a command in it, as `docker exec` does. */
  exec(...command: readonly string[]): Promise<Said>
  /** As `docker stop --time 5` does: its signal, and five seconds later an end by force. Resolves to its exit code. */
  stop(): Promise<number | null>
}

export interface BuiltImage {
  /** Why something of it could not be done here. */
  readonly notDone: readonly string[]
  /** Rejects with what it printed when it ends before it is ready. */
  start(wish?: RunWish): Promise<RunningImage>
  remove(): Promise<void>
}

/** What is printed for those who wait: docs/cli.md. */
export const readyLine = /^relata is ready on https:\/\/localhost:(\d+)$/m
