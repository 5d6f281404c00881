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
  /** The end of the credential scope, `aws4_request`. */
  readonly terminal: string;
  /** The credential scope: `20260730/eu-west-1/s3/aws4_request`. */
  readonly scope: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

/** All but the signature, which alone differs between the requests of a client. */
type SigningTerms = Omit<SignatureFacts, "signature">;

/** How many are remembered; a client makes a few. */
const MAX_REMEMBERED_TERMS = 1_000;

/** Headers up to their signature, as they were read before: nothing but the text counts. */
const termsByText = new Map<string, SigningTerms>();

/** The usual order of the components, of which only the signature, at the end, is new in each request. */
const SIGNATURE_AT_END = ", Signature=";
const SIGNATURE = /^[0-9a-f]{64}$/;

/** The same of a signature of Version 2, which names neither service nor Region. */
export interface Version2Facts {
  readonly kind: "header" | "query";
  readonly accessKeyId: string;
  readonly signature: string;
  /** Seconds since the epoch, as sent; queries only. */
  readonly expires?: string;
}

/** What is wrong with the form of a signature; `signature-errors.ts` has the words of each service for it. */
export type SignatureProblem =
  /** Not `<type> <rest>`. */
  | { readonly kind: "no-type"; readonly header: string }
  | { readonly kind: "unknown-type"; readonly header: string }
  | { readonly kind: "version-2" }
  /** A signature in the header and one in the query. */
  | { readonly kind: "two-mechanisms"; readonly header: string }
  | { readonly kind: "component-count"; readonly header: string; readonly absent: string }
  | { readonly kind: "component"; readonly text: string }
  | { readonly kind: "absent-component"; readonly header: string; readonly absent: string }
  | { readonly kind: "credential"; readonly credential: string }
  | { readonly kind: "absent-parameter"; readonly absent: string }
  | { readonly kind: "algorithm" };

export type ReadSignature =
  | { readonly outcome: "none" }
  | {
      readonly outcome: "malformed";
      readonly from: "header" | "query";
      readonly problem: SignatureProblem;
    }
  | { readonly outcome: "read"; readonly facts: SignatureFacts }
  | { readonly outcome: "version-2"; readonly facts: Version2Facts };

const ALGORITHM = "AWS4-HMAC-SHA256";
const COMPONENTS = ["Credential", "SignedHeaders", "Signature"] as const;
/** Without `X-Amz-Expires`: only S3 asks for it. */
const PARAMETERS = [
  "X-Amz-Algorithm",
  "X-Amz-Credential",
  "X-Amz-Signature",
  "X-Amz-Date",
  "X-Amz-SignedHeaders",
] as const;

export function readSignature(request: RawRequest): ReadSignature {
  const header = request.headers["authorization"];
  const hasQuery = request.rawQuery.includes("X-Amz-");
  if (header !== undefined) {
    return hasQuery && request.query.has("X-Amz-Algorithm")
      ? malformed("header", { kind: "two-mechanisms", header })
      : rememberedHeader(header);
  }
  if (hasQuery) return fromQuery(request.query);
  if (/(^|&)AWSAccessKeyId=/.test(request.rawQuery)) return version2Query(request.query);
  return { outcome: "none" };
}

function version2Query(query: URLSearchParams): ReadSignature {
  const facts: Version2Facts = {
    kind: "query",
    accessKeyId: query.get("AWSAccessKeyId") ?? "",
    signature: query.get("Signature") ?? "",
    expires: query.get("Expires") ?? undefined,
  };
  return { outcome: "version-2", facts };
}

/** `AWS <access key id>:<signature>`. */
function version2Header(rest: string): ReadSignature {
  const colon = rest.lastIndexOf(":");
  const facts: Version2Facts = {
    kind: "header",
    accessKeyId: rest.slice(0, Math.max(colon, 0)).trim(),
    signature: rest.slice(colon + 1).trim(),
  };
  return { outcome: "version-2", facts };
}

/** As `fromHeader`, which is asked once for all headers that differ in their signature alone. */
function rememberedHeader(header: string): ReadSignature {
  const end = header.lastIndexOf(SIGNATURE_AT_END);
  const text = header.slice(0, Math.max(end, 0));
  const signature = header.slice(end + SIGNATURE_AT_END.length);
  const terms = termsByText.get(text);
  if (terms !== undefined && SIGNATURE.test(signature)) return signed(terms, signature);
  const read = fromHeader(header);
  if (read.outcome === "read" && SIGNATURE.test(signature)) {
    if (termsByText.size >= MAX_REMEMBERED_TERMS) termsByText.clear();
    termsByText.set(text, read.facts);
  }
  return read;
}

function fromHeader(header: string): ReadSignature {
  const space = header.indexOf(" ");
  if (space < 0) return malformed("header", { kind: "no-type", header });
  const type = header.slice(0, space);
  if (type === "AWS") return version2Header(header.slice(space + 1));
  if (type !== ALGORITHM) return malformed("header", { kind: "unknown-type", header });
  const components = header.slice(space + 1).split(",");
  const parts = new Map<string, string>();
  let broken: string | undefined;
  for (const component of components) {
    const equals = component.indexOf("=");
    if (equals > 0)
      parts.set(component.slice(0, equals).trim(), component.slice(equals + 1).trim());
    else broken ??= component.trim();
  }
  const absent = COMPONENTS.find((name) => !parts.has(name));
  if (components.length !== COMPONENTS.length) {
    return malformed("header", { kind: "component-count", header, absent: absent ?? "Signature" });
  }
  if (broken !== undefined) return malformed("header", { kind: "component", text: broken });
  if (absent !== undefined)
    return malformed("header", { kind: "absent-component", header, absent });
  const [credential = "", signedHeaders = "", signature = ""] = COMPONENTS.map((name) =>
    parts.get(name),
  );
  return assemble("header", credential, signedHeaders, signature);
}

function fromQuery(query: URLSearchParams): ReadSignature {
  const algorithm = query.get("X-Amz-Algorithm");
  const signature = query.get("X-Amz-Signature");
  if (algorithm === null && signature === null) return { outcome: "none" };
  if (algorithm !== null && algorithm !== ALGORITHM) {
    return malformed("query", { kind: "algorithm" });
  }
  const absent = PARAMETERS.find((name) => !query.has(name));
  if (absent !== undefined) return malformed("query", { kind: "absent-parameter", absent });
  return assemble(
    "query",
    query.get("X-Amz-Credential") ?? "",
    query.get("X-Amz-SignedHeaders") ?? "",
    signature ?? "",
  );
}

function assemble(
  kind: "header" | "query",
  credential: string,
  signedHeaders: string,
  signature: string,
): ReadSignature {
  const parts = credential.split("/");
  const [accessKeyId = "", date = "", region = "", service = "", terminal = ""] = parts;
  if (parts.length !== 5) return malformed(kind, { kind: "credential", credential });
  const terms: SigningTerms = {
    kind,
    accessKeyId,
    date,
    region,
    service,
    terminal,
    scope: `${date}/${region}/${service}/${terminal}`,
    signedHeaders: signedHeaders.split(";"),
  };
  return signed(terms, signature);
}

/** Written out, since an object that is spread and then added to is of a new hidden class each time. */
function signed(terms: SigningTerms, signature: string): ReadSignature {
  const facts: SignatureFacts = {
    kind: terms.kind,
    accessKeyId: terms.accessKeyId,
    date: terms.date,
    region: terms.region,
    service: terms.service,
    terminal: terms.terminal,
    scope: terms.scope,
    signedHeaders: terms.signedHeaders,
    signature,
  };
  return { outcome: "read", facts };
}

function malformed(from: "header" | "query", problem: SignatureProblem): ReadSignature {
  return { outcome: "malformed", from, problem };
}
