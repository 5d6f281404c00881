/** Writes a bundle: makes of its files what a check will make of them, signs that, and puts it before them. */

import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { stat } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { BundleContent, type MadeOfFiles } from "./bundle-content";
import { canonicalText } from "./canonical";
import { containerOf, type BundleFile } from "./container";
import type { SoundEvidence } from "./check-evidence";
import { sealed, type Signer } from "./envelope";
import { README } from "./readme";
import { FILES, promiseFile, statementOf, type SignerClaims } from "./statement";
import type { EvidenceFindings } from "./verdict";

/** What goes into a bundle. */
export interface EvidenceInput extends Pick<
  SignerClaims,
  "madeAt" | "stack" | "notProven" | "tools"
> {
  /** What the bundle before this one came to. Absent for the first of a chain. */
  readonly previous?: SoundEvidence | undefined;
  readonly findings: EvidenceFindings;
  /** What the promise of each source says, in the order of `findings.sources`. */
  readonly promises: readonly string[];
  /** Further files of JSON, by name. */
  readonly facts: ReadonlyMap<string, unknown>;
  /** Further files as they are, by name: what jobs left, which `jobs.json` of `facts` names with their MD5s. */
  readonly copies: ReadonlyMap<string, string>;
  /** Path of the file with the lines, as `lineText` writes each, with an end. */
  readonly linesPath: string;
}

/** What was written. */
export interface WrittenEvidence extends SignerClaims, MadeOfFiles {
  /** SHA-256 in hex of what was signed. */
  readonly statementDigest: string;
}

/**
 * Writes it.
 * @param path of the file, which is written anew
 * @throws EvidenceProblem where the input makes no sound bundle, before anything is written
 */
export async function writeEvidence(
  path: string,
  input: EvidenceInput,
  signer: Signer,
  signal?: AbortSignal,
): Promise<WrittenEvidence> {
  const files = await filesOfInput(input);
  const claims = claimsOfInput(input);
  const content = new BundleContent(claims.previous);
  for (const { name, open, sizeBytes } of files) {
    signal?.throwIfAborted();
    await content.take({ name, sizeBytes, content: open() });
  }
  const made = content.end();
  const statement = statementOf({ ...claims, ...made });
  const envelope = await sealed(statement, signer);
  await pipeline(
    containerOf([
      { name: FILES.statement, sizeBytes: envelope.length, content: [envelope] },
      ...files.map(({ name, open, sizeBytes }): BundleFile => ({
        name,
        sizeBytes,
        content: { [Symbol.asyncIterator]: () => open()[Symbol.asyncIterator]() },
      })),
    ]),
    createWriteStream(path),
    { signal },
  );
  const statementDigest = createHash("sha256").update(canonicalText(statement)).digest("hex");
  return { ...claims, ...made, statementDigest };
}

function claimsOfInput(input: EvidenceInput): SignerClaims {
  const { madeAt, notProven, previous, stack, tools } = input;
  return {
    madeAt,
    notProven,
    stack,
    tools,
    sequence: (previous?.sequence ?? 0) + 1,
    previous:
      previous === undefined
        ? null
        : { statementDigest: previous.statementDigest, tree: previous.tree },
  };
}

interface FileToWrite {
  readonly name: string;
  readonly sizeBytes: number;
  /** May be called more than once. */
  readonly open: () => AsyncIterable<Buffer>;
}

async function filesOfInput(input: EvidenceInput): Promise<readonly FileToWrite[]> {
  return [
    inMemory(FILES.readme, README),
    inMemory(FILES.findings, jsonText(input.findings)),
    ...input.promises.map((content, index) => inMemory(promiseFile(index), `${content}\n`)),
    ...[...input.facts].map(([name, value]) => inMemory(name, jsonText(value))),
    ...(await Promise.all([...input.copies].map(([name, path]) => onDisk(name, path)))),
    await onDisk(FILES.lines, input.linesPath),
  ];
}

function jsonText(value: unknown): string {
  return `${canonicalText(value)}\n`;
}

function inMemory(name: string, text: string): FileToWrite {
  const bytes = Buffer.from(text, "utf8");
  return {
    name,
    sizeBytes: bytes.length,
    async *open() {
      yield bytes;
    },
  };
}

async function onDisk(name: string, path: string): Promise<FileToWrite> {
  const { size } = await stat(path);
  return { name, sizeBytes: size, open: () => createReadStream(path) };
}
