import { isAwsError } from "../../../world/aws-error";
import { mergedKeys } from "../../../authorization/merged-keys";
import type { AccessNeed, ConditionKeys, Decision, Principal } from "../../../authorization/model";
import { bucketNeed, objectNeed } from "./access";
import type { Bucket } from "../store/model";
import type { World } from "../../../world/world";

/** A right on a bucket, or with a key on one of its objects. */
export interface Right {
  readonly action: string;
  readonly bucket: Bucket;
  readonly key?: string;
  /** All keys of the request, made by `requestKeys`; default: those without any of the operation's own. */
  readonly conditionKeys?: ConditionKeys;
}

/**
 * S3 working under a role that it has assumed. Lives for one slice of work: what policies say of whole buckets is asked
 * once, what they say of objects is asked for each.
 */
export class ServiceSession {
  private readonly bucketDecisions = new Map<string, Decision>();
  private readonly keysByRegion = new Map<string, ConditionKeys>();
  private readonly caller: { readonly world: World; readonly principal: Principal };

  constructor(
    readonly world: World,
    readonly principal: Principal,
  ) {
    this.caller = { world, principal };
  }

  allows(right: Right): boolean {
    return this.decide(right).allowed;
  }

  /** True when a policy says Deny, as opposed to none saying Allow. */
  denies(right: Right): boolean {
    return this.decide(right).denial === "explicit";
  }

  decide(right: Right): Decision {
    const { action, bucket, key } = right;
    const keys = right.conditionKeys ?? this.regionKeys(bucket);
    if (key !== undefined) {
      return this.world.decide(this.principal, objectNeed(this.caller, bucket, key, action, keys));
    }
    const cacheKey = `${action} ${bucket.name}`;
    let decision = this.bucketDecisions.get(cacheKey);
    if (decision === undefined) {
      const need: AccessNeed = bucketNeed(this.caller, bucket, action, keys);
      decision = this.world.decide(this.principal, need);
      this.bucketDecisions.set(cacheKey, decision);
    }
    return decision;
  }

  /** The keys of a request on a bucket: the general ones and, lower-cased, the operation's own. */
  requestKeys(bucket: Bucket, own: ConditionKeys): ConditionKeys {
    return mergedKeys(this.regionKeys(bucket), own);
  }

  /** S3's own requests are made over TLS, in the Region of the bucket; they have no source address or user agent. */
  private regionKeys({ region }: Bucket): ConditionKeys {
    let keys = this.keysByRegion.get(region);
    if (keys === undefined) {
      keys = {
        "aws:requestedregion": region,
        "aws:securetransport": "true",
      };
      this.keysByRegion.set(region, keys);
    }
    return keys;
  }
}

/** The sessions of one slice of work, each role assumed once. */
export class ServiceSessions {
  private readonly byRoleArn = new Map<string, ServiceSession | undefined>();

  constructor(
    private readonly world: World,
    private readonly service: "s3.amazonaws.com" | "batchoperations.s3.amazonaws.com",
    private readonly sessionName: string,
  ) {}

  /** Undefined when the role is not there or its trust policy does not let the service in. */
  session(roleArn: string): ServiceSession | undefined {
    if (this.byRoleArn.has(roleArn)) return this.byRoleArn.get(roleArn);
    const session = this.assume(roleArn);
    this.byRoleArn.set(roleArn, session);
    return session;
  }

  private assume(roleArn: string): ServiceSession | undefined {
    try {
      const principal = this.world.iam.assumeRoleForService(
        roleArn,
        this.service,
        this.sessionName,
      );
      return new ServiceSession(this.world, principal);
    } catch (error) {
      if (isAwsError(error)) return undefined;
      throw error;
    }
  }
}
