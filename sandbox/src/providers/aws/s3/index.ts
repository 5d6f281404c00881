import { defined, type AwsModule } from "../module";
import { bucket } from "./bucket";
import { bucketLifecycleConfiguration } from "./bucket-lifecycle-configuration";
import { bucketNotification } from "./bucket-notification";
import { bucketObjectLockConfiguration } from "./bucket-object-lock-configuration";
import { bucketOwnershipControls } from "./bucket-ownership-controls";
import { bucketPolicy } from "./bucket-policy";
import { bucketPublicAccessBlock } from "./bucket-public-access-block";
import { bucketReplicationConfig } from "./bucket-replication-config";
import { bucketServerSideEncryptionConfiguration } from "./bucket-server-side-encryption-configuration";
import { bucketVersioning } from "./bucket-versioning";
import { bucketFunctions } from "./functions";
import { inventory } from "./inventory";

export const s3: AwsModule = {
  types: [
    defined(bucket),
    defined(bucketLifecycleConfiguration),
    defined(bucketNotification),
    defined(bucketObjectLockConfiguration),
    defined(bucketOwnershipControls),
    defined(bucketPolicy),
    defined(bucketPublicAccessBlock),
    defined(bucketReplicationConfig),
    defined(bucketServerSideEncryptionConfiguration),
    defined(bucketVersioning),
    defined(inventory),
  ],
  functions: bucketFunctions,
};
