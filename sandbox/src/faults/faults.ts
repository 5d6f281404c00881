import type { ServiceName } from "../world/service-name";
import { patternTest, type Patterns } from "../values/patterns";
import type { Random } from "../values/random";

/**
 * Faults: what a test wants to go wrong. A rule says which requests it is about, which of those it hits, and what
 * happens to them. Rules are asked in their order and the first one that hits is carried out; a request that one rule
 * has hit is not counted by those after it.
 *
 * Only requests over HTTP are hit, not what services do for each other inside the sandbox.
 */
export type FaultEffect =
  /** 503 `SlowDown` of S3, `Throttling` or `ThrottlingException` of the others. */
  | "throttle"
  /** The service's 500. */
  | "internal-error"
  /** The service's 503. */
  | "service-unavailable"
  /** Not carried out, and no answer until the client gives up. */
  | "time-out"
  /** Carried out, and no answer until the client gives up. */
  | "time-out-after"
  /** Not carried out; the connection is reset. */
  | "reset-before"
  /** Carried out; the connection is reset in the place of the answer. */
  | "reset-after"
  /** Reads of bucket configurations and ListBuckets answer what was `staleMs` ago. */
  | "stale-read"
  /** The answer's body comes at `bytesPerSecond`. */
  | "slow-body"
  /**
   * The sandbox's clock is ahead of the caller's by `skewMs`: `RequestTimeTooSkewed`, unless the caller corrects its clock
   * by the answer's `Date`, as SDKs do.
   */
  | "clock-skew"
  /** As if the caller's credentials had expired: `ExpiredToken`. */
  | "expired-credentials";

/** What is left out matches everything. All that is given must match. */
export interface FaultRule {
  /** What happens to a request that is hit. */
  readonly effect: FaultEffect;
  /** For the log and the admin endpoint. Default: the effect. */
  readonly name?: string;
  /** The sandbox's name of the service, as in `s3` or `s3control`. */
  readonly service?: Patterns;
  /** The AWS name: `PutObject`, `Get*`. */
  readonly operation?: Patterns;
  /** The caller's account: its name or its twelve digits. */
  readonly account?: Patterns;
  /** S3 only: the bucket in the request's address. */
  readonly bucket?: Patterns;
  /** S3 only: the key in the request's address. */
  readonly key?: Patterns;
  /** Lets this many matching requests pass before anything else is looked at. Default 0. */
  readonly skip?: number;
  /** Hits each n-th matching request only. Default 1. */
  readonly every?: number;
  /** Hits with this probability, over 0 to 1, drawn from the sandbox's seed. Default 1. */
  readonly probability?: number;
  /** Ends after this many hits. Default: never. */
  readonly first?: number;
  /** `stale-read` only: how old the answer is, in milliseconds. */
  readonly staleMs?: number;
  /** `slow-body` only. */
  readonly bytesPerSecond?: number;
  /** `clock-skew` only, in milliseconds; negative when the caller's clock is ahead. Default 20 minutes. */
  readonly skewMs?: number;
}

/** What of a request a rule looks at. */
export interface FaultFacts {
  readonly service: ServiceName;
  readonly operation: string;
  /** Absent for anonymous requests. */
  readonly accountId?: string;
  readonly accountName?: string;
  readonly bucket?: string;
  readonly key?: string;
}

/** A rule and what became of it. */
export interface FaultStatus {
  /** As it was given. */
  readonly rule: FaultRule;
  /** Requests that it is about, hit or not, but for those that an earlier rule hit. */
  readonly matchedCount: number;
  /** Requests that it was carried out on. */
  readonly hitCount: number;
}

interface ActiveRule {
  readonly rule: FaultRule;
  readonly matches: (facts: FaultFacts) => boolean;
  readonly random: Random;
  matchedCount: number;
  hitCount: number;
}

/** The faults of one sandbox, with their counts. */
export class FaultPlan {
  private rules: ActiveRule[] = [];
  private addedCount = 0;

  constructor(private readonly random: Random) {}

  /** Behind those that are there. The rules are valid: see `fault-file.ts`. */
  add(rules: readonly FaultRule[]): void {
    for (const rule of rules) {
      // A stream for each: what one rule draws changes nothing for another.
      const random = this.random.fork(`fault ${this.addedCount++}`);
      this.rules.push({ rule, matches: matcher(rule), random, matchedCount: 0, hitCount: 0 });
    }
  }

  clear(): void {
    this.rules = [];
  }

  status(): FaultStatus[] {
    return this.rules.map(({ rule, matchedCount, hitCount }) => ({ rule, matchedCount, hitCount }));
  }

  get isEmpty(): boolean {
    return this.rules.length === 0;
  }

  /** The rule that hits a request, which is counted. */
  hit(facts: FaultFacts): FaultRule | undefined {
    for (const active of this.rules) {
      if (!active.matches(facts)) continue;
      active.matchedCount++;
      if (!hits(active)) continue;
      active.hitCount++;
      return active.rule;
    }
    return undefined;
  }
}

function hits({ rule, matchedCount, hitCount, random }: ActiveRule): boolean {
  const count = matchedCount - (rule.skip ?? 0);
  if (count < 1 || count % (rule.every ?? 1) !== 0) return false;
  // Drawn before `first` ends it, so that a rule draws the same numbers whatever its end.
  if (rule.probability !== undefined && random.next() >= rule.probability) return false;
  return rule.first === undefined || hitCount < rule.first;
}

/** Whether a rule is about a request. */
function matcher(rule: FaultRule): (facts: FaultFacts) => boolean {
  const service = patternTest(rule.service);
  const operation = patternTest(rule.operation);
  const account = patternTest(rule.account);
  const bucket = patternTest(rule.bucket);
  const key = patternTest(rule.key);
  return (facts) =>
    (service?.(facts.service) ?? true) &&
    (operation?.(facts.operation) ?? true) &&
    (account === undefined || account(facts.accountId) || account(facts.accountName)) &&
    (bucket?.(facts.bucket) ?? true) &&
    (key?.(facts.key) ?? true) &&
    (rule.effect !== "stale-read" || canBeStale(facts.service, facts.operation));
}

/** S3's reads of buckets themselves. Its reads of objects are consistent, and so are its lists of them. */
export function canBeStale(service: ServiceName, operation: string): boolean {
  return service === "s3" && STALE_READS.test(operation);
}

const STALE_READS =
  /^(HeadBucket|ListBuckets|ListBucket\w+Configurations|GetBucket\w+|GetPublicAccessBlock|GetObjectLockConfiguration)$/;
