import { lookup } from "node:dns/promises";
import { once } from "node:events";
import { isIP } from "node:net";

/** Where clients of AWS find the sandbox. */
export interface ClientEndpoints {
  /** `http://127.0.0.1:4566`: every service, and the proxy of names that no resolver knows. */
  readonly endpoint: string;
  /** Of single services, by their names in an AWS config file. */
  readonly inFile: ServiceEndpoints;
  readonly inVariables: ServiceEndpoints;
}

type ServiceEndpoints = Readonly<Record<string, string>>;

/** Longer than a resolver on this machine takes; one that asks a network in vain may take many seconds. */
const LOOKUP_MS = 500;

/** Resolved by nobody (RFC 6761), so that who is told of a proxy asks it. */
const UNRESOLVED_NAME = "lockstep-sandbox.test";

/**
 * SDKs put the account id before S3 Control's host, and some a bucket's name that has dots before S3's;
 * `111111111111.127.0.0.1` is no host. Where names under `localhost` are looked up as this machine, they serve both. Elsewhere
 * the variables give a name that is asked for through the proxy, and the file, which cannot name a proxy, has a user name
 * before the address: what boto3 and the AWS CLI put there becomes part of it, `http://111111111111.s3-control@127.0.0.1`.
 */
export function clientEndpoints(endpoint: string, namesAreLoopback: boolean): ClientEndpoints {
  const { port } = new URL(endpoint);
  const at = (host: string): string => `http://${host}:${port}`;
  if (namesAreLoopback) {
    const byName = { s3: at("localhost"), s3_control: at("localhost") };
    return { endpoint, inFile: byName, inVariables: byName };
  }
  return {
    endpoint,
    inFile: { s3_control: at("s3-control@127.0.0.1") },
    inVariables: { s3_control: at(UNRESOLVED_NAME) },
  };
}

/**
 * The variables that point AWS's SDKs, the AWS CLI and Pulumi at the sandbox. What has a name (S3 Control, and a bucket
 * whose name has dots) is asked for through `HTTP_PROXY`; what is on this machine stays direct.
 * @param present of the process that gets them: hosts that it excepts from its proxy stay so, and names in small letters,
 * which some clients read first, are said again
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 */
export function clientVariables(
  { endpoint, inVariables }: ClientEndpoints,
  configFile: string,
  present: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  const excepted = present["NO_PROXY"] ?? present["no_proxy"] ?? "";
  const hosts = new Set([...excepted.split(",").filter((host) => host !== ""), ...DIRECT_HOSTS]);
  const proxy = { HTTP_PROXY: endpoint, NO_PROXY: [...hosts].join(",") };
  const services = Object.entries(inVariables).map(
    ([service, url]) => [`AWS_ENDPOINT_URL_${service.toUpperCase()}`, url] as const,
  );
  const inSmallLetters = Object.entries(proxy)
    .map(([name, value]) => [name.toLowerCase(), value] as const)
    .filter(([name]) => present[name] !== undefined);
  return {
    AWS_ENDPOINT_URL: endpoint,
    ...Object.fromEntries(services),
    AWS_CONFIG_FILE: configFile,
    ...proxy,
    ...Object.fromEntries(inSmallLetters),
  };
}

const DIRECT_HOSTS = ["localhost", "127.0.0.1", "::1"];

/** Whether this machine looks up names of accounts and buckets under `localhost` as itself, as systemd's resolver does. */
export async function namesAreLoopback(
  accountIds: readonly string[],
  lookUp: LookUp = (name) => lookup(name, { all: true }),
): Promise<boolean> {
  const tooLate = once(AbortSignal.timeout(LOOKUP_MS), "abort").then(() => false);
  const labels = [...accountIds, "any.bucket"];
  const found = Promise.all(labels.map((label) => isLoopbackName(`${label}.localhost`, lookUp)));
  return Promise.race([tooLate, found.then((all) => all.every(Boolean))]);
}

type LookUp = (name: string) => Promise<readonly { readonly address: string }[]>;

async function isLoopbackName(name: string, lookUp: LookUp): Promise<boolean> {
  // Whatever keeps a name from being looked up, it is of no use then.
  const addresses = await lookUp(name).catch(() => []);
  return addresses.length > 0 && addresses.every(({ address }) => isLoopback(address));
}

function isLoopback(address: string): boolean {
  return isIP(address) === 4 ? address.startsWith("127.") : address === "::1";
}
