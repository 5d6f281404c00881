/** A live role of the source, held against the deployed one. */

import { expect } from "chai";
import { compareRole, foreignPolicies } from "../../automation/guard/compare-role";
import type { RoleFacts } from "../../automation/guard/facts";
import type { RoleKind } from "../../automation/guard/role-words";
import type { ReadStatement } from "../../automation/guard/statement";
import type { RoleOutputs } from "../../components/promise/outputs";
import {
  batchRolePolicy,
  batchRoleTrust,
  checksumRolePolicy,
  replicationRolePolicy,
  replicationRoleTrust,
} from "../../components/policy-documents";

const ROLES: Readonly<Record<RoleKind, RoleOutputs>> = {
  replication: {
    roleArn: "arn:aws:iam::111111111111:role/replication",
    existing: false,
    trustStatements: replicationRoleTrust().Statement,
    policies: [
      {
        name: "replicate",
        statements: replicationRolePolicy({
          source: {
            bucketName: "records",
            region: "eu-west-1",
            accountId: "111111111111",
            sseKmsEncryptedObjects: true,
            kmsKeyArns: [],
          },
          targets: [
            {
              bucketName: "vault",
              region: "eu-central-1",
              kmsKeyArns: ["arn:aws:kms:eu-central-1:222222222222:key/k"],
              deleteMarkers: true,
              ownerOverride: true,
            },
          ],
        }).Statement,
      },
    ],
    managedPolicyArns: ["arn:aws:iam::aws:policy/Kept"],
    permissionsBoundary: "arn:aws:iam::111111111111:policy/boundary",
  },
  batch: {
    roleArn: "arn:aws:iam::111111111111:role/batch",
    existing: false,
    trustStatements: batchRoleTrust().Statement,
    policies: [
      {
        name: "backfill",
        statements: batchRolePolicy({
          sourceBucketArn: "arn:aws:s3:::records",
          operationsBucketArn: "arn:aws:s3:::operations",
          manifestPrefix: "manifests",
          reportPrefix: "reports",
        }).Statement,
      },
    ],
    managedPolicyArns: [],
  },
  checksum: {
    roleArn: "arn:aws:iam::111111111111:role/checksum",
    existing: false,
    trustStatements: batchRoleTrust().Statement,
    policies: [
      {
        name: "checksum",
        statements: checksumRolePolicy({
          accountId: "111111111111",
          region: "eu-west-1",
          bucketName: "records",
          operationsBucketName: "operations",
          manifestPrefix: "checksum/manifests",
          reportPrefix: "checksum/reports",
        }).Statement,
      },
    ],
    managedPolicyArns: [],
  },
};

const asDeployed = (role: RoleOutputs): RoleFacts => ({
  role: "there",
  arn: role.roleArn,
  trust: { value: role.trustStatements ?? [] },
  policies: { value: role.policies },
  attached: { value: role.managedPolicyArns },
  boundary: { value: role.permissionsBoundary },
});

const kinds = ["replication", "batch", "checksum"] as const;
const told = (kind: RoleKind, facts: Partial<RoleFacts>, role = ROLES[kind]) =>
  compareRole(kind, role, { ...asDeployed(role), ...facts });
const paths = (...args: Parameters<typeof told>) => told(...args).map(({ path }) => path);
const changed = (
  kind: RoleKind,
  change: (statement: ReadStatement) => ReadStatement | undefined,
): Partial<RoleFacts> => ({
  policies: {
    value: ROLES[kind].policies.map(({ name, statements }) => ({
      name,
      statements: statements.flatMap((statement) => change(statement) ?? []),
    })),
  },
});

describe("a role of the source", () => {
  for (const kind of kinds) {
    it(`${kind}: is as deployed however IAM writes it`, () => {
      expect(told(kind, {})).to.deep.equal([]);
      const rewritten = changed(kind, (statement) => ({
        ...statement,
        Action: [statement.Action].flat().reverse(),
        Resource: [statement.Resource].flat().reverse(),
      }));
      expect(told(kind, rewritten)).to.deep.equal([]);
    });

    it(`${kind}: each statement that is taken away is named and stops its work`, () => {
      for (const { Sid } of ROLES[kind].policies.flatMap(({ statements }) => statements)) {
        const [drift, ...others] = told(
          kind,
          changed(kind, (statement) => (statement.Sid === Sid ? undefined : statement)),
        );
        expect(others).to.deep.equal([]);
        expect(drift).to.include({ side: "source", resource: ROLES[kind].roleArn, breaks: true });
        expect(drift?.path).to.equal(`policies["${ROLES[kind].policies[0]?.name}"].${Sid}`);
        expect(drift?.found).to.equal(null);
        expect(drift?.allows).to.match(
          /^(replication|backfills|reading for checksums) to be stopped/,
        );
      }
    });

    it(`${kind}: each statement that is widened or narrowed is told apart`, () => {
      for (const { Sid } of ROLES[kind].policies.flatMap(({ statements }) => statements)) {
        const only = (change: object) =>
          told(
            kind,
            changed(kind, (statement) =>
              statement.Sid === Sid ? { ...statement, ...change } : statement,
            ),
          );
        for (const wider of [{ Action: "*", Condition: undefined }, { Resource: "*" }]) {
          const [drift] = only(wider);
          expect(drift?.breaks, Sid).to.equal(false);
          expect(drift?.allows).to.match(/whoever becomes the role/);
        }
        const [narrowed] = only({ Condition: { StringEquals: { "aws:RequestedRegion": "none" } } });
        expect(narrowed?.breaks, Sid).to.equal(true);
        expect(only({ Effect: "Deny" })[0]?.allows).to.match(/to be stopped/);
        expect(only({ Action: undefined, NotAction: "iam:*" })[0]?.breaks, Sid).to.equal(true);
      }
    });

    it(`${kind}: a trust that names others, or the service no more, is named`, () => {
      const [trust] = ROLES[kind].trustStatements ?? [];
      const theirs = {
        Effect: "Allow",
        Principal: { AWS: "arn:aws:iam::666666666666:root" },
        Action: "sts:AssumeRole",
      };
      const [added] = told(kind, { trust: { value: [trust ?? {}, theirs] } });
      expect(added).to.deep.include({ path: "trust", expected: null, found: theirs });
      expect(added).to.include({ breaks: false });
      expect(added?.allows).to.match(/act as the role/);
      const beside = {
        ...trust,
        Principal: { ...(trust?.Principal as object), AWS: "666666666666" },
      };
      const [joined] = told(kind, { trust: { value: [beside] } });
      expect(joined).to.include({ path: "trust.AssumedByS3", breaks: false });
      const [replaced] = told(kind, { trust: { value: [theirs] } });
      expect(replaced).to.include({ path: "trust.AssumedByS3", breaks: true });
      expect(told(kind, { trust: { value: [] } })[0]?.allows).to.match(/to be stopped/);
    });

    it(`${kind}: a role that is gone, or another of the same name, stops its work`, () => {
      expect(told(kind, { role: "gone" })).to.have.length(1);
      expect(told(kind, { role: "gone" })[0]).to.include({ path: "role", breaks: true });
      const arn = ROLES[kind].roleArn.replace("role/", "role/elsewhere/");
      expect(told(kind, { arn })[0]).to.include({ path: "role", found: arn, breaks: true });
    });
  }

  it("with a policy that somebody added, inline or attached, is named and can be put right", () => {
    const allow = { name: "theirs", statements: [{ Effect: "Allow", Action: "*", Resource: "*" }] };
    const deny = { name: "no", statements: [{ Effect: "Deny", Action: "s3:Replicate*" }] };
    const role = ROLES.replication;
    const added = {
      policies: { value: [...role.policies, allow, deny] },
      attached: { value: [...role.managedPolicyArns, "arn:aws:iam::aws:policy/Theirs"] },
    };
    expect(told("replication", added).map(({ breaks, path }) => [path, breaks])).to.deep.equal([
      ['policies["theirs"]', false],
      ['policies["no"]', true],
      ['attachedPolicies["arn:aws:iam::aws:policy/Theirs"]', true],
    ]);
    expect(foreignPolicies(role, { ...asDeployed(role), ...added })).to.deep.equal({
      inlineNames: ["theirs", "no"],
      attachedArns: ["arn:aws:iam::aws:policy/Theirs"],
    });
    expect(paths("replication", { policies: { value: [] } })).to.deep.equal([
      'policies["replicate"]',
    ]);
  });

  it("without its managed policy or its boundary, or under another boundary, is named", () => {
    expect(paths("replication", { attached: { value: [] } })).to.deep.equal([
      'attachedPolicies["arn:aws:iam::aws:policy/Kept"]',
    ]);
    expect(told("replication", { boundary: { value: undefined } })[0]).to.include({
      path: "boundary",
      found: null,
    });
    const boundary = { value: "arn:aws:iam::111111111111:policy/theirs" };
    expect(told("batch", { boundary })[0]).to.include({ path: "boundary", breaks: true });
  });

  it("that was there before keeps what is its own, but not a policy that stops ours", () => {
    const { trustStatements, permissionsBoundary, ...rest } = ROLES.replication;
    expect([trustStatements, permissionsBoundary]).not.to.include(undefined);
    const role: RoleOutputs = { ...rest, existing: true, managedPolicyArns: [] };
    const theirs: Partial<RoleFacts> = {
      trust: { value: [] },
      boundary: { value: "arn:aws:iam::111111111111:policy/theirs" },
      attached: { value: ["arn:aws:iam::aws:policy/Theirs"] },
      policies: {
        value: [
          ...role.policies,
          { name: "theirs", statements: [{ Effect: "Allow", Action: "s3:*", Resource: "*" }] },
          { name: "other", statements: [{ Effect: "Deny", Action: "ec2:*", Resource: "*" }] },
        ],
      },
    };
    expect(told("replication", theirs, role)).to.deep.equal([]);
    expect(foreignPolicies(role, { ...asDeployed(role), ...theirs })).to.deep.equal({
      inlineNames: [],
      attachedArns: [],
    });
    const no = { name: "no", statements: [{ Effect: "Deny", NotAction: "ec2:*", Resource: "*" }] };
    const stopped = { policies: { value: [...role.policies, no] } };
    expect(paths("replication", stopped, role)).to.deep.equal(['policies["no"]']);
    expect(paths("replication", { policies: { value: [no] } }, role)).to.deep.equal([
      'policies["replicate"]',
      'policies["no"]',
    ]);
  });

  it("that cannot be read is not as deployed, and does not stop jobs", () => {
    const unreadable = { unreadable: "AccessDenied", action: "iam:GetRole" };
    const drift = told("batch", {
      trust: unreadable,
      policies: unreadable,
      attached: unreadable,
      boundary: unreadable,
    });
    expect(drift.map(({ path }) => path)).to.have.members([
      "trust",
      "policies",
      "attachedPolicies",
      "boundary",
    ]);
    for (const one of drift) {
      expect(one).to.include({ breaks: false });
      expect(one.allows).to.include("iam:GetRole");
    }
  });
});
