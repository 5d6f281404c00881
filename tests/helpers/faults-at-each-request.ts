import type { FaultRule, Sandbox } from "lockstep-sandbox";

/** A fault that hits one request, or all from one on. */
export type Fault = Omit<FaultRule, "skip">;

/** A fault that whoever does something about it ends, and what a run that it ends is told as. */
export interface LastingFault<Code> {
  readonly fault: Fault;
  readonly code: Code;
}

const ONCE: readonly Fault[] = [
  { effect: "throttle" },
  { effect: "internal-error" },
  { effect: "service-unavailable" },
  { effect: "reset-before" },
  { effect: "reset-after" },
  { effect: "time-out" },
  { effect: "time-out-after" },
  { effect: "expired-credentials" },
  // The clock is set while the command runs: AWS's answers are of another time once, and as before from then on.
  { effect: "clock-skew" },
  { effect: "clock-skew", skewMs: -60 * 60 * 1000 },
];

/** What may go wrong with a single request, without anybody having to do something about it. */
export const PASSING = ONCE.map((fault): Fault => ({ ...fault, first: 1 }));

/** What goes on until somebody does something about it. */
export const LASTING: readonly LastingFault<"CredentialsUnusable" | "AwsUnreachable">[] = [
  { fault: { effect: "expired-credentials" }, code: "CredentialsUnusable" },
  { fault: { effect: "reset-before" }, code: "AwsUnreachable" },
  { fault: { effect: "reset-after" }, code: "AwsUnreachable" },
];

/** An answer from before the stack was made: what is not there yet stops a run, and nothing is made for it. */
export const STALE: Fault = { effect: "stale-read", staleMs: 60_000, first: 1 };

/** As in `clock-skew -3600000 ms`. */
export function nameOfFault({ effect, skewMs }: Fault): string {
  return skewMs === undefined ? effect : `${effect} ${skewMs} ms`;
}

/** A world in which one command is run twice. */
export interface FaultedRun<End> {
  /** With the fault. */
  run(): Promise<End>;
  /** After it is over. */
  again(): Promise<End>;
  /** Holds what is there against what has to be. */
  close(): Promise<void>;
}

/** How one of the two runs ended. */
export type Ended<End> = { readonly done: End } | { readonly thrown: unknown };

/**
 * Runs a command for each of its requests, or for some, with a fault that begins there, and once more without.
 * @param which of its requests: the first one counted from 0, and how far the next one is
 * @param judge is given how both runs ended
 */
export async function atEachRequest<End>(
  sandbox: Sandbox,
  fault: Fault,
  { first, stride }: { readonly first: number; readonly stride: number },
  make: () => Promise<FaultedRun<End>>,
  judge: (end: Ended<End>, second: End, where: string) => void | Promise<void>,
): Promise<void> {
  for (let skip = first; ; skip += stride) {
    const world = await make();
    const where = `request ${skip + 1}`;
    try {
      sandbox.faults.add({ ...fault, skip });
      const end: Ended<End> = await world.run().then(
        (done) => ({ done }),
        (thrown: unknown) => ({ thrown }),
      );
      const [status] = sandbox.faults.status();
      sandbox.faults.clear();
      await judge(end, await world.again(), where);
      if (status?.hitCount === 0) return;
    } finally {
      sandbox.faults.clear();
      await world.close();
    }
  }
}
