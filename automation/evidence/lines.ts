/** The lines of a bundle: what became of one version at one vault, each in the one text that it has. */

import { compareKeys } from "../proof/key-order";
import type { ReplicaAnswer } from "../look/replica-answer";
import { noOutcomes, type Outcome } from "../judge/outcome";
import { canonicalText, readCanonical } from "./canonical";
import { EvidenceProblem } from "./evidence-problem";

/** One line: an outcome, with the source that it is about. */
export interface EvidenceLine extends Outcome {
  /** Name in the config. */
  readonly source: string;
  /** Absent where there is none, or it could not be read. */
  readonly replica?: ReplicaAnswer;
}

/** A line is at most so long: a key has 1024 bytes, and words of ours beside it. */
export const LINE_MAX_BYTES = 64 * 1024;

/** The text of a line, without its end. */
export function lineText(line: EvidenceLine): string {
  const { cause, code, key, kind, replica, source, vault, versionId } = line;
  return canonicalText({ cause, code, key, kind, replica, source, vault, versionId });
}

/** @throws EvidenceProblem `lines` for everything else than `lineText` writes */
export function readLine(bytes: Buffer, number: number): EvidenceLine {
  const found = readCanonical(bytes);
  if (found !== undefined && isLine(found.value)) return found.value;
  const why =
    found === undefined ? "is not in the one text that it may have" : "is none of a bundle";
  throw new EvidenceProblem("lines", `line ${number} ${why}`);
}

const KINDS = Object.keys(noOutcomes());

/** What is not counted may be anything: words of ours, what a later version tells of replicas. */
function isLine(value: unknown): value is EvidenceLine {
  if (!isRecord(value) || value["vault"] === "") return false;
  const { code, key, kind, replica = {}, source, vault = "", versionId } = value;
  const isTexts = [code, key, kind, source, vault, versionId].every(isText);
  return isTexts && KINDS.includes(String(kind)) && isRecord(replica) && isLockFit(replica);
}

function isText(member: unknown): boolean {
  return typeof member === "string";
}

function isLockFit({ lockMode, lockedUntil }: Readonly<Record<string, unknown>>): boolean {
  return typeof lockMode === "string" ? isInstant(lockedUntil) : lockMode === lockedUntil;
}

/** Whether it is a moment as ECMAScript writes it: UTC, with milliseconds. Pure. */
export function isInstant(value: unknown): value is string {
  if (typeof value !== "string") return false;
  const time = Date.parse(value);
  return !Number.isNaN(time) && new Date(time).toISOString() === value;
}

/** Whether it is an object, and no list. Pure. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * The order of lines of one source: keys as S3 lists them, of a key its versions by their ids, of a version its vaults by their
 * names, so that none is there twice.
 * @returns less than 0 where the first comes first, 0 for the same version at the same vault
 */
export function lineOrder(one: EvidenceLine, other: EvidenceLine): number {
  return versionOrder(one, other) || compareKeys(one.vault ?? NO_VAULT, other.vault ?? NO_VAULT);
}

/** The same of versions. */
export function versionOrder(one: EvidenceLine, other: EvidenceLine): number {
  return compareKeys(one.key, other.key) || compareKeys(one.versionId, other.versionId);
}

/** In place of a vault's name where nothing was promised anywhere. */
export const NO_VAULT = "";
