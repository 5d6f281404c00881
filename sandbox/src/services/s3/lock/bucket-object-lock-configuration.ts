import type {
  DefaultRetention as DefaultRetentionInput,
  GetObjectLockConfigurationOutput,
  GetObjectLockConfigurationRequest,
  ObjectLockConfiguration,
  PutObjectLockConfigurationOutput,
  PutObjectLockConfigurationRequest,
} from "@aws-sdk/client-s3";
import { bucketOperation } from "../bucket/bucket-operation";
import {
  defaultRetentionTooLarge,
  invalidBucketState,
  malformedXml,
  nonPositiveDefaultRetention,
  notImplemented,
  objectLockConfigurationNotFound,
} from "../errors";
import type { DefaultRetention } from "../store/model";

/** A hundred years, the longest default retention. */
const MAX_RETENTION_DAYS = 36_500;
const MAX_RETENTION_YEARS = 100;

export const getObjectLockConfiguration = bucketOperation<
  GetObjectLockConfigurationRequest,
  GetObjectLockConfigurationOutput
>({
  action: "s3:GetBucketObjectLockConfiguration",
  handle(bucket) {
    if (bucket.objectLock === undefined) throw objectLockConfigurationNotFound(bucket.name);
    return { ObjectLockConfiguration: configurationOf(bucket.objectLock.defaultRetention) };
  },
});

/**
 * PutObjectLockConfiguration. Turns Object Lock on for ever; without a rule it takes the default retention away.
 * Existing versions are not touched.
 */
export const putObjectLockConfiguration = bucketOperation<
  PutObjectLockConfigurationRequest,
  PutObjectLockConfigurationOutput
>({
  action: "s3:PutBucketObjectLockConfiguration",
  handle(bucket, input) {
    const defaultRetention = checkedDefaultRetention(input.ObjectLockConfiguration);
    if (bucket.versioning !== "Enabled") {
      throw invalidBucketState(
        "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration",
      );
    }
    bucket.objectLock = { defaultRetention };
    return {};
  },
});

function configurationOf(retention: DefaultRetention | undefined): ObjectLockConfiguration {
  if (retention === undefined) return { ObjectLockEnabled: "Enabled" };
  return {
    ObjectLockEnabled: "Enabled",
    Rule: {
      DefaultRetention: { Mode: retention.mode, Days: retention.days, Years: retention.years },
    },
  };
}

function checkedDefaultRetention(
  configuration: ObjectLockConfiguration | undefined,
): DefaultRetention | undefined {
  if (configuration?.ObjectLockEnabled !== "Enabled") throw malformedXml();
  if (configuration.Rule === undefined) return undefined;
  const retention = configuration.Rule.DefaultRetention;
  if (retention === undefined) throw malformedXml();
  if (retention.DefaultEventHold !== undefined) {
    throw notImplemented("the default event hold of Object Lock");
  }
  return checkedPeriod(retention);
}

function checkedPeriod(retention: DefaultRetentionInput): DefaultRetention {
  const { Mode: mode, Days: days, Years: years } = retention;
  if (mode !== "GOVERNANCE" && mode !== "COMPLIANCE") throw malformedXml();
  if ((days === undefined) === (years === undefined)) throw malformedXml();
  const period = days ?? years ?? 0;
  if (!Number.isInteger(period) || period <= 0) throw nonPositiveDefaultRetention();
  if (period > (days === undefined ? MAX_RETENTION_YEARS : MAX_RETENTION_DAYS)) {
    throw defaultRetentionTooLarge();
  }
  return days === undefined ? { mode, years: period } : { mode, days: period };
}
