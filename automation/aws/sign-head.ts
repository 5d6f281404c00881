/**
 * Signature Version 4 for requests that differ in path, query and time alone: headers that they have in common are put into their
 * canonical form once, and a key is derived once for a day.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 */
import { createHash, createHmac, hash } from "node:crypto";
import { extendedEncodeURIComponent } from "@smithy/core/protocols";

/** As the SDK's providers of credentials give them. */
export interface SigningCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** What is to be signed. */
export interface SignedParts {
  /** As it will be sent: S3 decodes it once, and does not normalize it. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** AWS's time, in milliseconds since the epoch. */
  readonly epochMs: number;
}

/** Headers in lower case, by their values. */
type Headers = Readonly<Record<string, string>>;

const ALGORITHM = "AWS4-HMAC-SHA256";
const HASH_OF_NOTHING = createHash("sha256").digest("hex");

/** What credentials come to on one day. */
interface DayKey {
  readonly credentials: SigningCredentials;
  readonly day: string;
  readonly scope: string;
  readonly key: Buffer;
  /** Text before and after the time among the canonical headers. */
  readonly canonical: readonly [string, string];
  readonly names: string;
  readonly headers: Headers;
}

/** Signs HEADs, which have no body. */
export class HeadSigner {
  #last: DayKey | undefined;

  /** @param headers of all requests; `host` and those that begin with `x-amz-` are signed, as S3 demands */
  constructor(
    private readonly headers: Headers,
    private readonly region: string,
  ) {}

  /** @returns all headers of the request */
  sign(
    credentials: SigningCredentials,
    { path, query, epochMs }: SignedParts,
  ): Record<string, string> {
    // As in 20261129T231500Z.
    const time = `${new Date(epochMs).toISOString().slice(0, 19).replaceAll(/[-:]/g, "")}Z`;
    const { canonical, headers, key, names, scope } = this.#dayKey(credentials, time.slice(0, 8));
    const [before, after] = canonical;
    const request = `HEAD\n${path}\n${canonicalQuery(query)}\n${before}${time}${after}`;
    const toSign = `${ALGORITHM}\n${time}\n${scope}\n${hash("sha256", request)}`;
    const signature = createHmac("sha256", key).update(toSign).digest("hex");
    return {
      ...headers,
      "x-amz-date": time,
      authorization: `${ALGORITHM} Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`,
    };
  }

  #dayKey(credentials: SigningCredentials, day: string): DayKey {
    const last = this.#last;
    if (last?.day === day && areSame(last.credentials, credentials)) return last;
    const { secretAccessKey, sessionToken } = credentials;
    const parts = [day, this.region, "s3", "aws4_request"];
    const key = parts.reduce<string | Buffer>(
      (signed, part) => createHmac("sha256", signed).update(part).digest(),
      `AWS4${secretAccessKey}`,
    ) as Buffer;
    const headers = {
      ...this.headers,
      "x-amz-content-sha256": HASH_OF_NOTHING,
      ...(sessionToken !== undefined && { "x-amz-security-token": sessionToken }),
    };
    const scope = parts.join("/");
    // A copy: whoever gave them may change them.
    const dayKey = {
      credentials: { ...credentials },
      day,
      scope,
      key,
      ...canonicalOf(headers),
      headers,
    };
    return (this.#last = dayKey);
  }
}

function areSame(some: SigningCredentials, others: SigningCredentials): boolean {
  return (
    some.accessKeyId === others.accessKeyId &&
    some.secretAccessKey === others.secretAccessKey &&
    some.sessionToken === others.sessionToken
  );
}

/** The canonical request from its headers on, cut where the time belongs. */
function canonicalOf(headers: Headers): Pick<DayKey, "canonical" | "names"> {
  const signed = new Map(
    Object.entries(headers).filter(([name]) => name === "host" || name.startsWith("x-amz-")),
  );
  const names = [...signed.keys(), "x-amz-date"].sort();
  const line = (name: string) =>
    `${name}:${(signed.get(name) ?? "").trim().replaceAll(/\s+/g, " ")}\n`;
  const place = names.indexOf("x-amz-date");
  const before = names.slice(0, place).map(line).join("");
  const after = names
    .slice(place + 1)
    .map(line)
    .join("");
  const list = names.join(";");
  return {
    canonical: [`${before}x-amz-date:`, `\n${after}\n${list}\n${HASH_OF_NOTHING}`],
    names: list,
  };
}

function canonicalQuery(query: Readonly<Record<string, string>>): string {
  return Object.entries(query)
    .map(
      ([name, value]) => `${extendedEncodeURIComponent(name)}=${extendedEncodeURIComponent(value)}`,
    )
    .sort()
    .join("&");
}
