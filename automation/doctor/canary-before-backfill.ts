/** The canary before a job is made: once for each promise, and the job only where it has arrived as promised. */

import { replicationOf } from "../../components/config/schema";
import type { AwsEnvironment } from "../aws/aws-clients";
import { stackClients, type StackClients } from "../aws/stack-clients";
import { seenCanaries } from "../canary/seen-canaries";
import { sendCanaries } from "../canary/send-canaries";
import type { CanarySource } from "../canary/prepare-canaries";
import { LockstepError } from "../errors";
import type { Session } from "../events";
import { deployedPromise } from "../promise/deployed-promise";
import { deployedSources, stackOutputs } from "../stack/deployed-sources";
import type { BackfillToExamine } from "./before-backfill";
import { judgeCanaries } from "./checks/canary";
import { CANARY_LIMITS, type CanaryWish } from "./doctor";
import type { FindingFields } from "./finding";

/**
 * Sends a canary for each rule that none of this promise has shown to work, and judges what becomes of it.
 * @throws LockstepError `PreflightFailed` with account and fix where one did not arrive as promised; `Declined` before any is written
 */
export async function requireCanaries(
  { config, sourceName, stack }: BackfillToExamine,
  environment: AwsEnvironment,
  session: Session,
  { confirm, limits = CANARY_LIMITS }: CanaryWish,
): Promise<void> {
  const made: StackClients[] = [];
  try {
    const sources: CanarySource[] = [];
    for (const { config: own, outputs } of await deployedSources(stack, config, sourceName)) {
      const replication = replicationOf(config, own.source.name);
      const clients = await stackClients(replication, outputs, environment);
      made.push(clients);
      const seen = await seenCanaries(deployedPromise(outputs), clients.vaults, session.signal);
      sources.push({ outputs, clients, seen });
    }
    const { monitoring } = await stackOutputs(stack);
    const sent = await sendCanaries({ ...session, sources, confirm, limits });
    const beside = { found: [], topicArns: monitoring?.topicArns ?? [] };
    const found: FindingFields[] = [];
    for (const one of sent) {
      if (one.results.length + one.refused.length === 0) {
        const message = `A canary of this promise has shown before that source ${one.promise.source.bucketName} replicates.`;
        if (one.without.length === 0) session.emit({ type: "note", message });
      }
      found.push(...judgeCanaries(one, beside));
    }
    for (const one of found) session.emit({ type: "finding", ...one });
    const wrong = found.filter(({ id, severity }) => severity === "error" || UNSEEN.has(id));
    if (wrong.length === 0) return;
    throw new LockstepError(
      "PreflightFailed",
      "A canary did not arrive as promised, so what a job brings would not either.",
      {
        problems: wrong.map(({ account, fix, message, resource }) => ({
          path: `${account} ${resource}`,
          message,
          fix,
        })),
        hint: "No job was made. The canary stays where it is; the next run writes another one.",
      },
    );
  } finally {
    for (const clients of made) clients.destroy();
  }
}

/** No errors of the doctor's, which goes on; a job is not made on what nobody has seen. */
const UNSEEN: ReadonlySet<string> = new Set(["canary-pending", "not-checked"]);
