import type { VaultOutputs } from "../../components/promise/outputs";
import { isMissing, type Outcome } from "../judge/outcome";
import { isToldBySource } from "../judge/verdict";
import type { DeployedPromise } from "../promise/deployed-promise";
import { explainFailureCode, type MissingRight } from "./failure-codes";
import type { CauseFields } from "./fields";
import { counted } from "../words";
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
  /** Of them, of which the source says that they were replicated. */
  completed: number;
  sizeBytes: number;
  examples: CauseFields["examples"][number][];
}

/** S3's words; of one AWS's own pages have both spellings. */
const REPLICATED: ReadonlySet<string> = new Set(["COMPLETED", "COMPLETE"]);

/** What has to be done first. The role that extends locks is made for those vaults alone that ask for it. */
function before({ code, kind }: Outcome, vault: VaultOutputs | undefined): string {
  const isByRelock = code === "lock-weaker" || kind === "lapsed";
  if (!isByRelock || vault === undefined || vault.guard?.relock !== undefined) return "";
  return `set \`relock: true\` on the vault ${vault.name} in \`lockstep:vaults\` and run \`lockstep up\`, since no role may extend its locks; then `;
}

/**
 * Whoever deletes a version at a vault leaves its source as it was.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-batch-replication-batch.html
 */
function inVain({ completed, outcome }: Counted): string {
  if (!isMissing(outcome) || completed === 0) return "";
  return (
    `; of ${counted(completed, "version")} the source says that it was replicated: one that was deleted at the vault by its version id is not ` +
    `replicated again (DstObjectHardDeleted), so that a job may be in vain, and only a copy in place at the source brings its content`
  );
}

/** What is wrong, counted by reason and vault, and what is to be done about each. */
export class Causes {
  readonly #counted = new Map<string, Counted>();

  constructor(
    private readonly promise: Pick<DeployedPromise, "batchRoleArn" | "source" | "vaults">,
  ) {}

  /**
   * Counts an outcome that needs somebody.
   * @param failureCode S3's, as a job told it
   * @param sourceStatus the source's own word on its replication
   */
  add(outcome: Outcome, sizeBytes: number, failureCode?: string, sourceStatus?: string): void {
    const { cause, code, key, kind, vault, versionId } = outcome;
    const name = JSON.stringify([kind, code, failureCode, vault]);
    let one = this.#counted.get(name);
    if (one === undefined) {
      if (this.#counted.size >= COUNTED_LIMIT) return;
      one = {
        outcome,
        failureCode,
        versions: 0,
        completed: 0,
        sizeBytes: 0,
        examples: [],
      };
      this.#counted.set(name, one);
    }
    one.versions++;
    if (sourceStatus !== undefined && REPLICATED.has(sourceStatus)) one.completed++;
    one.sizeBytes += sizeBytes;
    if (one.examples.length < EXAMPLES_LIMIT) {
      one.examples.push({ key, versionId, cause: cause ?? code });
    }
  }

  /** The most versions first. */
  told(): readonly CauseFields[] {
    return [...this.#counted.values()]
      .sort((one, other) => other.versions - one.versions)
      .slice(0, TOLD_LIMIT)
      .map((one) => this.#explained(one));
  }

  #explained(one: Counted): CauseFields {
    const { examples, failureCode, outcome, sizeBytes, versions } = one;
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
      fix: known?.fix ?? `${before(outcome, at)}${meaning.fix}${inVain(one)}`,
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
