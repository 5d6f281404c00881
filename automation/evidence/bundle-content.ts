/** What the files of a bundle come to: the same for whoever signs and for whoever checks. */

import { createHash } from "node:crypto";
import type { SoughtAttempt, TrailFacts } from "../trail/fields";
import { digestsOf, jsonOf, LineCutter, wholeFile, type FileDigests } from "./bundle-reader";
import type { ReadFile } from "./container";
import { EvidenceProblem } from "./evidence-problem";
import { readAttempts, readFindings, readJobFiles, type ToldAttempt } from "./facts";
import { readLine, type EvidenceLine } from "./lines";
import { checkedTrail, readTrailFacts, soughtNext } from "./trail-facts";
import { GrowingTree, leafHash, rootOf, type Tracked } from "./merkle";
import {
  FILES,
  peaksOf,
  promiseFile,
  sourceOfPromise,
  type EvidenceSource,
  type PreviousFields,
  type TreeFields,
} from "./statement";
import {
  countAttempts,
  requireHeld,
  SourceTally,
  verdictOver,
  type EvidenceFindings,
  type EvidenceVerdict,
} from "./verdict";

/** What follows from the files. */
export interface MadeOfFiles {
  /** Every file but the statement. Digests are SHA-256 in hex. */
  readonly files: readonly FileDigests[];
  /** What was found beside the lines. */
  readonly findings: EvidenceFindings;
  /** In the order of the config. */
  readonly sources: readonly EvidenceSource[];
  /** Of all lines of the chain, those of this review being the last. */
  readonly tree: TreeFields;
  /** Proof that the tree of the review before is the beginning of this one, in hex (RFC 6962, section 2.1.2). */
  readonly consistency: readonly string[];
  /** Made of lines and findings. */
  readonly verdict: EvidenceVerdict;
  /** What was tried that has to be refused. */
  readonly attempts: readonly ToldAttempt[];
  /** What CloudTrail signed, with what became of looking for it. Absent where nobody looked. */
  readonly trail?: TrailFacts;
  /** Attempts that the next review looks for in a trail. */
  readonly sought: readonly SoughtAttempt[];
}

/** Is given each line. They count only once the check has ended sound. */
export type OnLine = (line: EvidenceLine, place: LinePlace) => void;

/** What is called as files are read. */
export interface BundleHooks {
  readonly onLine?: OnLine | undefined;
  /** Is given the digests of a file that is held whole, before anything in it is read. @param index of the file, from 0 on */
  readonly onWhole?: (digests: FileDigests, index: number) => void;
}

/** Where a line is in the tree. */
export interface LinePlace {
  /** From 0 on, over all reviews of the chain. */
  readonly index: number;
  /** The line, without its end. */
  readonly bytes: Buffer;
  /** Has its way to the root kept, which is whole once the check has ended. */
  readonly track: () => Tracked;
}

/** The content of a bundle, file by file. */
export class BundleContent {
  readonly #files: FileDigests[] = [];
  readonly #promises = new Map<string, { readonly content: unknown; readonly digest: string }>();
  readonly #tree: GrowingTree;
  #findings: EvidenceFindings | undefined;
  #tallies: readonly SourceTally[] = [];
  #jobFiles: ReadonlyMap<string, string> | undefined;
  #attempts: readonly ToldAttempt[] = [];
  #refusals: unknown;
  #trail: TrailFacts | undefined;
  readonly #trailFiles = new Map<string, Buffer>();

  constructor(
    previous: PreviousFields | null,
    private readonly hooks: BundleHooks = {},
  ) {
    if (previous !== null && rootHex(previous.tree) !== previous.tree.root) {
      throw new EvidenceProblem("tree", "the earlier tree is not the one of its peaks");
    }
    this.#tree = new GrowingTree(previous === null ? undefined : peaksOf(previous.tree));
  }

  async take(file: ReadFile): Promise<void> {
    if (this.#files.some(({ name }) => name === file.name) || file.name === FILES.statement) {
      throw new EvidenceProblem("container", `${file.name} is there twice`);
    }
    this.#files.push(await this.#read(file));
  }

  async #read(file: ReadFile): Promise<FileDigests> {
    if (file.name === FILES.lines) return this.#readLines(file);
    const isTrail = file.name.startsWith("trail/");
    // What jobs left is as S3 has it, JSON or not; so is what a trail left.
    const isOurs = file.name.endsWith(".json") && !file.name.startsWith("jobs/");
    if (!isTrail && !isOurs) return digestsOf(file);
    const { bytes, digests } = await wholeFile(file);
    this.hooks.onWhole?.(digests, this.#files.length);
    if (isTrail) {
      this.#trailFiles.set(file.name, bytes);
      return digests;
    }
    const value = jsonOf(file.name, bytes);
    if (file.name === FILES.findings) this.#takeFindings(value);
    if (file.name === FILES.jobs) this.#jobFiles = readJobFiles(value);
    if (file.name === FILES.refusals) {
      this.#attempts = readAttempts(value);
      this.#refusals = value;
    }
    if (file.name === FILES.trail) this.#trail = readTrailFacts(value);
    if (file.name.startsWith("promises/")) {
      const digest = createHash("sha256").update(bytes.subarray(0, -1)).digest("hex");
      this.#promises.set(file.name, { content: value, digest });
    }
    return digests;
  }

  #takeFindings(value: unknown): void {
    this.#findings = readFindings(value);
    this.#tallies = this.#findings.sources.map((source) => new SourceTally(source));
  }

  async #readLines(file: ReadFile): Promise<FileDigests> {
    if (this.#findings === undefined) {
      throw new EvidenceProblem("container", `${FILES.findings} has to come before ${file.name}`);
    }
    const tree = this.#tree;
    const tallies = this.#tallies;
    let at = 0;
    let number = 0;
    const cutter = new LineCutter((bytes) => {
      const line = readLine(bytes, ++number);
      while (at < tallies.length && tallies[at]?.findings.source !== line.source) at++;
      const tally = tallies[at];
      if (tally === undefined) {
        const message = `line ${number} is about a source that is not there, or was over`;
        throw new EvidenceProblem("lines", message);
      }
      tally.add(line);
      let tracked: Tracked | undefined;
      const track = (): Tracked => (tracked ??= { path: [] });
      this.hooks.onLine?.(line, { index: tree.sizeCount, bytes, track });
      tree.append(leafHash(bytes), tracked);
    });
    const digests = await digestsOf(file, (piece) => cutter.add(piece));
    cutter.end();
    return digests;
  }

  /** After the last file. */
  end(): MadeOfFiles {
    const findings = this.#findings;
    if (findings === undefined || !this.#files.some(({ name }) => name === FILES.lines)) {
      throw new EvidenceProblem("files", `${FILES.lines} or ${FILES.findings} is not there`);
    }
    this.#requireJobFiles();
    const trail = checkedTrail(this.#trail, this.#trailFiles);
    const sources = findings.sources.map(({ source }, index) => {
      const promise = this.#promises.get(promiseFile(index));
      if (promise === undefined) {
        throw new EvidenceProblem("promise", `the promise of ${source} is not there`);
      }
      return sourceOfPromise(source, promise.content, promise.digest);
    });
    const verdicts = this.#tallies.map((tally) => tally.verdict());
    for (const [index, verdict] of verdicts.entries()) {
      requireHeld(verdict, sources[index]?.vaults ?? []);
    }
    const { sizeCount } = this.#tree;
    const peaks = this.#tree.peaks.map((peak) => peak.toString("hex"));
    const { consistency, root } = this.#tree.close();
    return {
      files: this.#files,
      findings,
      sources,
      tree: { sizeCount, root: root.toString("hex"), peaks },
      consistency: consistency.map((hash) => hash.toString("hex")),
      verdict: verdictOver(findings, verdicts, countAttempts(this.#attempts)),
      attempts: this.#attempts,
      ...(trail !== undefined && { trail }),
      sought: soughtNext(this.#refusals, trail),
    };
  }

  #requireJobFiles(): void {
    const left = new Map(this.#jobFiles);
    for (const { md5, name } of this.#files) {
      if (md5 === undefined) continue;
      if (left.get(name) !== md5) {
        throw new EvidenceProblem("jobs", `${name} has not the MD5 that was written down`);
      }
      left.delete(name);
    }
    for (const name of left.keys()) throw new EvidenceProblem("jobs", `${name} is not there`);
  }
}

function rootHex(tree: TreeFields): string {
  return rootOf(peaksOf(tree).peaks).toString("hex");
}
