import type { ConditionKeys, Principal } from "../../authorization/model";
import { isAwsError } from "../../world/aws-error";
import type { World } from "../../world/world";
import { bucketNeed, objectNeed } from "../s3/access/access";
import { keptAcl } from "../s3/acl/acl";
import { grantsOfHeaders, ownersOfObject } from "../s3/acl/acl-request";
import { checksumsOfBody } from "../s3/object/object-checksums";
import type { AclGrant, Bucket, ObjectEncryption } from "../s3/store/model";
import { etagOf, storeVersion } from "../s3/store/store-version";
import type { Trail } from "./model";

export const CLOUDTRAIL = "cloudtrail.amazonaws.com";

/** CloudTrail itself, which no account owns: only the policies of the bucket and of the key let it in. */
export const CLOUDTRAIL_SERVICE: Principal = {
  kind: "service",
  arn: CLOUDTRAIL,
  principalArn: CLOUDTRAIL,
  userId: CLOUDTRAIL,
};

export const DELIVERY_ACL = "bucket-owner-full-control";

/** CloudTrail was not let in. */
export class DeliveryRefused extends Error {
  constructor(
    /** As GetTrailStatus shows it: the code of S3 or KMS. */
    readonly code: string,
  ) {
    super(`CloudTrail may not write the file: ${code}`);
    this.name = "DeliveryRefused";
  }
}

/** What CloudTrail says of itself in each request: which trail it works for, and that what it writes is the bucket owner's. */
type TrailFacts = Pick<Trail, "arn" | "accountId" | "bucketName" | "kmsKeyArn">;

/**
 * The bucket of a trail, as CloudTrail reaches it.
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html
 */
export class TrailBucket {
  private constructor(
    private readonly world: World,
    private readonly trail: TrailFacts,
    readonly bucket: Bucket,
  ) {}

  /** @throws DeliveryRefused when there is no such bucket */
  static open(world: World, trail: TrailFacts): TrailBucket {
    const bucket = world.s3.findBucket(trail.bucketName);
    if (bucket === undefined) throw new DeliveryRefused("NoSuchBucket");
    return new TrailBucket(world, trail, bucket);
  }

  /** What CreateTrail asks before it takes the bucket. */
  allowsAclCheck(): boolean {
    const { world, bucket } = this;
    const caller = { world, principal: CLOUDTRAIL_SERVICE };
    const need = bucketNeed(caller, bucket, "s3:GetBucketAcl", this.keys());
    return world.decide(CLOUDTRAIL_SERVICE, need).allowed;
  }

  allowsPut(key: string): boolean {
    const { world, bucket, trail } = this;
    const caller = { world, principal: CLOUDTRAIL_SERVICE };
    const need = objectNeed(caller, bucket, key, "s3:PutObject", {
      ...this.keys(),
      "s3:x-amz-acl": DELIVERY_ACL,
      "s3:x-amz-server-side-encryption": trail.kmsKeyArn === undefined ? undefined : "aws:kms",
      "s3:x-amz-server-side-encryption-aws-kms-key-id": trail.kmsKeyArn,
      "s3:objectcreationoperation": "true",
    });
    return world.decide(CLOUDTRAIL_SERVICE, need).allowed;
  }

  /** How a file of this key is encrypted. @throws AwsError what KMS answers when CloudTrail may not use the key */
  encryptionOf(key: string): ObjectEncryption {
    const { bucket, trail, world } = this;
    const rule = bucket.encryption[0];
    const defaults = rule?.ApplyServerSideEncryptionByDefault;
    const algorithm = trail.kmsKeyArn === undefined ? defaults?.SSEAlgorithm : "aws:kms";
    if (algorithm !== "aws:kms" && algorithm !== "aws:kms:dsse") return { algorithm: "AES256" };
    const bucketKeyEnabled = algorithm === "aws:kms" && (rule?.BucketKeyEnabled ?? false);
    const ownContext = { "aws:cloudtrail:arn": trail.arn };
    const { keyArn: kmsKeyArn } = world.kms.useKey({
      principal: CLOUDTRAIL_SERVICE,
      keyId: trail.kmsKeyArn ?? defaults?.KMSMasterKeyID ?? "alias/aws/s3",
      region: bucket.region,
      accountId: bucket.accountId,
      action: "kms:GenerateDataKey",
      encryptionContext: {
        ...ownContext,
        "aws:s3:arn": bucketKeyEnabled ? bucket.arn : `${bucket.arn}/${key}`,
      },
      viaService: `s3.${bucket.region}.amazonaws.com`,
      conditionKeys: this.sourceKeys(),
    });
    // As the header `x-amz-server-side-encryption-context` would bring it; who reads the file needs it for the key.
    const encryptionContext = Buffer.from(JSON.stringify(ownContext)).toString("base64");
    return { algorithm, kmsKeyArn, bucketKeyEnabled, encryptionContext };
  }

  /** @throws DeliveryRefused when CloudTrail may not put the key or use the KMS key */
  put(key: string, body: Buffer, userMetadata: Readonly<Record<string, string>>): void {
    const { world, bucket, trail } = this;
    if (!this.allowsPut(key)) throw new DeliveryRefused("AccessDenied");
    const encryption = this.usableEncryption(key);
    const context = { world, nowEpochMs: world.clock.nowEpochMs() };
    const isGivenAway = bucket.objectOwnership !== "ObjectWriter";
    storeVersion(
      context,
      bucket,
      key,
      {
        body,
        etag: etagOf(context, body, encryption),
        checksums: checksumsOfBody(body, undefined, undefined),
        checksumType: "FULL_OBJECT",
        encryption,
      },
      {
        contentType: "application/json",
        systemMetadata: { ContentEncoding: "gzip" },
        userMetadata,
        storageClass: "STANDARD",
        // Without ownership for the bucket's owner the file is CloudTrail's own account's on AWS; here it is the trail's.
        ownerAccountId: isGivenAway ? bucket.accountId : trail.accountId,
        acl: isGivenAway ? undefined : this.sharedWithOwner(),
      },
    );
  }

  private usableEncryption(key: string): ObjectEncryption {
    try {
      return this.encryptionOf(key);
    } catch (error) {
      if (isAwsError(error)) throw new DeliveryRefused(error.code);
      throw error;
    }
  }

  private sharedWithOwner(): readonly AclGrant[] | undefined {
    const owners = ownersOfObject(this.world, this.bucket, this.trail.accountId);
    return keptAcl(grantsOfHeaders(this.world, { ACL: DELIVERY_ACL }, owners), owners.ownerId);
  }

  private keys(): ConditionKeys {
    return {
      ...this.sourceKeys(),
      "aws:securetransport": "true",
      "aws:requestedregion": this.bucket.region,
    };
  }

  private sourceKeys(): ConditionKeys {
    return { "aws:sourcearn": this.trail.arn, "aws:sourceaccount": this.trail.accountId };
  }
}
