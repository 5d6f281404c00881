import type { InventoryS3BucketDestination } from "@aws-sdk/client-s3";
import type { ConditionKeys, Principal } from "../authorization/model";
import { isAwsError } from "../world/aws-error";
import { objectNeed } from "../services/s3/access/access";
import { bucketName } from "../services/s3/bucket/bucket-arn";
import { keptAcl } from "../services/s3/acl/acl";
import { grantsOfHeaders, ownersOfObject } from "../services/s3/acl/acl-request";
import type { AclGrant, Bucket, ObjectEncryption } from "../services/s3/store/model";
import { checksumsOfBody } from "../services/s3/object/object-checksums";
import { etagOf, storeVersion } from "../services/s3/store/store-version";
import type { World } from "../world/world";

/** S3 itself, which no account owns: only the policies of the bucket and of the key let it in. */
const S3_SERVICE: Principal = {
  kind: "service",
  arn: "s3.amazonaws.com",
  principalArn: "s3.amazonaws.com",
  userId: "s3.amazonaws.com",
};

const ACL = "bucket-owner-full-control";

/** S3 was not let in: the delivery ends here, and nobody is told. */
export class DeliveryRefused extends Error {
  constructor() {
    super("The destination of the inventory does not let S3 write.");
    this.name = "DeliveryRefused";
  }
}

/**
 * The bucket that a list is written to, with S3's own hands: S3 says for whom it works (`aws:SourceArn`,
 * `aws:SourceAccount`) and gives what it writes to the bucket's owner (`s3:x-amz-acl`).
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/configure-inventory.html
 */
export class InventoryDestination {
  private constructor(
    private readonly world: World,
    private readonly source: Bucket,
    private readonly settings: InventoryS3BucketDestination,
    readonly bucket: Bucket,
  ) {}

  /** @throws DeliveryRefused when there is no such bucket in the Region of the source, or it is another account's */
  static open(
    world: World,
    source: Bucket,
    settings: InventoryS3BucketDestination,
  ): InventoryDestination {
    const arn = settings.Bucket ?? "";
    const bucket = world.s3.findBucket(bucketName(arn));
    if (bucket === undefined || bucket.region !== source.region) throw new DeliveryRefused();
    const { AccountId: expectedOwner } = settings;
    if (expectedOwner !== undefined && expectedOwner !== bucket.accountId) {
      throw new DeliveryRefused();
    }
    return new InventoryDestination(world, source, settings, bucket);
  }

  /** @throws DeliveryRefused when the bucket's policy does not let S3 put this key */
  checkWritable(key: string): void {
    const { world, bucket } = this;
    const caller = { world, principal: S3_SERVICE };
    const wanted = this.wantedEncryption();
    const need = objectNeed(caller, bucket, key, "s3:PutObject", {
      ...this.sourceKeys(),
      "aws:securetransport": "true",
      "aws:requestedregion": bucket.region,
      "s3:x-amz-acl": ACL,
      "s3:x-amz-server-side-encryption": wanted?.algorithm,
      "s3:x-amz-server-side-encryption-aws-kms-key-id": wanted?.kmsKeyId,
      "s3:objectcreationoperation": "true",
    });
    if (!world.decide(S3_SERVICE, need).allowed) throw new DeliveryRefused();
  }

  /** @throws DeliveryRefused when S3 may not put the key or use the KMS key */
  put(key: string, body: Buffer, contentType: string): void {
    const { world, bucket } = this;
    this.checkWritable(key);
    const encryption = this.encryptionOf(key);
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
        contentType,
        systemMetadata: {},
        userMetadata: {},
        storageClass: "STANDARD",
        // Without ownership for the bucket's owner, what S3 writes is the source's, open to the bucket's owner (assumed).
        ownerAccountId: isGivenAway ? bucket.accountId : this.source.accountId,
        acl: isGivenAway ? undefined : this.sharedWithOwner(),
      },
    );
  }

  private sharedWithOwner(): readonly AclGrant[] | undefined {
    const owners = ownersOfObject(this.world, this.bucket, this.source.accountId);
    return keptAcl(grantsOfHeaders(this.world, { ACL }, owners), owners.ownerId);
  }

  /** What the configuration asks for; the bucket's default has no headers. */
  private wantedEncryption(): { algorithm: "AES256" | "aws:kms"; kmsKeyId?: string } | undefined {
    const { Encryption: encryption } = this.settings;
    if (encryption?.SSEKMS !== undefined) {
      return { algorithm: "aws:kms", kmsKeyId: encryption.SSEKMS.KeyId };
    }
    return encryption?.SSES3 === undefined ? undefined : { algorithm: "AES256" };
  }

  private encryptionOf(key: string): ObjectEncryption {
    const { bucket } = this;
    const wanted = this.wantedEncryption();
    const rule = bucket.encryption[0];
    const defaults = rule?.ApplyServerSideEncryptionByDefault;
    const algorithm = wanted?.algorithm ?? defaults?.SSEAlgorithm;
    if (algorithm !== "aws:kms" && algorithm !== "aws:kms:dsse") return { algorithm: "AES256" };
    const keyId = wanted === undefined ? defaults?.KMSMasterKeyID : wanted.kmsKeyId;
    const bucketKeyEnabled = algorithm === "aws:kms" && (rule?.BucketKeyEnabled ?? false);
    const kmsKeyArn = this.useKey(keyId ?? "alias/aws/s3", key, bucketKeyEnabled);
    return { algorithm, kmsKeyArn, bucketKeyEnabled };
  }

  private useKey(keyId: string, key: string, bucketKeyEnabled: boolean): string {
    const { world, bucket } = this;
    try {
      return world.kms.useKey({
        principal: S3_SERVICE,
        keyId,
        region: bucket.region,
        accountId: bucket.accountId,
        action: "kms:GenerateDataKey",
        encryptionContext: {
          "aws:s3:arn": bucketKeyEnabled ? bucket.arn : `${bucket.arn}/${key}`,
        },
        viaService: `s3.${bucket.region}.amazonaws.com`,
        conditionKeys: this.sourceKeys(),
      }).keyArn;
    } catch (error) {
      if (isAwsError(error)) throw new DeliveryRefused();
      throw error;
    }
  }

  private sourceKeys(): ConditionKeys {
    return { "aws:sourcearn": this.source.arn, "aws:sourceaccount": this.source.accountId };
  }
}
