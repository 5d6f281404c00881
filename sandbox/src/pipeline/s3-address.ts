/** Which bucket and key a request to S3 is about. */
export interface S3Address {
  readonly bucket?: string;
  /** Percent-encoded as sent. */
  readonly rawKey?: string;
  /** The Region in the host's name, when the host is one of AWS's. */
  readonly endpointRegion?: string;
}

const AWS_HOST =
  /^(?:(.+)\.)?s3(?:-accelerate|-fips)?(?:[.-]dualstack)?(?:[.-]([a-z]{2}(?:-[a-z]+)+-\d))?\.amazonaws\.com(?:\.cn)?$/;
const LOCALHOST = /^(?:(.+)\.)?localhost$/;
/** `bucket.127.0.0.1`, or with a name service for addresses behind it: `bucket.127.0.0.1.nip.io`. */
const ADDRESS = /^(?:(.+?)\.)?\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?:\.[a-z][a-z0-9.-]*)?$/;

/** What a host says by itself. */
type HostFacts = Pick<S3Address, "bucket" | "endpointRegion">;

/** The host that was read last, as most requests have it: its bucket and its Region follow from its name alone. */
let lastHost: string | undefined;
let lastFacts: HostFacts = {};

function hostFacts(host: string): HostFacts {
  if (host === lastHost) return lastFacts;
  lastHost = host;
  lastFacts = readHost(host);
  return lastFacts;
}

function readHost(host: string): HostFacts {
  const name = host.replace(/:\d+$/, "").toLowerCase();
  const aws = AWS_HOST.exec(name);
  const bucket = aws === null ? bucketBefore(LOCALHOST.exec(name) ?? ADDRESS.exec(name)) : aws[1];
  return { bucket, endpointRegion: aws?.[2] };
}

/** Bucket from the host (virtual-hosted style) or from the first path segment (path style). */
export function s3Address(host: string, rawPath: string): S3Address {
  const { bucket: fromHost, endpointRegion } = hostFacts(host);
  if (fromHost !== undefined) {
    return { bucket: fromHost, rawKey: nonEmpty(rawPath.slice(1)), endpointRegion };
  }
  const slash = rawPath.indexOf("/", 1);
  const bucket = slash < 0 ? rawPath.slice(1) : rawPath.slice(1, slash);
  return {
    bucket: nonEmpty(bucket),
    rawKey: slash < 0 ? undefined : nonEmpty(rawPath.slice(slash + 1)),
    endpointRegion,
  };
}

/** `s3` in front of a host that is not AWS's is the service's own name, with or without a bucket before it. */
function bucketBefore(match: RegExpExecArray | null): string | undefined {
  const labels = match?.[1];
  if (labels === undefined || labels === "s3") return undefined;
  return labels.endsWith(".s3") ? labels.slice(0, -".s3".length) : labels;
}

function nonEmpty(text: string): string | undefined {
  return text === "" ? undefined : text;
}
