/** What goes into a bundle, gathered while a stack is looked at. */

import { join } from "node:path";
import { replicationOf } from "../../components/config/schema";
import type { LockstepConfig } from "../../components/config/types";
import type { LockstepOutputs } from "../../components/promise/outputs";
import type { SourceWork } from "../environment/opened";
import type { SourceVerdict } from "../environment/options";
import { messageOf } from "../errors";
import type { GuardFields, Session } from "../events";
import type { EvidenceSourceFindings } from "../evidence/verdict";
import type { OnGuardRead } from "../guard/check-guard";
import type { Look } from "../look/look";
import { firstOf } from "../spill/sequence";
import { GatheredJobs } from "./gather-jobs";
import { addLines } from "./lines-file";

/** So many of what lies on top of copies are named one by one. */
const NAMED_LIMIT = 100;

/** What was seen of one source. */
interface SeenSource {
  readonly outputs: LockstepOutputs;
  readonly onTop: EvidenceSourceFindings["onTop"];
}

/** What is gathered of a stack. */
export class Gathering {
  readonly linesPath: string;
  readonly jobs: GatheredJobs;
  readonly #seen = new Map<string, SeenSource>();
  readonly #guards: Record<string, unknown> = {};

  /** @param folder for files, empty */
  constructor(folder: string, session: Session) {
    this.linesPath = join(folder, "lines.ndjson");
    this.jobs = new GatheredJobs(join(folder, "jobs"), session);
  }

  /** Takes what AWS told of a vault's guard. */
  readonly takeGuard: OnGuardRead = (vault, read) => {
    this.#guards[vault] = read;
  };

  /** Takes a look at a source, and what its jobs left. */
  async take({ clients, config, outputs }: SourceWork, look: Look): Promise<void> {
    const { name: source } = config.source;
    await addLines(this.linesPath, source, look.versions);
    await this.jobs.add({ source, outputs, clients, promiseDigest: look.promise.digest });
    const onTop = { count: look.covers.length, first: firstOf(look.covers, NAMED_LIMIT) };
    this.#seen.set(source, { outputs, onTop });
  }

  /** For `facts/guard.json`. */
  guardFacts(guard: GuardFields): unknown {
    return { ...guard, vaults: this.#guards };
  }

  /** What is deployed for a source; undefined where nobody came to look at it. */
  outputsOf(source: string): LockstepOutputs | undefined {
    return this.#seen.get(source)?.outputs;
  }

  /** What stands beside the lines of a source. A source without a verdict is none that is clean. */
  findingsOf(
    { error, source, verdict }: SourceVerdict,
    config: LockstepConfig,
  ): EvidenceSourceFindings {
    return {
      source,
      accept: replicationOf(config, source).verdict?.accept ?? [],
      disagreements: verdict?.disagreements ?? [`nobody could look: ${messageOf(error)}`],
      drift: verdict?.drift ?? [],
      onTop: this.#seen.get(source)?.onTop ?? { count: 0, first: [] },
    };
  }
}

/** The config as a bundle has it: addresses of webhooks often carry their own password, and stay out of it. */
export function shownConfig(config: LockstepConfig): unknown {
  const { monitoring } = config;
  if (monitoring === undefined) return plain(config);
  const webhooks = monitoring.subscribers.webhooks.map(() => "(not shown)");
  const subscribers = { ...monitoring.subscribers, webhooks };
  return plain({ ...config, monitoring: { ...monitoring, subscribers } });
}

/** As a bundle has it: dates as text, without members that are undefined; half a character, of names of others too, stands as U+FFFD. */
export function plain(value: unknown): unknown {
  const text = JSON.stringify(value);
  return JSON.parse(text.replace(ESCAPED_HALF, "$<before>\\ufffd")) as unknown;
}

/** As ECMAScript escapes it; what comes after an odd number of backslashes alone is an escape. */
const ESCAPED_HALF = /(?<before>(?<!\\)(?:\\\\)*)\\ud[89a-f][0-9a-f]{2}/g;
