import type { VaultOutputs } from "../../components/promise/outputs";
import type { Outcome } from "../judge/outcome";
import { isToldBySource } from "../judge/verdict";
import type { DeployedPromise } from "../promise/deployed-promise";
import { explainFailureCode, type MissingRight } from "./failure-codes";
import type { CauseFields } from "./fields";
import { OUTCOME_MEANINGS, type OpenOutcome } from "./outcome-causes";

/** Who says so: of the source's side nothing is a fact. */
const TOLD_WORDS = "as the job's report at the source tells it";

/** So many are told. */
const TOLD_LIMIT = 30;
/** As many are counted: codes of S3 and of ours, at each vault. What comes later is in the groups alone. */
const COUNTED_LIMIT = 1_000;
const EXAMPLES_LIMIT = 3;

interface Counted {
  readonly outcome: Outcome;
  readonly failureCode: string | undefined;
  versions: number;
  sizeBytes: number;
  examples: CauseFields["examples"][number][];
}

/** What is wrong, counted by reason and vault, and what is to be done about each. */
export class Causes {
  readonly #counted = new Map<string, Counted>();

  constructor(
    private readonly promise: Pick<DeployedPromise, "batchRoleArn" | "source" | "vaults">,
  ) {}

  /** Counts an outcome that needs somebody. @param failureCode S3's, as a job told it */
  add(outcome: Outcome, sizeBytes: number, failureCode?: string): void {
    const { cause, code, key, kind, vault, versionId } = outcome;
    const name = JSON.stringify([kind, code, failureCode, vault]);
    let counted = this.#counted.get(name);
    if (counted === undefined) {
      if (this.#counted.size >= COUNTED_LIMIT) return;
      counted = {
        outcome,
        failureCode,
        versions: 0,
        sizeBytes: 0,
        examples: [],
      };
      this.#counted.set(name, counted);
    }
    counted.versions++;
    counted.sizeBytes += sizeBytes;
    if (counted.examples.length < EXAMPLES_LIMIT) {
      counted.examples.push({ key, versionId, cause: cause ?? code });
    }
  }

  /** The most versions first. */
  told(): readonly CauseFields[] {
    return [...this.#counted.values()]
      .sort((one, other) => other.versions - one.versions)
      .slice(0, TOLD_LIMIT)
      .map((one) => this.#explained(one));
  }

  #explained({ examples, failureCode, outcome, sizeBytes, versions }: Counted): CauseFields {
    const { code, kind, vault } = outcome;
    const known = failureCode === undefined ? undefined : explainFailureCode(failureCode);
    const meaning = known ?? OUTCOME_MEANINGS[`${kind}/${code}` as OpenOutcome];
    const { source, vaults } = this.promise;
    const at = vaults.get(vault ?? "");
    /** That it is missing was looked at; a code that is not known explains nothing beside it. */
    const isOwnWord = failureCode !== undefined && known === undefined;
    const isTold = failureCode !== undefined || isToldBySource(outcome);
    return {
      outcome: `${kind}/${code}`,
      ...(failureCode === undefined ? {} : { failureCode }),
      ...(vault === undefined ? {} : { vault }),
      versions,
      sizeBytes,
      examples,
      ...(isTold ? { toldBy: "job-report" } : {}),
      what: isTold
        ? `${meaning.what}${isOwnWord ? "; its code is" : ","} ${TOLD_WORDS}`
        : meaning.what,
      account: meaning.side === "source" ? source.accountId : (at?.accountId ?? source.accountId),
      fix: meaning.fix,
      ...(known?.right === undefined || (known.right.on === "vault" && at === undefined)
        ? {}
        : { patch: this.#statement(known.right, at) }),
      rerun: meaning.rerun,
      ...(known === undefined ? {} : { source: known.source }),
    };
  }

  /** As one can paste it. A bucket's policy names who, a role's own does not. */
  #statement({ actions, on, role }: MissingRight, vault: VaultOutputs | undefined) {
    const { batchRoleArn, source } = this.promise;
    const statement = {
      Effect: "Allow",
      Action: actions.length === 1 ? actions[0] : actions,
    };
    if (on === "vault" && vault !== undefined) {
      const roleArn = role === "batch" ? batchRoleArn : source.replicationRoleArn;
      return {
        ...statement,
        Principal: { AWS: roleArn },
        Resource: `${vault.bucketArn}/*`,
      };
    }
    return { ...statement, Resource: `${source.bucketArn}/*` };
  }
}
