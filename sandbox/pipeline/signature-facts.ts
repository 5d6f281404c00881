import type { RawRequest } from "./raw-request";

/** What a request says about its own signature; nothing of it is verified yet. */
export interface SignatureFacts {
  readonly kind: "header" | "query";
  readonly accessKeyId: string;
  /** `20260730`. */
  readonly date: string;
  readonly region: string;
  /** The name in the credential scope: `s3`, `iam`, ... */
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

/** `malformed` says why in AWS's words. */
export type ReadSignature =
  | { readonly outcome: "none" }
  | { readonly outcome: "unsupported" }
  | { readonly outcome: "malformed"; readonly kind: "header" | "query"; readonly reason: string }
  | { readonly outcome: "read"; readonly facts: SignatureFacts };

const ALGORITHM = "AWS4-HMAC-SHA256";

export function readSignature(request: RawRequest): ReadSignature {
  const header = request.headers["authorization"];
  if (header !== undefined) return fromHeader(header);
  if (request.rawQuery.includes("X-Amz-")) return fromQuery(request.query);
  if (/(^|&)AWSAccessKeyId=/.test(request.rawQuery)) return { outcome: "unsupported" };
  return { outcome: "none" };
}

function fromHeader(header: string): ReadSignature {
  if (!header.startsWith(`${ALGORITHM} `)) return { outcome: "unsupported" };
  const parts = new Map<string, string>();
  for (const part of header.slice(ALGORITHM.length + 1).split(",")) {
    const equals = part.indexOf("=");
    if (equals > 0) parts.set(part.slice(0, equals).trim(), part.slice(equals + 1).trim());
  }
  const credential = parts.get("Credential");
  const signedHeaders = parts.get("SignedHeaders");
  const signature = parts.get("Signature");
  if (credential === undefined || signedHeaders === undefined || signature === undefined) {
    const absent = ["Credential", "SignedHeaders", "Signature"].filter((name) => !parts.has(name));
    return malformed("header", `missing ${absent.join(", ")}.`);
  }
  return assemble("header", credential, signedHeaders, signature);
}

function fromQuery(query: URLSearchParams): ReadSignature {
  const algorithm = query.get("X-Amz-Algorithm");
  if (algorithm === null && query.get("X-Amz-Signature") === null) return { outcome: "none" };
  if (algorithm !== ALGORITHM) return { outcome: "unsupported" };
  const credential = query.get("X-Amz-Credential");
  const signedHeaders = query.get("X-Amz-SignedHeaders");
  const signature = query.get("X-Amz-Signature");
  const isComplete = query.has("X-Amz-Date") && query.has("X-Amz-Expires");
  if (credential === null || signedHeaders === null || signature === null || !isComplete) {
    return malformed(
      "query",
      "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.",
    );
  }
  return assemble("query", credential, signedHeaders, signature);
}

function assemble(
  kind: "header" | "query",
  credential: string,
  signedHeaders: string,
  signature: string,
): ReadSignature {
  const parts = credential.split("/");
  const [accessKeyId, date, region, service, terminal] = parts;
  if (
    parts.length !== 5 ||
    accessKeyId === undefined ||
    date === undefined ||
    region === undefined ||
    service === undefined ||
    terminal !== "aws4_request"
  ) {
    return malformed(
      kind,
      'the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".',
    );
  }
  if (!/^\d{8}$/.test(date)) {
    return malformed(
      kind,
      `incorrect date format "${date}". This date in the credential must be in the format "yyyyMMdd".`,
    );
  }
  const facts: SignatureFacts = {
    kind,
    accessKeyId,
    date,
    region,
    service,
    signedHeaders: signedHeaders.split(";"),
    signature,
  };
  return { outcome: "read", facts };
}

function malformed(kind: "header" | "query", reason: string): ReadSignature {
  return { outcome: "malformed", kind, reason };
}
