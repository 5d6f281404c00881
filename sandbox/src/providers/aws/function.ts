import { hasCode } from "../send";
import type { Properties } from "../values";
import type { Clients } from "./clients";

/** A function (data source) of `aws`. Names are those of `@pulumi/aws`. */
export interface AwsFunction {
  /** Arguments that it acts on; every other one is refused by name. */
  readonly args: readonly string[];
  invoke(args: Properties, clients: Clients): Promise<Properties>;
}

/**
 * How the AWS provider says that there is no such thing. With S3's configurations it says the same for a bucket without
 * the configuration and for no such bucket, so that programs can only tell the two apart by asking for the bucket.
 * @see terraform-provider-aws `internal/retry/error.go` (`NotFoundError`)
 */
const NOT_FOUND = "couldn't find resource";

/** The answer; errors are given the words that the provider puts before them. */
export async function told<Output>(
  answer: Promise<Output>,
  tell: (reason: string) => string,
  ...absentCodes: string[]
): Promise<Output> {
  try {
    return await answer;
  } catch (error) {
    const reason = hasCode(error, ...absentCodes) ? NOT_FOUND : messageOf(error);
    throw new Error(tell(reason), { cause: error });
  }
}

/** The Region that a function works in: its argument, else the provider's. */
export function regionOf(args: Properties, clients: Clients): string {
  const { region } = args;
  return typeof region === "string" ? region : clients.region;
}

/** A time as the provider writes it: RFC 3339 in UTC, whole seconds. */
export const rfc3339 = (time: Date | undefined): string | undefined =>
  time?.toISOString().replace(/\.\d+Z$/, "Z");

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
