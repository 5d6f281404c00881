import { GetObjectCommand, CreateBucketCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { expect } from "chai";
import {
  type PolicyDocument,
  vaultResourceControlPolicy,
  vaultServiceControlPolicy,
} from "../../components/policy-documents";
import { failureOf } from "../../sandbox/tests/helpers/aws-failure";
import { startTestSandbox } from "../../sandbox/tests/helpers/sandbox";
import { errorOf } from "../../sandbox/tests/batch/fixture";
import {
  BREAK_GLASS_ROLE,
  LockedVaultFixture,
  type LockedVaultOptions,
  without,
} from "./locked-vault-fixture";
import {
  allow,
  REPLICATION_ROLE,
  VAULT,
  VAULT_BUCKET,
} from "../../sandbox/tests/replication/fixture";
import { ATTACKS, copied, HELD, ready, RECORD, refusal } from "./vault-attacks";
import { forged, forgery, hiding } from "./vault-forgery";

const VAULT_ADMINISTRATOR = "administrator of the vault account";
const ROOT = "root user of the vault account";

const vault = {
  accountId: VAULT.accountId,
  region: VAULT.region,
  bucketName: VAULT_BUCKET,
  kms: "create",
  replicationRoleArns: [REPLICATION_ROLE],
  isPilot: false,
  isChained: false,
  breakGlassRoleArn: BREAK_GLASS_ROLE,
};
const serviceControlPolicy = vaultServiceControlPolicy([vault]);
const resourceControlPolicy = vaultResourceControlPolicy([vault]);
const serviceControlPolicies = [serviceControlPolicy];
const resourceControlPolicies = [resourceControlPolicy];

const onlyAllow = (document: PolicyDocument): PolicyDocument => ({
  ...document,
  Statement: document.Statement.filter(({ Effect }) => Effect === "Allow"),
});
/** As if every Deny of the vault's own policies were gone. */
const BARE: LockedVaultOptions = { vaultBucket: onlyAllow, vaultKey: onlyAllow };

describe("The organization's policies for a vault", () => {
  it("close the hole that the root user may always change a bucket policy", () => {
    const attacks = ATTACKS.filter(({ action }) => action.endsWith("BucketPolicy"));
    expect(attacks).to.have.length(2);
    for (const attack of attacks) {
      const open = ready(attack);
      open.as(ROOT, attack.call(open));
      for (const documents of [{ serviceControlPolicies }, { resourceControlPolicies }]) {
        const closed = ready(attack);
        closed.world.organization.setControlPolicies(VAULT.accountId, documents);
        expect(refusal(closed, ROOT, attack).message).to.match(
          /with an explicit deny in a (service|resource) control policy$/,
        );
      }
    }
  });

  for (const [kind, documents] of [
    ["service", { serviceControlPolicies }],
    ["resource", { resourceControlPolicies }],
  ] as const) {
    for (const attack of ATTACKS.filter(({ leftByOrganization }) => !leftByOrganization)) {
      it(`${kind} control policy alone keeps the root user from it: ${attack.name}`, () => {
        const fixture = ready(attack, BARE);
        const call = attack.call(fixture);
        fixture.world.organization.setControlPolicies(VAULT.accountId, documents);
        expect(errorOf(() => fixture.as(ROOT, call)).message).to.match(
          new RegExp(`with an explicit deny in a ${kind} control policy$`),
        );
        if (attack.isBreakGlass !== false) fixture.as("break-glass role", call);
      });
    }

    it(`${kind} control policy lets replication go on`, () => {
      const fixture = new LockedVaultFixture();
      fixture.world.organization.setControlPolicies(VAULT.accountId, documents);
      copied(fixture);
      for (const key of [RECORD, HELD]) {
        expect(fixture.current(VAULT_BUCKET, key).replicationStatus).to.equal("REPLICA");
      }
    });
  }

  for (const [action, act, code] of [
    ["s3:ReplicateObject", forgery(), "DstPutObjectNotPermitted"],
    ["s3:ReplicateDelete", hiding, "DstDelObjNotPermitted"],
  ] as const) {
    it(`resource control policy keeps other roles from ${action}: ${code}`, () => {
      expect(forged(BARE, act), "without it").to.equal(undefined);
      expect(forged(BARE, act, { resourceControlPolicies })).to.equal(code);
      const lacking = without("DenyOtherReplicators", "s3:Replicate*")(resourceControlPolicy);
      expect(forged(BARE, act, { resourceControlPolicies: [lacking] })).to.equal(undefined);
    });
  }

  it("resource control policy answers nobody over plain HTTP", async () => {
    const sandbox = await startTestSandbox({ settings: { presentsTls: false } });
    try {
      const s3 = sandbox.s3("vault");
      const CreateBucketConfiguration = { LocationConstraint: "eu-central-1" } as const;
      await s3.send(new CreateBucketCommand({ Bucket: VAULT_BUCKET, CreateBucketConfiguration }));
      await s3.send(new PutObjectCommand({ Bucket: VAULT_BUCKET, Key: RECORD, Body: "a" }));
      const read = new GetObjectCommand({ Bucket: VAULT_BUCKET, Key: RECORD });
      await s3.send(read);
      sandbox.organization.setControlPolicies("vault", { resourceControlPolicies });
      const { message } = await failureOf(s3.send(read));
      expect(message).to.match(/with an explicit deny in a resource control policy$/);
    } finally {
      await sandbox.close();
    }
  });
});

describe("The service control policy of a vault's account", () => {
  const document = (...statements: object[]) =>
    JSON.stringify({ Version: "2012-10-17", Statement: statements });
  const AdministratorAccess = "arn:aws:iam::aws:policy/AdministratorAccess";
  const trust = document({
    Effect: "Allow",
    Principal: { AWS: VAULT.accountId },
    Action: "sts:AssumeRole",
  });

  /** Each with the code that IAM itself refuses it with, where it does. */
  const takeovers: readonly [operation: string, input: object, nextGuard?: string][] = [
    ["CreateRole", { AssumeRolePolicyDocument: trust }, "EntityAlreadyExists"],
    ["DeleteRole", {}, "DeleteConflict"],
    ["UpdateRole", { MaxSessionDuration: 43_200 }],
    ["UpdateAssumeRolePolicy", { PolicyDocument: trust }],
    ["PutRolePolicy", { PolicyName: "mine", PolicyDocument: document(allow("s3:*", "*")) }],
    ["DeleteRolePolicy", { PolicyName: "mine" }, "NoSuchEntity"],
    ["AttachRolePolicy", { PolicyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess" }],
    ["DetachRolePolicy", { PolicyArn: AdministratorAccess }],
    ["PutRolePermissionsBoundary", { PermissionsBoundary: AdministratorAccess }],
    ["DeleteRolePermissionsBoundary", {}, "NoSuchEntity"],
    ["TagRole", { Tags: [{ Key: "team", Value: "mine" }] }],
    ["UntagRole", { TagKeys: ["team"] }],
  ];

  for (const [operation, input, nextGuard] of takeovers) {
    it(`keeps everybody from ${operation} of the break-glass role, that role too`, () => {
      const fixture = new LockedVaultFixture();
      const { organization } = fixture.world;
      const takeover = {
        service: "iam" as const,
        operation,
        input: { RoleName: "break-glass", ...input },
      };
      organization.setControlPolicies(VAULT.accountId, { serviceControlPolicies });
      for (const actor of [VAULT_ADMINISTRATOR, ROOT, "break-glass role"] as const) {
        expect(errorOf(() => fixture.as(actor, takeover)).message).to.match(
          /with an explicit deny in a service control policy$/,
        );
      }
      organization.setControlPolicies(VAULT.accountId, {});
      const attempt = () => fixture.as(VAULT_ADMINISTRATOR, takeover);
      if (nextGuard === undefined) attempt();
      else expect(errorOf(attempt).code).to.equal(nextGuard);
    });
  }

  it("names no takeover that is not tried here", () => {
    const statement = serviceControlPolicy.Statement.find(
      ({ Sid }) => Sid === "DenyBreakGlassTakeover",
    );
    const tried = takeovers.map(([operation]) => `iam:${operation}`);
    expect(statement?.Action).to.deep.equal(tried);
  });

  it("keeps the account's block of public access", () => {
    const fixture = new LockedVaultFixture();
    const lift = {
      service: "s3control" as const,
      operation: "DeletePublicAccessBlock",
      input: { AccountId: VAULT.accountId },
    };
    fixture.as(VAULT_ADMINISTRATOR, lift);
    fixture.world.organization.setControlPolicies(VAULT.accountId, { serviceControlPolicies });
    expect(errorOf(() => fixture.as(VAULT_ADMINISTRATOR, lift)).code).to.equal("AccessDenied");
  });

  it("keeps the account in the organization, open, and its Regions on, as a simulation says", () => {
    const fixture = new LockedVaultFixture();
    const decisions = () => {
      const { EvaluationResults } = fixture.as(VAULT_ADMINISTRATOR, {
        service: "iam",
        operation: "SimulatePrincipalPolicy",
        input: {
          PolicySourceArn: `arn:aws:iam::${VAULT.accountId}:user/admin`,
          ActionNames: [
            "organizations:LeaveOrganization",
            "account:CloseAccount",
            "account:DisableRegion",
          ],
        },
      }) as { EvaluationResults: { EvalDecision: string }[] };
      return EvaluationResults.map(({ EvalDecision }) => EvalDecision);
    };
    expect(decisions()).to.deep.equal(["allowed", "allowed", "allowed"]);
    fixture.world.organization.setControlPolicies(VAULT.accountId, { serviceControlPolicies });
    expect(decisions()).to.deep.equal(["explicitDeny", "explicitDeny", "explicitDeny"]);
  });
});
