import type { AccessNeed, Decision } from "../authorization/model";
import type { AwsError } from "../world/aws-error";
import type { OperationTable, RequestContext } from "../world/operation";
import type { ServiceName } from "../world/service-name";
import { operations as athena } from "../services/athena";
import * as athenaErrors from "../services/athena/errors";
import { operations as cloudControl } from "../services/cloudcontrol";
import * as cloudControlErrors from "../services/cloudcontrol/errors";
import { operations as cloudTrail } from "../services/cloudtrail";
import * as cloudTrailErrors from "../services/cloudtrail/errors";
import { operations as cloudWatch } from "../services/cloudwatch";
import * as cloudWatchErrors from "../services/cloudwatch/errors";
import { operations as eventBridge } from "../services/eventbridge";
import * as eventBridgeErrors from "../services/eventbridge/errors";
import { operations as iam } from "../services/iam";
import * as iamErrors from "../services/iam/errors";
import { operations as kms } from "../services/kms";
import * as kmsErrors from "../services/kms/errors";
import { operations as s3 } from "../services/s3";
import * as s3Errors from "../services/s3/errors";
import { operations as s3Control } from "../services/s3control";
import * as s3ControlErrors from "../services/s3control/errors";
import { operations as sns } from "../services/sns";
import * as snsErrors from "../services/sns/errors";
import { operations as sts } from "../services/sts";
import * as stsErrors from "../services/sts/errors";

/** A service as the pipeline needs it. */
export interface Service {
  readonly operations: OperationTable;
  readonly accessDenied: (
    context: RequestContext,
    need: AccessNeed,
    decision: Decision,
  ) => AwsError;
}

export const SERVICES: Readonly<Record<ServiceName, Service>> = {
  s3: { operations: s3, accessDenied: s3Errors.accessDenied },
  s3control: { operations: s3Control, accessDenied: s3ControlErrors.accessDenied },
  iam: { operations: iam, accessDenied: iamErrors.accessDenied },
  sts: { operations: sts, accessDenied: stsErrors.accessDenied },
  kms: { operations: kms, accessDenied: kmsErrors.accessDenied },
  sns: { operations: sns, accessDenied: snsErrors.accessDenied },
  eventbridge: { operations: eventBridge, accessDenied: eventBridgeErrors.accessDenied },
  cloudwatch: { operations: cloudWatch, accessDenied: cloudWatchErrors.accessDenied },
  cloudtrail: { operations: cloudTrail, accessDenied: cloudTrailErrors.accessDenied },
  athena: {
    operations: athena,
    accessDenied: (_context, need) => athenaErrors.accessDenied(need),
  },
  cloudcontrol: {
    operations: cloudControl,
    accessDenied: (context, need, decision) =>
      cloudControlErrors.accessDenied(context.principal, need, decision),
  },
};
