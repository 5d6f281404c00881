/**
 * What one task of a checksum job says, in the last column of its row. Pure.
 *
 *     succeeded   {"checksum_base64":"...","etag":"...","checksumAlgorithm":"SHA256","checksumType":"FULL_OBJECT","checksum_hex":"..."}
 *     failed      error details: {"failureMessage":"Task <id> <why>", "errorCode": "<HTTP status>"}
 *
 * A value that is not of this form is none: what is not understood is never taken for equal.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-examples-reports.html
 */
import { z } from "zod";
import type { ReportRow } from "../backfill/report";
import type { OutcomeCode } from "../judge/outcome";

/** Why a version has no value. Its code is one of `unverifiable`. */
export interface Uncomputed {
  readonly code: Extract<OutcomeCode, "sse-c" | "no-right" | "gone" | "error">;
  /** In S3's words, or in ours. */
  readonly why: string;
}

/** The value of a version, or why there is none. */
export type Computed = { readonly sha256: Buffer } | Uncomputed;

const resultSchema = z.object({
  checksum_base64: z.string(),
  checksumAlgorithm: z.literal("SHA256"),
  checksumType: z.literal("FULL_OBJECT"),
  checksum_hex: z.string().regex(/^[0-9A-Fa-f]{64}$/),
});

const failureSchema = z.object({ failureMessage: z.string(), errorCode: z.coerce.string() });

/** Reads a row. */
export function computedOf(row: Pick<ReportRow, "errorCode" | "message" | "succeeded">): Computed {
  return row.succeeded ? valueOf(row.message) : failureOf(row);
}

function valueOf(message: string): Computed {
  const result = resultSchema.safeParse(parsed(message));
  if (!result.success) {
    return { code: "error", why: "its row in the report has no SHA256 of the whole object" };
  }
  const sha256 = Buffer.from(result.data.checksum_hex, "hex");
  return sha256.toString("base64") === result.data.checksum_base64
    ? { sha256 }
    : { code: "error", why: "its row in the report has two different values" };
}

function failureOf({ errorCode, message }: Pick<ReportRow, "errorCode" | "message">): Uncomputed {
  const details = failureSchema.safeParse(parsed(message.replace(/^error details: /, "")));
  if (!details.success) return { code: codeOf("", message), why: `${errorCode}: ${message}` };
  const { errorCode: status, failureMessage } = details.data;
  // Each task has an id of its own, with which no two causes would be alike.
  const why = failureMessage.replace(/^Task \S+ /, "");
  return { code: codeOf(status, why), why: `${why} (${status})` };
}

function codeOf(status: string, why: string): Uncomputed["code"] {
  if (/SSE-C/i.test(why)) return "sse-c";
  if (status === "403" || /access ?denied|forbidden|not authorized/i.test(why)) return "no-right";
  if (status === "404" || /not found|no ?such ?(key|version)/i.test(why)) return "gone";
  return "error";
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
