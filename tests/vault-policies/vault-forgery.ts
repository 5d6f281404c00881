import type { ControlPolicyDocuments } from "lockstep-sandbox";
import { LockedVaultFixture, type LockedVaultOptions } from "./locked-vault-fixture";
import { rule, VAULT } from "../../sandbox/tests/replication/fixture";
import { RECORD } from "./vault-attacks";

const BUCKET = "forgeries";
const ROLE = `arn:aws:iam::${VAULT.accountId}:role/forger`;

/** What the forger does in a bucket of its own. */
export type Act = (fixture: LockedVaultFixture) => void;

export const forgery =
  (extra: object = {}): Act =>
  (fixture) => {
    const input = { Bucket: BUCKET, Key: RECORD, Body: Buffer.from("forged"), ...extra };
    fixture.call(VAULT, "s3", "PutObject", input);
  };

export const hiding: Act = (fixture) => {
  fixture.call(VAULT, "s3", "DeleteObject", { Bucket: BUCKET, Key: RECORD });
};

/**
 * Lets an administrator of the vault account replicate into the vault, out of a bucket and by a role of that account.
 * @param documents of the vault account's organization
 * @returns the failure's code; undefined when it arrived in the vault
 */
export function forged(
  options: LockedVaultOptions,
  act: Act,
  documents: ControlPolicyDocuments = {},
): string | undefined {
  const fixture = new LockedVaultFixture(options);
  fixture.bucket(VAULT, BUCKET, { isLocked: true });
  const RoleName = "forger";
  fixture.call(VAULT, "iam", "CreateRole", {
    RoleName,
    AssumeRolePolicyDocument: JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Principal: { Service: "s3.amazonaws.com" }, Action: "sts:AssumeRole" },
      ],
    }),
  });
  const PolicyArn = "arn:aws:iam::aws:policy/AdministratorAccess";
  fixture.call(VAULT, "iam", "AttachRolePolicy", { RoleName, PolicyArn });
  fixture.call(VAULT, "s3", "PutBucketReplication", {
    Bucket: BUCKET,
    ReplicationConfiguration: {
      Role: ROLE,
      Rules: [rule({ DeleteMarkerReplication: { Status: "Enabled" } })],
    },
  });
  fixture.world.organization.setControlPolicies(VAULT.accountId, documents);
  act(fixture);
  fixture.settle();
  return fixture.failureCode(fixture.current(BUCKET, RECORD));
}
