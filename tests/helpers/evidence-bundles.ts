/** Bundles of evidence made by hand, and both programs that check them. */

import { createHash, type KeyObject } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { checkEvidence } from "../../automation/evidence/check-evidence";
import { containerOf, filesOf } from "../../automation/evidence/container";
import { localSigner, opened, sealed } from "../../automation/evidence/envelope";
import { newKeyPair, readPrivateKey, readPublicKey } from "../../automation/evidence/key";
import { lineText, type EvidenceLine } from "../../automation/evidence/lines";
import { FILES } from "../../automation/evidence/statement";
import type { EvidenceSourceFindings } from "../../automation/evidence/verdict";
import type { TrailFacts } from "../../automation/trail/fields";
import { writeEvidence, type WrittenEvidence } from "../../automation/evidence/write-evidence";

export const CHECKER = join(__dirname, "..", "..", "evidence", "check-evidence.mjs");

/** Two keys are made once: it takes a while. */
export const KEYS = [newKeyPair(), newKeyPair()].map((pair) => ({
  ...pair,
  privateKey: readPrivateKey(pair.privatePem),
  publicKey: readPublicKey(pair.publicPem),
})) as unknown as readonly [TestKey, TestKey];

interface TestKey {
  readonly privatePem: string;
  readonly publicPem: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** What the vault said of it. */
export const REPLICA = {
  checksums: { CRC64NVME: "AAAAAAAAAAA=" },
  etag: "d41d8cd98f00b204e9800998ecf8427e",
  lockMode: "COMPLIANCE",
  lockedUntil: "2033-11-29T00:00:00.000Z",
  sizeBytes: 12,
} as const;

/** A proven version at one vault, but for what is said. */
export function provenLine(parts: Partial<EvidenceLine> & { readonly key: string }): EvidenceLine {
  return {
    source: "records",
    versionId: "v1",
    vault: "primary",
    kind: "proven",
    code: "checksum",
    replica: REPLICA,
    ...parts,
  };
}

/** What a promise says, as far as evidence reads it. */
export function promiseText(bucket = "acme-records", mode = "COMPLIANCE"): string {
  return JSON.stringify({
    source: { accountId: "111111111111", bucketName: bucket, region: "eu-west-1" },
    vaults: [
      {
        accountId: "222222222222",
        bucketName: `${bucket}-vault`,
        lock: { mode, retentionDays: 2555 },
        name: "primary",
        region: "eu-central-1",
      },
    ],
  });
}

/** What a bundle is made of; everything has a default. */
export interface BundleWish {
  readonly stack?: string;
  /** ISO 8601 with milliseconds. */
  readonly madeAt?: string;
  readonly lines?: readonly EvidenceLine[];
  readonly findings?: readonly Partial<EvidenceSourceFindings>[];
  readonly guardLosses?: readonly unknown[];
  readonly guardUnknown?: readonly string[];
  readonly trail?: WishedTrail;
  /** Content of `facts/refusals.json`. */
  readonly refusals?: unknown;
  readonly promises?: readonly string[];
  readonly jobFiles?: Readonly<Record<string, string>>;
  readonly key?: TestKey;
  /** Path of the bundle before, by the same key. */
  readonly previous?: string;
}

/** `facts/trail.json`, and the files that it names. */
export interface WishedTrail {
  readonly facts: TrailFacts;
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** What is signed, to be changed. */
export interface TestStatement {
  [name: string]: unknown;
  subject: { name: string; digest: { sha256: string } }[];
  predicate: Record<string, Record<string, unknown>>;
}

/** Puts in the digests of files as they are now. */
export function subjectsAnew(statement: TestStatement, files: ReadonlyMap<string, Buffer>): void {
  statement.subject = [...files]
    .filter(([name]) => name !== FILES.statement)
    .map(([name, bytes]) => ({
      name,
      digest: { sha256: createHash("sha256").update(bytes).digest("hex") },
    }));
}

/** A temporary folder of bundles. */
export class BundleFolder {
  readonly path = mkdtempSync(join(tmpdir(), "lockstep-evidence-"));
  readonly publicKeyPath = join(this.path, "public.pem");
  #count = 0;

  constructor() {
    writeFileSync(this.publicKeyPath, KEYS[0].publicPem);
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }

  /** Path of a new file. */
  next(extension: string): string {
    return join(this.path, `${++this.#count}.${extension}`);
  }

  file(bytes: Buffer, extension = "tar"): string {
    const path = this.next(extension);
    writeFileSync(path, bytes);
    return path;
  }

  /** Writes a bundle. */
  async bundle(wish: BundleWish = {}): Promise<{ path: string; written: WrittenEvidence }> {
    const { key = KEYS[0], jobFiles = {}, lines = [provenLine({ key: "a.csv" })] } = wish;
    const path = this.next("tar");
    const linesPath = this.file(
      Buffer.from(lines.map((line) => `${lineText(line)}\n`).join("")),
      "ndjson",
    );
    const files = Object.entries(jobFiles).map(([name, text]) => ({
      name: `jobs/${name}`,
      md5: createHash("md5").update(text).digest("hex"),
    }));
    const written = await writeEvidence(
      path,
      {
        madeAt: wish.madeAt ?? "2026-11-30T06:00:00.000Z",
        stack: wish.stack ?? "dev",
        notProven: ["annotations"],
        tools: { lockstep: "0.1.0" },
        previous:
          wish.previous === undefined ? undefined : await soundOf(wish.previous, key.publicKey),
        findings: {
          guard: {
            checked: ["primary"],
            unknown: wish.guardUnknown ?? [],
            losses: wish.guardLosses ?? [],
          },
          sources: (wish.findings ?? [{}]).map((parts) => ({
            source: "records",
            accept: [],
            disagreements: [],
            drift: [],
            onTop: { count: 0, first: [] },
            ...parts,
          })),
        },
        promises: wish.promises ?? [promiseText()],
        facts: new Map<string, unknown>([
          ["facts/config.json", { vaults: ["primary"] }],
          [FILES.jobs, { jobs: [{ files }] }],
          ...(wish.trail === undefined ? [] : [[FILES.trail, wish.trail.facts] as const]),
          ...(wish.refusals === undefined ? [] : [[FILES.refusals, wish.refusals] as const]),
        ]),
        copies: new Map([
          ...Object.entries(jobFiles).map(
            ([name, text]) => [`jobs/${name}`, this.file(Buffer.from(text), "csv")] as const,
          ),
          ...[...(wish.trail?.files ?? [])].map(
            ([name, bytes]) => [name, this.file(Buffer.from(bytes), "json")] as const,
          ),
        ]),
        linesPath,
      },
      localSigner(key.privateKey),
    );
    return { path, written };
  }

  /** The same files, changed and packed anew; signed anew where `sign` is said. @returns its path */
  async changed(
    path: string,
    change: (files: Map<string, Buffer>) => void,
    sign?: (statement: TestStatement, files: ReadonlyMap<string, Buffer>) => void,
  ): Promise<string> {
    const [{ privateKey, publicKey }] = KEYS;
    const files = new Map<string, Buffer>();
    for await (const { content, name } of filesOf(path)) {
      const pieces: Buffer[] = [];
      for await (const piece of content) pieces.push(piece);
      files.set(name, Buffer.concat(pieces));
    }
    const envelope = files.get(FILES.statement) ?? Buffer.alloc(0);
    change(files);
    if (sign !== undefined) {
      const statement = opened(envelope, publicKey).statement as TestStatement;
      sign(statement, files);
      files.set(FILES.statement, await sealed(statement, localSigner(privateKey)));
    }
    const pieces: Buffer[] = [];
    const all = [...files].map(([name, bytes]) => ({
      name,
      sizeBytes: bytes.length,
      content: [bytes],
    }));
    for await (const piece of containerOf(all)) pieces.push(piece);
    return this.file(Buffer.concat(pieces));
  }
}

/** @throws Error where it is not sound */
export async function soundOf(path: string, publicKey: KeyObject = KEYS[0].publicKey) {
  const found = await checkEvidence(path, { publicKey });
  if (found.sound) return found.evidence;
  throw new Error(`${found.problem.code}: ${found.problem.message}`);
}

/** What the program of one file says, in this process: its code but for the lines that read the command line. */
export type CheckWithScript = (
  path: string,
  publicKey: KeyObject,
  previous?: string,
) => { readonly sound: boolean; readonly predicate?: unknown; readonly why?: unknown };

type ScriptCheck = (path: string, key: KeyObject, before?: unknown) => { predicate: unknown };

export async function loadScript(folder: BundleFolder): Promise<CheckWithScript> {
  const [code = ""] = readFileSync(CHECKER, "utf8").split("\nconst [bundle, keyFile");
  // It leaves its files open, since a process of its own ends with them; here it is asked many thousand times.
  const named = code.replace("openSync,", "closeSync, openSync as openFile,");
  const path = folder.file(
    Buffer.from(`${named}${KEPT_OPEN}\nexport { check, closeAll };\n`),
    "mjs",
  );
  const { check, closeAll } = (await import(pathToFileURL(path).href)) as {
    check: ScriptCheck;
    closeAll: () => void;
  };
  return (bundle, key, previous) => {
    try {
      const before = previous === undefined ? undefined : check(previous, key);
      return { sound: true, predicate: check(bundle, key, before).predicate };
    } catch (error) {
      return { sound: false, why: (error as Error).message };
    } finally {
      closeAll();
    }
  };
}

const KEPT_OPEN = `
const opened = [];
const openSync = (path) => opened[opened.push(openFile(path)) - 1];
const closeAll = () => opened.splice(0).forEach((one) => closeSync(one));`;
