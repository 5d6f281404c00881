/** A source under SSE-KMS, prefixes, policies with dead principals and a vault that was made again by hand. */

import { CreateRoleCommand, DeleteRoleCommand } from "@aws-sdk/client-iam";
import {
  DeleteBucketCommand,
  DeleteBucketEncryptionCommand,
  DeleteBucketPolicyCommand,
  DeleteObjectCommand,
  GetBucketPolicyCommand,
  PutBucketEncryptionCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { messageOf } from "../../automation/errors";
import { ACCOUNTS } from "../helpers/engine-project";
import type { FailureCase } from "./doctor-case";
import { makeBucket } from "./doctor-world";

export const SOURCE = "plain-records";
export const VAULT = "plain-vault";

export const PRINCIPALS_CASES: readonly FailureCase[] = [
  {
    rows: ["4"],
    title: "a prefix that begins with a slash",
    found: "rule-prefix-slash",
    says: /no keys matching.*prefix: "logs\/"/,
    breaks: () => Promise.resolve(() => Promise.resolve()),
    isLasting: true,
  },
  {
    rows: ["18"],
    title: "a source under SSE-KMS whose rules do not take such versions",
    found: "source-kms-not-taken",
    says: /kms: create/,
    breaks: async (world) => {
      const s3 = world.s3();
      const target = { Bucket: SOURCE, Key: "row-18" };
      const rule = { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms" as const } };
      await s3.send(
        new PutBucketEncryptionCommand({
          Bucket: SOURCE,
          ServerSideEncryptionConfiguration: { Rules: [rule] },
        }),
      );
      const { VersionId } = await s3.send(new PutObjectCommand({ ...target, Body: "x" }));
      return async () => {
        await s3.send(new DeleteObjectCommand({ ...target, VersionId }));
        await s3.send(new DeleteBucketEncryptionCommand({ Bucket: SOURCE }));
      };
    },
    then: (world) => world.verify(),
    explains: /row-18: unprotected\/kms-not-taken/,
  },
  {
    rows: ["16"],
    title: "a policy that names a role which is gone",
    found: "dead-principal",
    says: /statement ReadByApp.*AROA/,
    breaks: async (world) => {
      const iam = world.iam();
      const s3 = world.s3();
      const RoleName = "app";
      const principal = { AWS: `arn:aws:iam::${ACCOUNTS.source.accountId}:root` };
      const { Role } = await iam.send(
        new CreateRoleCommand({
          RoleName,
          AssumeRolePolicyDocument: JSON.stringify({
            Version: "2012-10-17",
            Statement: { Effect: "Allow", Principal: principal, Action: "sts:AssumeRole" },
          }),
        }),
      );
      const Policy = JSON.stringify({
        Version: "2012-10-17",
        Statement: {
          Sid: "ReadByApp",
          Effect: "Allow",
          Principal: { AWS: Role?.Arn },
          Action: "s3:GetObject",
          Resource: `arn:aws:s3:::${SOURCE}/*`,
        },
      });
      await s3.send(new PutBucketPolicyCommand({ Bucket: SOURCE, Policy }));
      await iam.send(new DeleteRoleCommand({ RoleName }));
      return () => s3.send(new DeleteBucketPolicyCommand({ Bucket: SOURCE }));
    },
  },
  {
    rows: ["16"],
    title: "a rule that hands over ownership to a vault that does not let it",
    found: "owner-override",
    says: /s3:ObjectOwnerOverrideToBucketOwner.*DstPutObjectNotPermitted/,
    breaks: async (world) => {
      const s3 = world.s3("vault");
      const { Policy = "" } = await s3.send(new GetBucketPolicyCommand({ Bucket: VAULT }));
      const put = (text: string) =>
        s3.send(new PutBucketPolicyCommand({ Bucket: VAULT, Policy: text }));
      const own = (ObjectOwnership: "ObjectWriter" | "BucketOwnerEnforced") =>
        s3.send(
          new PutBucketOwnershipControlsCommand({
            Bucket: VAULT,
            OwnershipControls: { Rules: [{ ObjectOwnership }] },
          }),
        );
      // A bucket without ACLs owns its replicas whatever the policy says.
      await own("ObjectWriter");
      await put(Policy.replace(/,?"s3:ObjectOwnerOverrideToBucketOwner"/, ""));
      return async () => {
        await put(Policy);
        await own("BucketOwnerEnforced");
      };
    },
    whileJobWaits: (world) => world.putMissing("row-16-owner"),
    explains: /row-16-owner: failed\/missing: .*DstPutObjectNotPermitted/,
  },
];

/** The vault is empty here, so that it can be deleted and made again without what it had. */
export const REMADE_CASES: readonly FailureCase[] = [
  {
    rows: ["22"],
    title: "a vault that was made again without versioning",
    found: "vault-versioning",
    says: /DstBucketUnversioned/,
    breaks: async (world) => {
      const s3 = world.s3("vault");
      await s3.send(new DeleteBucketPolicyCommand({ Bucket: "remade-vault" }));
      await s3.send(new DeleteBucketCommand({ Bucket: "remade-vault" }));
      await makeBucket(world.project, "vault", "remade-vault");
      return () => Promise.resolve();
    },
    then: (world) =>
      world
        .changeRules((rules) => rules)
        .then(
          () => "taken",
          (error: unknown) => messageOf(error),
        ),
    explains: /Destination bucket must have versioning enabled/,
    isLasting: true,
  },
  {
    rows: ["21"],
    title: "a vault that was made again without Object Lock",
    found: "vault-object-lock",
    says: /DstBucketObjectLockConfigMissing/,
    breaks: () => Promise.resolve(() => Promise.resolve()),
    then: async (world) => {
      await world.putFailing("row-21");
      return world.verify();
    },
    explains: /row-21: failed\/missing: .*replication failed/,
    isLasting: true,
  },
];
