import type { VaultOutputs } from "../../components/promise/outputs";
import { isMissing, type Outcome } from "../judge/outcome";
import { isToldBySource } from "../judge/verdict";
import type { DeployedPromise } from "../promise/deployed-promise";
import { explainFailureCode, type Explanation, type MissingRight } from "./failure-codes";
import type { CauseFields } from "./fields";
import { counted } from "../words";
import { OUTCOME_MEANINGS, type OpenOutcome } from "./outcome-causes";
import { policyPatches } from "./policy-patches";
import { isReplicated } from "./told-failure";

/** Who says so: of the source's side nothing is a fact. */
const TOLD_WORDS = "as the job's report at the source tells it";

/** So many are told that only a report knows. What S3 itself told is told in any case: of that there are only so many kinds. */
const TOLD_LIMIT = 30;
const EXAMPLES_LIMIT = 3;
/** Of as many keys of KMS a policy may speak one by one. */
const KEYS_LIMIT = 20;

/** What reports tell of codes that no page of AWS has: whoever has the source may make up as many as they like. */
export const ANOTHER_CODE = "(another code)";

/** What is known of a version beside its outcome. */
export interface CauseDetails {
  /** Names of the vaults of which one refused it. Absent: it can only be the outcome's. */
  readonly atOneOf?: readonly string[] | undefined;
  /** Of the source's version; `unknown` where nobody looked. Absent: it is under none. */
  readonly kmsKeyArn?: string | undefined;
}

interface Counted {
  readonly outcome: Outcome;
  failureCode: string | undefined;
  readonly atOneOf: Set<string>;
  /** ARNs of keys at the source. */
  readonly sourceKeys: Set<string>;
  versions: number;
  /** Of them, of which the source says that they were replicated. */
  completed: number;
  sizeBytes: number;
  examples: CauseFields["examples"][number][];
}

/** The code that versions are grouped by. */
export function groupCode(failureCode: string | undefined): string | undefined {
  return failureCode === undefined || explainFailureCode(failureCode) !== undefined
    ? failureCode
    : ANOTHER_CODE;
}

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
    private readonly promise: Pick<DeployedPromise, "batchRoleArn" | "rules" | "source" | "vaults">,
  ) {}

  /**
   * Counts an outcome that needs somebody.
   * @param failureCode S3's, as a job told it
   * @param sourceStatus the source's own word on its replication
   */
  add(
    outcome: Outcome,
    sizeBytes: number,
    failureCode?: string,
    sourceStatus?: string,
    { atOneOf = [], kmsKeyArn }: CauseDetails = {},
  ): void {
    const { cause, code, key, kind, vault, versionId } = outcome;
    const isUnclear = atOneOf.length > 0;
    const name = JSON.stringify([kind, code, groupCode(failureCode), vault, isUnclear]);
    let one = this.#counted.get(name);
    if (one === undefined) {
      one = {
        outcome,
        failureCode,
        atOneOf: new Set(),
        sourceKeys: new Set(),
        versions: 0,
        completed: 0,
        sizeBytes: 0,
        examples: [],
      };
      this.#counted.set(name, one);
    }
    if (one.failureCode !== failureCode) one.failureCode = ANOTHER_CODE;
    for (const at of atOneOf) one.atOneOf.add(at);
    if (kmsKeyArn !== undefined && one.sourceKeys.size <= KEYS_LIMIT) one.sourceKeys.add(kmsKeyArn);
    one.versions++;
    if (isReplicated(sourceStatus)) one.completed++;
    one.sizeBytes += sizeBytes;
    if (one.examples.length < EXAMPLES_LIMIT) {
      one.examples.push({ key, versionId, cause: cause ?? code });
    }
  }

  /** The most versions first. */
  told(): readonly CauseFields[] {
    const all = [...this.#counted.values()]
      .sort((one, other) => other.versions - one.versions)
      .map((one) => this.#explained(one));
    const kept = new Set(withCode(all).slice(0, TOLD_LIMIT));
    return all.filter((one) => one.failureCode === undefined || kept.has(one));
  }

  #explained(one: Counted): CauseFields {
    const { examples, failureCode, outcome, sizeBytes, versions } = one;
    const { code, kind, vault } = outcome;
    const known = failureCode === undefined ? undefined : explainFailureCode(failureCode);
    const meaning = known ?? OUTCOME_MEANINGS[`${kind}/${code}` as OpenOutcome];
    const { source, vaults } = this.promise;
    const at = vaults.get(vault ?? "");
    const isTold = failureCode !== undefined || isToldBySource(outcome);
    const atOneOf = [...one.atOneOf].sort();
    const patches =
      known?.right === undefined || atOneOf.length > 0 ? [] : this.#patches(one, known.right, at);
    const [first] = patches;
    return {
      outcome: `${kind}/${code}`,
      ...(failureCode === undefined ? {} : { failureCode }),
      ...(vault === undefined ? {} : { vault }),
      ...(atOneOf.length === 0 ? {} : { atOneOf }),
      versions,
      sizeBytes,
      examples,
      ...(isTold ? { toldBy: "job-report" } : {}),
      what: isTold
        ? `${meaning.what}${whichOf(atOneOf)}${ownWord(failureCode)}, ${TOLD_WORDS}`
        : meaning.what,
      account: meaning.side === "source" ? source.accountId : (at?.accountId ?? source.accountId),
      fix: `${known === undefined ? `${before(outcome, at)}${meaning.fix}` : fixAt(known, atOneOf)}${inVain(one)}`,
      ...(first === undefined ? {} : { patch: first.statement, patches }),
      rerun: meaning.rerun,
      ...(known === undefined ? {} : { source: known.source }),
    };
  }

  #patches({ sourceKeys }: Counted, right: MissingRight, vault: VaultOutputs | undefined) {
    const isUnknown = sourceKeys.has(UNKNOWN_KEY) || sourceKeys.size > KEYS_LIMIT;
    return policyPatches(right, {
      promise: this.promise,
      vault,
      sourceKeys: isUnknown ? "unknown" : [...sourceKeys].sort(),
    });
  }
}

/** In place of a key's ARN where nobody looked for it. */
export const UNKNOWN_KEY = "unknown";

/**
 * So many causes in their order, of which those with a code give way first, as far as half of them: the source may make up many, and none
 * may keep from sight what S3 itself told.
 */
export function firstCauses(causes: readonly CauseFields[], limit: number): readonly CauseFields[] {
  const coded = withCode(causes);
  const places = Math.max(limit - (causes.length - coded.length), Math.floor(limit / 2));
  const kept = new Set(coded.slice(0, places));
  return causes.filter((one) => one.failureCode === undefined || kept.has(one)).slice(0, limit);
}

function withCode(causes: readonly CauseFields[]): readonly CauseFields[] {
  return causes.filter(({ failureCode }) => failureCode !== undefined);
}

function whichOf(atOneOf: readonly string[]): string {
  return atOneOf.length === 0 ? "" : ` (at one of the vaults ${atOneOf.join(", ")})`;
}

/** That a version is missing was looked at; a code that is not known explains nothing beside it. */
function ownWord(failureCode: string | undefined): string {
  if (failureCode === undefined || explainFailureCode(failureCode) !== undefined) return "";
  return failureCode === ANOTHER_CODE
    ? "; the reason is a code that no page of AWS has"
    : `; the reason is ${failureCode}, a code that no page of AWS has`;
}

/** Where one of several vaults refused, what to do is to be done there, and nobody can write its statements. */
function fixAt({ fix, right }: Explanation, atOneOf: readonly string[]): string {
  if (atOneOf.length === 0) return fix;
  const needed =
    right === undefined ? "" : ` (the replication role needs ${right.actions.join(", ")} there)`;
  return `find out which of the vaults ${atOneOf.join(", ")} refuses, with \`lockstep doctor\`; there ${fix}${needed}`;
}
