import type { Outcome } from "../judge/outcome";
import type { ListedVersion } from "../proof/source-versions";
import { Numbers } from "../spill/numbers";
import type { Sequence } from "../spill/sequence";
import { SpillFile } from "../spill/spill-file";
import type { SpilledList } from "../spill/spilled-list";
import type { Delivery, JudgedVersion, VersionTraits } from "./look";
import type { AnswerOfVault } from "./replica-answer";

/** So many different findings are kept in memory. Most versions share one of a few; what names a date or an error does not. */
const SHARED_LIMIT = 4_096;

/** What was found of one version, as JSON: without what its place in the listing tells. */
interface Finding {
  readonly sourceStatus?: string | undefined;
  readonly hasPendingAnnotations?: boolean | undefined;
  readonly isSampled?: boolean | undefined;
  readonly outcomes: readonly Omit<Outcome, "key" | "versionId">[];
  readonly delivery?:
    (Omit<Delivery, "rules"> & { readonly rules: [string, string][] }) | undefined;
  readonly traits?: VersionTraits | undefined;
  readonly answers?: readonly AnswerOfVault[] | undefined;
}

/**
 * The versions of a listing with what was found of each. In memory are eight bytes for each: which of the findings that many share
 * is its own, or where its own is in a file.
 */
export class JudgedVersions implements Sequence<JudgedVersion> {
  /** By version: the number of a shared finding; below 0, one less than where its own begins, with the sign turned. */
  readonly #places = new Numbers();
  readonly #numbers = new Map<string, number>();
  readonly #shared: Finding[] = [];
  readonly #own: SpillFile;

  /** @param keptBytes as many bytes of findings stay in memory before they are written to a file */
  constructor(
    private readonly listed: SpilledList<ListedVersion>,
    keptBytes?: number,
  ) {
    this.#own = new SpillFile(keptBytes);
  }

  get length(): number {
    return this.listed.length;
  }

  /** Notes what was found of the version at an index; what was found before no longer counts. */
  set(index: number, judged: JudgedVersion): void {
    const { answers, delivery, hasPendingAnnotations, isSampled, outcomes } = judged;
    const { sourceStatus, traits } = judged;
    const finding: Finding = {
      sourceStatus,
      hasPendingAnnotations,
      isSampled,
      outcomes: outcomes.map(({ cause, code, kind, vault }) => ({
        ...(vault === undefined ? {} : { vault }),
        kind,
        code,
        ...(cause === undefined ? {} : { cause }),
      })),
      delivery: delivery && { ...delivery, rules: [...delivery.rules] },
      traits,
      answers,
    };
    const text = JSON.stringify(finding);
    const known = this.#numbers.get(text);
    if (known !== undefined) this.#places.set(index, known);
    else if (this.#shared.length < SHARED_LIMIT) {
      this.#numbers.set(text, this.#shared.length);
      this.#places.set(index, this.#shared.length);
      this.#shared.push(finding);
    } else this.#places.set(index, -1 - this.#append(text));
  }

  /** In the order of the listing; those of which nothing was found are left out. */
  *[Symbol.iterator](): Generator<JudgedVersion> {
    let index = 0;
    for (const version of this.listed) {
      const finding = this.#finding(this.#places.get(index++));
      if (finding !== undefined) yield judgedVersion(version, finding);
    }
  }

  #append(text: string): number {
    const bytes = Buffer.from(text, "utf8");
    const framed = Buffer.alloc(LENGTH_BYTES + bytes.length);
    framed.writeUInt32LE(bytes.length);
    framed.set(bytes, LENGTH_BYTES);
    return this.#own.append(framed);
  }

  #finding(place: number): Finding | undefined {
    if (Number.isNaN(place)) return undefined;
    if (place >= 0) return this.#shared[place];
    const start = -1 - place;
    const length = this.#own.read(start, LENGTH_BYTES).readUInt32LE();
    return JSON.parse(this.#own.read(start + LENGTH_BYTES, length).toString("utf8")) as Finding;
  }
}

const LENGTH_BYTES = 4;

function judgedVersion(version: ListedVersion, finding: Finding): JudgedVersion {
  const { answers, delivery, hasPendingAnnotations, isSampled, outcomes } = finding;
  const { sourceStatus, traits } = finding;
  const { key, versionId } = version;
  return {
    version,
    ...(sourceStatus === undefined ? {} : { sourceStatus }),
    ...(hasPendingAnnotations === undefined ? {} : { hasPendingAnnotations }),
    ...(isSampled === undefined ? {} : { isSampled }),
    outcomes: outcomes.map((outcome) => ({ key, versionId, ...outcome })),
    ...(delivery === undefined
      ? {}
      : { delivery: { ...delivery, rules: new Map(delivery.rules) } }),
    ...(traits === undefined ? {} : { traits }),
    ...(answers === undefined ? {} : { answers }),
  };
}
