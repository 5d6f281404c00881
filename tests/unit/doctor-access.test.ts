/** What the doctor judges of roles, policies, keys, jobs and a vault's guard. */

import { expect } from "chai";
import type { RoleOutputs } from "../../components/promise/outputs";
import { judgeCaller, judgeJobs } from "../../automation/doctor/checks/jobs";
import {
  judgeSourceKey,
  judgeSourceKeyPolicy,
  judgeUnnamedKey,
  judgeVaultKey,
} from "../../automation/doctor/checks/keys";
import {
  judgeDeadPrincipals,
  judgeKeyPolicy,
  judgePerimeter,
  judgeSimulation,
} from "../../automation/doctor/checks/policies";
import { judgeRole } from "../../automation/doctor/checks/roles";
import {
  judgeAdoption,
  judgeGuard,
  judgeOwnerOverride,
} from "../../automation/doctor/checks/vault";
import type { FindingFields } from "../../automation/doctor/finding";
import type { BucketFacts, GuardFacts, RoleFacts } from "../../automation/guard/facts";
import type { GuardedVault } from "../../automation/guard/guarded-vault";
import type { GuardLoss } from "../../automation/judge/outcome";

const account = "111111111111";
const at = { account, resource: "arn:aws:s3:::kept" };
const ids = (found: readonly FindingFields[]) => found.map(({ id }) => id);
const refused = { unreadable: "AccessDenied", action: "s3:GetSomething" };

describe("the doctor on a role", () => {
  const statement = (Sid: string, Action: string | string[]) => ({
    Sid,
    Effect: "Allow" as const,
    Action,
    Resource: "arn:aws:s3:::records/*",
  });
  const trust = {
    Sid: "AssumedByS3",
    Effect: "Allow" as const,
    Principal: { Service: "s3.amazonaws.com" },
    Action: "sts:AssumeRole",
  };
  const deployed: RoleOutputs = {
    roleArn: "arn:aws:iam::111111111111:role/batch",
    existing: false,
    trustStatements: [trust],
    policies: [
      {
        name: "run",
        statements: [
          statement("Start", "s3:InitiateReplication"),
          statement("Lock", ["s3:GetObjectRetention", "s3:GetObjectLegalHold"]),
        ],
      },
    ],
    managedPolicyArns: [],
  };
  const facts = (rest: Partial<RoleFacts> = {}): RoleFacts => ({
    role: "there",
    arn: deployed.roleArn,
    trust: { value: [trust] },
    policies: { value: deployed.policies },
    attached: { value: [] },
    boundary: { value: undefined },
    ...rest,
  });

  it("finds nothing where it is as deployed", () => {
    expect(judgeRole("batch", deployed, facts(), account)).to.deep.equal([]);
  });

  it("names each right that is gone, with its failure code", () => {
    const live = [{ name: "run", statements: [statement("Lock", "s3:GetObjectLegalHold")] }];
    const found = judgeRole("batch", deployed, facts({ policies: { value: live } }), account);
    expect(ids(found)).to.deep.equal(["role-right", "role-right"]);
    expect(found[0]?.message).to.contain("InitiateReplicationNotPermitted");
    expect(found[1]?.message)
      .to.contain("s3:GetObjectRetention")
      .and.contain("SrcGetRetentionNotPermitted")
      .and.not.contain("GetObjectLegalHold");
  });

  it("finds a right that is there on the bucket alone to be missing on its objects", () => {
    const onBucket = {
      ...statement("Start", "s3:InitiateReplication"),
      Resource: "arn:aws:s3:::records",
    };
    const [, lock] = deployed.policies[0]?.statements ?? [];
    const live = [{ name: "run", statements: [onBucket, ...(lock === undefined ? [] : [lock])] }];
    const found = judgeRole("batch", deployed, facts({ policies: { value: live } }), account);
    expect(ids(found)).to.deep.equal(["role-right"]);
  });

  it("takes a wider statement for enough, and names it as a change", () => {
    const live = [{ name: "run", statements: [statement("All", "s3:*")] }];
    const found = judgeRole("batch", deployed, facts({ policies: { value: live } }), account);
    expect(ids(found)).not.to.include("role-right");
    expect(new Set(ids(found))).to.deep.equal(new Set(["role-changed"]));
  });

  it("wants a role that was there before to let S3 assume it, and leaves others that may to its owner", () => {
    const given: RoleOutputs = { ...deployed, existing: true };
    delete given.trustStatements;
    const Principal = { Service: ["batchoperations.s3.amazonaws.com", "ec2.amazonaws.com"] };
    const letsIn = { Effect: "Allow", Principal, Action: "sts:*" };
    const judged = (kind: "replication" | "batch", ...value: object[]) =>
      judgeRole(kind, given, facts({ trust: { value } }), account);
    expect(judged("batch", letsIn)).to.deep.equal([]);
    const [other] = judged("replication", letsIn);
    expect(other).to.include({ id: "role-trust", severity: "error" });
    expect(other?.fix).to.contain('"Service":"s3.amazonaws.com"');
    const denial = { Sid: "Off", Effect: "Deny", Principal: "*", Action: "sts:AssumeRole" };
    const [denied] = judged("batch", letsIn, denial);
    expect(denied?.message).to.contain("denies batchoperations.s3.amazonaws.com");
    expect(denied?.fix).to.contain('take away {"Sid":"Off"');
    expect(
      judgeRole("batch", given, facts({ trust: refused }), account).map(({ id }) => id),
    ).to.deep.equal(["not-checked"]);
  });

  it("tells a role that is gone, that nobody can assume, and that may not be read", () => {
    expect(ids(judgeRole("batch", deployed, facts({ role: "gone" }), account))).to.deep.equal([
      "role-missing",
    ]);
    expect(
      ids(judgeRole("batch", deployed, facts({ trust: { value: [] } }), account)),
    ).to.deep.equal(["role-trust"]);
    expect(ids(judgeRole("batch", deployed, facts({ policies: refused }), account))).to.deep.equal([
      "not-checked",
    ]);
  });
});

describe("the doctor on policies of others", () => {
  const role = "arn:aws:iam::111111111111:role/replicate";
  const need = (resource: string, action: string) => ({
    roleArn: role,
    action,
    resource,
    ownerAccountId: "222222222222",
    region: "eu-central-1",
  });
  const deny = (Condition: object) => ({
    Sid: "Wall",
    Effect: "Deny",
    Principal: "*",
    Action: "s3:*",
    Resource: ["arn:aws:s3:::kept", "arn:aws:s3:::kept/*"],
    Condition,
  });
  const needs = [need("arn:aws:s3:::kept/*", "s3:ReplicateObject")];
  const judged = (Condition: object) =>
    judgePerimeter(
      { arn: at.resource, of: "bucket kept", statements: { value: [deny(Condition)] } },
      needs,
      account,
    );

  it("tells what surely leaves our role out from what may, with the exception to add", () => {
    const [found] = judged({ StringNotEquals: { "aws:SourceVpce": "vpce-1" } });
    expect(found).to.include({ id: "perimeter", severity: "error" });
    expect(found?.message).to.contain("statement Wall").and.contain("aws:sourcevpce");
    expect(found?.fix).to.contain(role);
    expect(ids(judged({ StringNotEquals: { "aws:PrincipalOrgID": "o-1" } }))).to.deep.equal([
      "perimeter-maybe",
    ]);
    expect(judged({ ArnNotLike: { "aws:PrincipalArn": role } })).to.deep.equal([]);
  });

  it("keeps who is excepted already in the exception to add", () => {
    const other = "arn:aws:iam::111111111111:role/other";
    const [found] = judged({ ArnNotLike: { "aws:PrincipalArn": [other] } });
    expect(found?.fix).to.contain(other).and.contain(role);
  });

  it("says which policy it could not read", () => {
    const found = judgePerimeter(
      { arn: at.resource, of: "bucket kept", statements: refused },
      needs,
      account,
    );
    expect(ids(found)).to.deep.equal(["not-checked"]);
  });

  it("finds unique ids of principals that are gone", () => {
    const named = (AWS: string) =>
      ids(judgeDeadPrincipals("bucket kept", [{ Effect: "Allow", Principal: { AWS } }], at));
    expect(named("AROA1234567890ABCDEFG")).to.deep.equal(["dead-principal"]);
    expect(named("AIDA1234567890ABCDEFG")).to.deep.equal(["dead-principal"]);
    expect(named(role)).to.deep.equal([]);
    expect(named("111111111111")).to.deep.equal([]);
  });

  it("finds a key whose policy lets our role in by nothing", () => {
    const key = "arn:aws:kms:eu-central-1:222222222222:key/k";
    const judge = (statement: object) =>
      ids(judgeKeyPolicy([statement], [need(key, "kms:Encrypt")], [], { account, resource: key }));
    const allow = { Effect: "Allow", Action: "kms:*", Resource: "*" };
    expect(judge({ ...allow, Principal: { AWS: "222222222222" } })).to.deep.equal(["key-policy"]);
    expect(judge({ ...allow, Principal: { AWS: role } })).to.deep.equal([]);
    expect(judge({ ...allow, Principal: { AWS: "111111111111" } })).to.deep.equal([]);
    expect(judge({ ...allow, Effect: "Deny", Principal: { AWS: role } })).to.deep.equal([
      "key-policy",
    ]);
  });

  it("names who refuses by simulation, and that it could not be asked", () => {
    const by = { by: "boundary", action: "s3:InitiateReplication", resource: "x" } as const;
    expect(ids(judgeSimulation(role, [by], account))).to.deep.equal(["organization-denies"]);
    expect(judgeSimulation(role, [], account)).to.deep.equal([]);
    expect(ids(judgeSimulation(role, "refused", account))).to.deep.equal(["not-checked"]);
  });
});

describe("the doctor on keys and jobs", () => {
  it("finds keys that are off, gone, about to be deleted, or AWS's own", () => {
    const key = (state: string, manager = "CUSTOMER") => ({
      value: { state, origin: "AWS_KMS", manager },
    });
    expect(ids(judgeSourceKey(key("Enabled"), at))).to.deep.equal([]);
    expect(ids(judgeSourceKey(key("Disabled"), at))).to.deep.equal(["source-key"]);
    expect(judgeSourceKey(key("PendingDeletion"), at)[0]?.fix).to.contain("cancel-key-deletion");
    expect(ids(judgeSourceKey(refused, at))).to.deep.equal(["not-checked"]);
    expect(ids(judgeVaultKey({ facts: key("Enabled", "AWS") }, at))).to.deep.equal([
      "key-aws-managed",
    ]);
    expect(ids(judgeVaultKey({ facts: key("Disabled") }, at))).to.deep.equal(["key-unusable"]);
    expect(ids(judgeVaultKey({ facts: key("Enabled") }, at))).to.deep.equal([]);
  });

  it("finds a source's key that the replication role may not use, by its own policy or the key's", () => {
    const arn = "arn:aws:kms:eu-west-1:111111111111:key/1";
    const role = "arn:aws:iam::111111111111:role/replicate";
    const ofKey = { account, resource: arn };
    expect(judgeUnnamedKey(arn, [], role, ofKey)).to.deep.equal([]);
    expect(judgeUnnamedKey(arn, [arn], role, ofKey)).to.deep.equal([]);
    const [unnamed] = judgeUnnamedKey(arn, ["arn:other"], role, ofKey);
    expect(unnamed?.id).to.equal("source-key");
    expect(unnamed?.fix).to.contain(`kmsKeyArns: ["arn:other","${arn}"]`);
    const allow = (Principal: object, Action = "kms:*") => ({
      Effect: "Allow",
      Principal,
      Action,
      Resource: "*",
    });
    const judged = (...value: object[]) => ids(judgeSourceKeyPolicy({ value }, role, ofKey));
    expect(judged(allow({ AWS: "arn:aws:iam::111111111111:root" }))).to.deep.equal([]);
    expect(judged(allow({ AWS: role }, "kms:Decrypt"))).to.deep.equal([]);
    expect(judged(allow({ AWS: role }, "kms:Encrypt"))).to.deep.equal(["source-key"]);
    expect(judged(allow({ AWS: "arn:aws:iam::222222222222:root" }))).to.deep.equal(["source-key"]);
    expect(ids(judgeSourceKeyPolicy(refused, role, ofKey))).to.deep.equal(["not-checked"]);
  });

  const job = (status: "Suspended" | "Active", description = "lockstep backfill 1 x") => ({
    jobId: "j",
    status,
    description,
    createdEpochMs: Date.UTC(2026, 0, 1),
  });

  it("says until when a job of ours waits, and leaves those of others alone", () => {
    const now = Date.UTC(2026, 0, 29);
    const [found] = judgeJobs({ value: [job("Suspended"), job("Suspended", "theirs")] }, now, at);
    expect(found?.id).to.equal("job-suspended");
    expect(found?.message).to.contain("fails on 2026-01-31, 2 days left");
    expect(judgeJobs({ value: [job("Suspended", "theirs")] }, now, at)).to.deep.equal([]);
    expect(ids(judgeJobs({ value: [job("Active")] }, now, at))).to.deep.equal(["job-unfinished"]);
  });

  it("finds that as many jobs are active as run at once, whosever they are", () => {
    const active = (count: number) =>
      ids(
        judgeJobs({ value: Array.from({ length: count }, () => job("Active", "theirs")) }, 0, at),
      );
    expect(active(5)).to.deep.equal([]);
    expect(active(6)).to.deep.equal(["jobs-active"]);
  });

  it("names the condition that S3 does not fill in", () => {
    const refusal = { action: "iam:PassRole", resource: "r", missingKeys: ["iam:PassedToService"] };
    const [found] = judgeCaller({ value: [refusal] }, at);
    expect(found?.id).to.equal("caller-pass-role");
    expect(found?.message).to.contain("iam:PassedToService");
    const other = { action: "s3:CreateJob", resource: "*", missingKeys: [] };
    expect(ids(judgeCaller({ value: [other] }, at))).to.deep.equal(["caller-right"]);
  });
});

describe("the doctor on a vault", () => {
  const vault = { name: "primary", accountId: account, bucketArn: at.resource } as GuardedVault;
  const loss = (rest: Partial<GuardLoss> = {}): GuardLoss => ({
    vault: "primary",
    protection: "versioning",
    resource: at.resource,
    expected: "Enabled",
    found: null,
    allows: "versions to be overwritten",
    restoredBy: "up",
    ...rest,
  });

  it("tells each loss with who puts it back", () => {
    const fixes = (["up", "break-glass", "owner"] as const).map(
      (restoredBy) => judgeGuard(vault, {} as GuardFacts, [loss({ restoredBy })])[0]?.fix ?? "",
    );
    expect(fixes[0]).to.match(/^`lockstep up` does it/);
    expect(fixes[1]).to.contain("--vault-role");
    expect(fixes[2]).to.contain("does not do it");
  });

  it("has a kind for each protection, and for all that is lost of the bucket beside", () => {
    for (const [protection, id] of [
      ["bucket", "vault-bucket"],
      ["key-material", "vault-key-material"],
      ["key-policy", "vault-key-policy"],
      ["operations-versioning", "vault-operations"],
      ["relock-role", "vault-relock-role"],
      ["checksum-role", "vault-checksum-role"],
    ] as const) {
      const told = judgeGuard(vault, {} as GuardFacts, [
        loss({ protection: protection as GuardLoss["protection"] }),
      ]);
      expect(ids(told)).to.deep.equal([id]);
    }
  });

  it("tells what could not be read once, as that, and not as a loss", () => {
    const facts = { policy: refused } as unknown as GuardFacts;
    const found = judgeGuard(vault, facts, [loss({ found: refused })]);
    expect(ids(found)).to.deep.equal(["not-checked"]);
    expect(found[0]?.message).to.contain("s3:GetSomething");
  });

  it("says of a bucket to be adopted what it lacks, and what is stricter than the config", () => {
    const judged = (objectLock: object, versioning = "Enabled") =>
      ids(
        judgeAdoption(
          { versioning: { value: versioning }, objectLock: { value: objectLock } } as BucketFacts,
          { mode: "GOVERNANCE", retentionDays: 30 },
          at,
        ),
      );
    expect(judged({ enabled: true, mode: "GOVERNANCE", days: 30 })).to.deep.equal([]);
    expect(judged({ enabled: false }, "Suspended")).to.deep.equal(["vault-adoption"]);
    expect(judged({ enabled: true, mode: "GOVERNANCE", days: 31 })).to.deep.equal([
      "vault-adoption-conflict",
    ]);
    expect(judged({ enabled: true, mode: "COMPLIANCE", days: 1 })).to.deep.equal([
      "vault-adoption-conflict",
    ]);
  });

  it("finds an owner override that the vault's policy does not allow", () => {
    const allow = {
      Sid: "AllowReplicas",
      Effect: "Allow" as const,
      Action: ["s3:ReplicateObject", "s3:ObjectOwnerOverrideToBucketOwner"],
    };
    const judged = (value: object[]) => judgeOwnerOverride(vault, { value }, [allow], at);
    expect(judged([allow])).to.deep.equal([]);
    const [found] = judged([{ ...allow, Action: "s3:ReplicateObject" }]);
    expect(found?.id).to.equal("owner-override");
    expect(found?.fix).to.contain("AllowReplicas");
  });
});
