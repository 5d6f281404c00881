/** Everything that the doctor does: it looks, and where that is asked for, it writes canaries and watches them arrive. */

import { replicationOf } from "../../components/config/schema";
import { sendCanaries } from "../canary/send-canaries";
import { stackClients, type StackClients } from "../aws/stack-clients";
import type { WaitLimits } from "../clock";
import { isLockstepError } from "../errors";
import type { Confirm } from "../events";
import {
  type DeployedSource,
  sourceNames,
  sourceReader,
  stackOutputs,
} from "../stack/deployed-sources";
import { judgeCanaries } from "./checks/canary";
import { examine } from "./examine";
import type { ExamineOptions } from "./examine-options";
import { finding, type FindingFields, type FoundAt } from "./finding";
import type { FindingId } from "./kinds";
import { NOT_REACHED } from "./stops";

/** How canaries are sent. */
export interface CanaryWish {
  /** Is asked once, with all that would stay. */
  readonly confirm: Confirm;
  /**
   * How to wait for them.
   * @default up to 15 minutes, the time in which S3 brings most versions
   */
  readonly limits?: WaitLimits;
}

/** What is looked at, and whether canaries are written. */
export interface DoctorOptions extends ExamineOptions {
  /** Absent: nothing is written anywhere. */
  readonly canary?: CanaryWish;
}

/** Time Control's bound, and where most versions arrive without it. */
export const CANARY_LIMITS: WaitLimits = {
  intervalMs: 500,
  maxIntervalMs: 15_000,
  deadlineMs: 15 * 60_000,
};

/**
 * Looks for what keeps copies from arriving. Changes nothing, but for canaries that were asked for and agreed to.
 * @returns every finding, each of which was told as it was found
 * @throws LockstepError `Declined`, `Aborted`, `AwsUnreachable`, `EngineFailed`; what is refused is a finding
 */
export async function doctor(options: DoctorOptions): Promise<readonly FindingFields[]> {
  const found: FindingFields[] = [];
  const tell = (one: FindingFields): void => {
    found.push(one);
    options.tell(one);
  };
  await examine({ ...options, tell });
  if (options.canary !== undefined && !options.session.signal.aborted) {
    await watchCanaries({ ...options, tell }, options.canary, found);
  }
  return found;
}

async function watchCanaries(
  options: DoctorOptions,
  { confirm, limits = CANARY_LIMITS }: CanaryWish,
  found: readonly FindingFields[],
): Promise<void> {
  const { environment, session, tell } = options;
  const made: StackClients[] = [];
  try {
    const sources: (DeployedSource & { readonly clients: StackClients })[] = [];
    for (const source of await reachableSources({ ...options, found })) {
      const clients = await stackClients(source.config, source.outputs, environment);
      made.push(clients);
      sources.push({ ...source, clients });
    }
    if (sources.length === 0) return;
    const { monitoring } = await stackOutputs(options.stack);
    const beside = { found: [...found], topicArns: monitoring?.topicArns ?? [] };
    for (const sent of await sendCanaries({ ...session, sources, confirm, limits })) {
      judgeCanaries(sent, beside).forEach(tell);
    }
  } finally {
    for (const clients of made) clients.destroy();
  }
}

/** Findings with which nothing can be written or watched. */
const IN_THE_WAY: ReadonlySet<FindingId> = new Set([...NOT_REACHED, "stack-out-of-date"]);

/** Those that canaries can be sent from; of each other one it is told why not. */
async function reachableSources({
  config,
  found,
  sourceName,
  stack,
  tell,
}: DoctorOptions & { readonly found: readonly FindingFields[] }): Promise<
  readonly DeployedSource[]
> {
  const sources: DeployedSource[] = [];
  for (const name of sourceNames(config, sourceName)) {
    const { source, vaults } = replicationOf(config, name);
    const accounts = [source, ...vaults].map(({ accountId }) => accountId);
    const at: FoundAt = { account: source.accountId, resource: source.bucket.name };
    const leave = (what: string, fix: string): void => tell(finding("canary-none", at, what, fix));
    const before = found.filter(
      ({ account, id }) => IN_THE_WAY.has(id) && accounts.includes(account),
    );
    if (before.length > 0) {
      const ids = [...new Set(before.map(({ id }) => id))].join(", ");
      leave(`no canary can be watched on its way: ${ids}`, `what stands with ${ids}`);
      continue;
    }
    try {
      sources.push((await sourceReader(stack, config))(name));
    } catch (error) {
      if (!isLockstepError(error) || error.code !== "StackNotDeployed") throw error;
      leave(error.message.replace(/\.$/, ""), "`lockstep up` first");
    }
  }
  return sources;
}
