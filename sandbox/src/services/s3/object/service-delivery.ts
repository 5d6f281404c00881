import type { ConditionKeys, Principal } from "../../../authorization/model";
import { servicePrincipal } from "../../../authorization/service-principal";
import { isAwsError } from "../../../world/aws-error";
import type { World } from "../../../world/world";
import { bucketNeed, objectNeed } from "../access/access";
import { keptAcl } from "../acl/acl";
import { grantsOfHeaders, ownersOfObject } from "../acl/acl-request";
import type { AclGrant, Bucket, ObjectEncryption } from "../store/model";
import { etagOf, storeVersion } from "../store/store-version";
import { checksumsOfBody } from "./object-checksums";

/** What a service that delivers says it is the bucket owner's. */
export const DELIVERY_ACL = "bucket-owner-full-control";

/** The service was not let in. */
export class DeliveryRefused extends Error {
  constructor(
    /** Of S3 or KMS. */
    readonly code: string,
  ) {
    super(`The bucket does not let the service write: ${code}`);
    this.name = "DeliveryRefused";
  }
}

/** Who delivers, for whom, and how it asks for encryption. */
export interface Delivery {
  /** `cloudtrail.amazonaws.com` */
  readonly service: string;
  /** The resource that it works for (`aws:SourceArn`), and its account (`aws:SourceAccount`). */
  readonly sourceArn: string;
  readonly accountId: string;
  /** Absent: without headers, as the bucket does by default. */
  readonly encryption?: { readonly algorithm: "AES256" | "aws:kms"; readonly kmsKeyId?: string };
  /** What it adds to the encryption context of a KMS key. */
  readonly encryptionContext?: Readonly<Record<string, string>>;
}

/** What an object says of itself beside its body. */
export interface DeliveredMetadata {
  readonly contentType: string;
  readonly contentEncoding?: string;
  readonly userMetadata?: Readonly<Record<string, string>>;
}

/**
 * How a service of AWS, which no account owns, writes into a bucket: only the policies of the bucket and of the key let it in, and
 * what it writes is the bucket owner's (`s3:x-amz-acl`).
 */
export class ServiceDelivery {
  private readonly principal: Principal;

  constructor(
    private readonly world: World,
    readonly bucket: Bucket,
    private readonly delivery: Delivery,
  ) {
    this.principal = servicePrincipal(delivery.service);
  }

  allowsBucket(action: string): boolean {
    const { principal, world } = this;
    const need = bucketNeed({ world, principal }, this.bucket, action, this.requestKeys());
    return world.decide(principal, need).allowed;
  }

  allowsPut(key: string): boolean {
    const { principal, world } = this;
    const { encryption } = this.delivery;
    const need = objectNeed({ world, principal }, this.bucket, key, "s3:PutObject", {
      ...this.requestKeys(),
      "s3:x-amz-acl": DELIVERY_ACL,
      "s3:x-amz-server-side-encryption": encryption?.algorithm,
      "s3:x-amz-server-side-encryption-aws-kms-key-id": encryption?.kmsKeyId,
      "s3:objectcreationoperation": "true",
    });
    return world.decide(principal, need).allowed;
  }

  /** How what is put under this key is encrypted. @throws AwsError what KMS answers where the service may not use the key */
  encryptionOf(key: string): ObjectEncryption {
    const { bucket, world } = this;
    const { encryption: wanted, encryptionContext } = this.delivery;
    const rule = bucket.encryption[0];
    const defaults = rule?.ApplyServerSideEncryptionByDefault;
    const algorithm = wanted?.algorithm ?? defaults?.SSEAlgorithm;
    if (algorithm !== "aws:kms" && algorithm !== "aws:kms:dsse") return { algorithm: "AES256" };
    const keyId = wanted === undefined ? defaults?.KMSMasterKeyID : wanted.kmsKeyId;
    const bucketKeyEnabled = algorithm === "aws:kms" && (rule?.BucketKeyEnabled ?? false);
    const { keyArn: kmsKeyArn } = world.kms.useKey({
      principal: this.principal,
      keyId: keyId ?? "alias/aws/s3",
      region: bucket.region,
      accountId: bucket.accountId,
      action: "kms:GenerateDataKey",
      encryptionContext: {
        ...encryptionContext,
        "aws:s3:arn": bucketKeyEnabled ? bucket.arn : `${bucket.arn}/${key}`,
      },
      viaService: `s3.${bucket.region}.amazonaws.com`,
      conditionKeys: this.sourceKeys(),
    });
    if (encryptionContext === undefined) return { algorithm, kmsKeyArn, bucketKeyEnabled };
    // As the header `x-amz-server-side-encryption-context` would bring it; who reads the object needs it for the key.
    const kept = Buffer.from(JSON.stringify(encryptionContext)).toString("base64");
    return { algorithm, kmsKeyArn, bucketKeyEnabled, encryptionContext: kept };
  }

  /** @throws DeliveryRefused when the service may not put the key or use the KMS key */
  put(key: string, body: Buffer, metadata: DeliveredMetadata): void {
    const { bucket, delivery, world } = this;
    if (!this.allowsPut(key)) throw new DeliveryRefused("AccessDenied");
    const encryption = this.usableEncryption(key);
    const context = { world, nowEpochMs: world.clock.nowEpochMs() };
    const isGivenAway = bucket.objectOwnership !== "ObjectWriter";
    const { contentEncoding, contentType, userMetadata = {} } = metadata;
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
        systemMetadata: contentEncoding === undefined ? {} : { ContentEncoding: contentEncoding },
        userMetadata,
        storageClass: "STANDARD",
        // Without ownership for the bucket's owner it is the service's own account's on AWS; here it is that of whom it works for,
        // open to the bucket's owner (assumed).
        ownerAccountId: isGivenAway ? bucket.accountId : delivery.accountId,
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
    const owners = ownersOfObject(this.world, this.bucket, this.delivery.accountId);
    return keptAcl(grantsOfHeaders(this.world, { ACL: DELIVERY_ACL }, owners), owners.ownerId);
  }

  private requestKeys(): ConditionKeys {
    return {
      ...this.sourceKeys(),
      "aws:securetransport": "true",
      "aws:requestedregion": this.bucket.region,
    };
  }

  private sourceKeys(): ConditionKeys {
    const { accountId, sourceArn } = this.delivery;
    return { "aws:sourcearn": sourceArn, "aws:sourceaccount": accountId };
  }
}
