/** A table of operations names each operation as AWS does, and has that operation's handler under the name. */

import * as Athena from "@aws-sdk/client-athena";
import * as CloudControl from "@aws-sdk/client-cloudcontrol";
import * as CloudTrail from "@aws-sdk/client-cloudtrail";
import * as CloudWatch from "@aws-sdk/client-cloudwatch";
import * as EventBridge from "@aws-sdk/client-eventbridge";
import * as Iam from "@aws-sdk/client-iam";
import * as Kms from "@aws-sdk/client-kms";
import * as S3 from "@aws-sdk/client-s3";
import * as S3Control from "@aws-sdk/client-s3-control";
import * as Sns from "@aws-sdk/client-sns";
import * as Sts from "@aws-sdk/client-sts";
import { expect } from "chai";
import { SERVICES } from "../../src/pipeline/services";
import { getBucketAcl, putBucketAcl } from "../../src/services/s3/acl/bucket-acl";
import { deleteBucketCors, getBucketCors } from "../../src/services/s3/bucket/bucket-cors";
import { getBucketEncryption } from "../../src/services/s3/bucket/bucket-encryption";
import { getObject } from "../../src/services/s3/object/get-object";
import type { OperationsOf } from "../../src/world/operations-of";

const CLIENTS: Readonly<Record<keyof typeof SERVICES, object>> = {
  athena: Athena,
  cloudcontrol: CloudControl,
  cloudtrail: CloudTrail,
  cloudwatch: CloudWatch,
  eventbridge: EventBridge,
  iam: Iam,
  kms: Kms,
  s3: S3,
  s3control: S3Control,
  sns: Sns,
  sts: Sts,
};

/** Held by the compiler: each line that is marked would be an error of its own without the mistake. */
const COMPILED = {
  right: { GetBucketAcl: getBucketAcl, GetObject: getObject } satisfies OperationsOf<typeof S3>,
  otherInput: {
    // @ts-expect-error the handler of PutBucketAcl has other members in its input
    GetBucketAcl: putBucketAcl,
  } satisfies OperationsOf<typeof S3>,
  otherOutput: {
    // @ts-expect-error what GetBucketEncryption answers is not what GetBucketCors does
    GetBucketCors: getBucketEncryption,
  } satisfies OperationsOf<typeof S3>,
  noOutput: {
    // @ts-expect-error DeleteBucketCors takes the same and answers nothing
    GetBucketCors: deleteBucketCors,
  } satisfies OperationsOf<typeof S3>,
  output: {
    // @ts-expect-error GetBucketCors takes the same and answers something
    DeleteBucketCors: getBucketCors,
  } satisfies OperationsOf<typeof S3>,
  otherName: {
    // @ts-expect-error S3 has no operation of this name
    GetBucketAcls: getBucketAcl,
  } satisfies OperationsOf<typeof S3>,
};

describe("tables of operations", () => {
  for (const [service, client] of Object.entries(CLIENTS)) {
    it(`of ${service} have operations alone that its client has a command for`, () => {
      const { operations } = SERVICES[service as keyof typeof SERVICES];
      const names = Object.keys(operations);
      expect(names).to.not.be.empty;
      // The form upload is a request of browsers, and no command.
      const commands = names.filter((name) => name !== "PostObject");
      expect(commands.filter((name) => !(`${name}Command` in client))).to.deep.equal([]);
    });
  }

  it("take a handler under its own name, as the compiler says of the others", () => {
    expect(COMPILED.right.GetBucketAcl).to.equal(getBucketAcl);
    expect(COMPILED.otherInput.GetBucketAcl).to.not.equal(getBucketAcl);
  });
});
