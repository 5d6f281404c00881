import type { PolicyResource } from "../resource";
import { isRecord, type PropertyRecord, type Read } from "../values";

const BUCKET_V2 = "aws:s3/bucketV2:BucketV2";

/** The members of `BucketV2` that are lists of one where other resources have the member itself. */
const SINGULAR: Readonly<Record<string, string>> = {
  accessControlTranslations: "accessControlTranslation",
  applyServerSideEncryptionByDefaults: "applyServerSideEncryptionByDefault",
  defaultRetentions: "defaultRetention",
  destinations: "destination",
  expirations: "expiration",
  filters: "filter",
  loggings: "logging",
  noncurrentVersionExpirations: "noncurrentVersionExpiration",
  replicationConfigurations: "replicationConfiguration",
  replicationTimes: "replicationTime",
  serverSideEncryptionConfigurations: "serverSideEncryptionConfiguration",
  sourceSelectionCriterias: "sourceSelectionCriteria",
  versionings: "versioning",
};

/**
 * The resource in the shape that rules read: `BucketV2` names its blocks in the plural, and a bucket that the program only looks
 * up has what AWS answers in the place of inputs.
 * @see https://www.pulumi.com/registry/packages/aws/api-docs/s3/bucketv2/
 */
export function inOneShape(resource: PolicyResource): PolicyResource {
  const { isRead, outputs, type } = resource;
  const props = isRead === true && outputs !== undefined ? outputs : resource.props;
  if (type !== BUCKET_V2) return props === resource.props ? resource : { ...resource, props };
  const { objectLockConfiguration: lock, ...others } = props;
  return {
    ...resource,
    props: {
      ...singular(others),
      // Its rule is a list, as the rules of other blocks are in every shape.
      ...(lock !== undefined && { objectLockConfiguration: lockOf(lock) }),
    },
  };
}

function singular(value: PropertyRecord): PropertyRecord {
  return Object.fromEntries(
    Object.entries(value)
      // An empty block is none.
      .filter(([name, member]) => !(name in SINGULAR && Array.isArray(member) && !member.length))
      .map(([name, member]) => [SINGULAR[name] ?? name, within(member)]),
  );
}

function within(value: Read): Read {
  if (Array.isArray(value)) return (value as Read[]).map(within) as Read;
  return isRecord(value) ? singular(value) : value;
}

function lockOf(lock: Read): Read {
  if (!isRecord(lock)) return lock;
  const { rules, ...others } = singular(lock);
  return { ...others, ...(rules !== undefined && { rule: rules }) };
}
