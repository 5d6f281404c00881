import type { PutObjectAclRequest } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { columnsOf } from "../../src/inventory/columns";
import type { AclGrant, ObjectVersion } from "../../src/services/s3/store/model";
import {
  allow,
  deny,
  REPLICATION_ROLE,
  ReplicationFixture,
  replicationStatements,
  rule,
  SOURCE,
  SOURCE_BUCKET,
  VAULT,
  VAULT_BUCKET,
  vaultPolicy,
} from "./fixture";

/** Source: S3 User Guide, "What is replicated", "Changing the replica owner", "Replicating metadata changes". */
describe("ACLs and owners of replicas", () => {
  const withAcls = (account: typeof SOURCE, Bucket: string) => (fixture: ReplicationFixture) =>
    fixture.call(account, "s3", "PutBucketOwnershipControls", {
      Bucket,
      OwnershipControls: { Rules: [{ ObjectOwnership: "ObjectWriter" }] },
    });
  const sourceAcls = withAcls(SOURCE, SOURCE_BUCKET);
  const vaultAcls = withAcls(VAULT, VAULT_BUCKET);

  function canonicalId(fixture: ReplicationFixture, accountId: string): string {
    return fixture.world.accounts.get(accountId)?.canonicalUserId ?? "";
  }

  function started(...acls: ((fixture: ReplicationFixture) => unknown)[]): ReplicationFixture {
    const fixture = new ReplicationFixture().twoAccounts();
    for (const open of acls) open(fixture);
    fixture.rules(rule());
    return fixture;
  }

  const EC2_READ: AclGrant = {
    grantee: "6aa5a366c34c1cbe25dc49211496e913e0351eb0e8c37aa3477e40942ec6b97c",
    permission: "READ",
  };
  const ownedBySource = (fixture: ReplicationFixture): AclGrant => ({
    grantee: canonicalId(fixture, SOURCE.accountId),
    permission: "FULL_CONTROL",
  });

  it("are the source's where the vault has ACLs, and later changes follow", () => {
    const fixture = started(sourceAcls, vaultAcls);
    const version = fixture.put("a", "a", { ACL: "aws-exec-read" });
    fixture.settle();
    expect(fixture.replica(version)).to.deep.include({
      ownerAccountId: SOURCE.accountId,
      acl: [ownedBySource(fixture), EC2_READ],
    });
    const change = (acl: Partial<PutObjectAclRequest>) => {
      fixture.call(SOURCE, "s3", "PutObjectAcl", { Bucket: SOURCE_BUCKET, Key: "a", ...acl });
      expect(version.replicationStatus).to.equal("PENDING");
      fixture.settle();
      expect(version.replicationStatus).to.equal("COMPLETED");
      return fixture.replica(version)?.acl;
    };
    expect(change({ ACL: "private" })).to.equal(undefined);
    const grantee = canonicalId(fixture, VAULT.accountId);
    expect(change({ GrantRead: `id=${grantee}` })).to.deep.equal([{ grantee, permission: "READ" }]);
    // The vault's own account reads now what is not its own.
    const read = fixture.call(VAULT, "s3", "GetObject", { Bucket: VAULT_BUCKET, Key: "a" });
    expect(read.Body.toString()).to.equal("a");
  });

  it("are the vault's where it enforces its ownership, or the rule overrides the owner", () => {
    const enforced = started(sourceAcls);
    const overridden = started(sourceAcls, vaultAcls);
    overridden.rolePolicy(REPLICATION_ROLE, [
      ...replicationStatements(),
      allow("s3:ObjectOwnerOverrideToBucketOwner", `arn:aws:s3:::${VAULT_BUCKET}/*`),
    ]);
    const policy = vaultPolicy(VAULT_BUCKET);
    overridden.bucketPolicy(VAULT, VAULT_BUCKET, {
      ...policy,
      Statement: policy.Statement.map((statement) => ({
        ...statement,
        Action: [...statement.Action, "s3:ObjectOwnerOverrideToBucketOwner"],
      })),
    });
    overridden.rules(
      rule({
        Destination: {
          Bucket: `arn:aws:s3:::${VAULT_BUCKET}`,
          Account: VAULT.accountId,
          AccessControlTranslation: { Owner: "Destination" },
        },
      }),
    );
    for (const fixture of [enforced, overridden]) {
      const version = fixture.put("a", "a", { ACL: "aws-exec-read" });
      fixture.settle();
      const isVaults = { ownerAccountId: VAULT.accountId, acl: undefined };
      expect(fixture.replica(version)).to.deep.include(isVaults);
      fixture.call(SOURCE, "s3", "PutObjectAcl", {
        Bucket: SOURCE_BUCKET,
        Key: "a",
        GrantRead: `id=${canonicalId(fixture, VAULT.accountId)}`,
      });
      fixture.settle();
      expect(version.replicationStatus).to.equal("COMPLETED");
      expect(fixture.replica(version)).to.deep.include(isVaults);
    }
  });

  it("a later change that may not be written fails with DstPutAclNotPermitted, where it would be", () => {
    const denied = [
      ...replicationStatements(),
      deny("s3:PutObjectAcl", `arn:aws:s3:::${VAULT_BUCKET}/*`),
    ];
    const lacking = replicationStatements([VAULT_BUCKET], ["s3:ReplicateObject"]);
    const changed = (statements: typeof denied, ...acls: Parameters<typeof started>) => {
      const fixture = started(sourceAcls, ...acls);
      const version = fixture.put("a");
      fixture.settle();
      fixture.rolePolicy(REPLICATION_ROLE, statements);
      fixture.call(SOURCE, "s3", "PutObjectAcl", {
        Bucket: SOURCE_BUCKET,
        Key: "a",
        ACL: "aws-exec-read",
      });
      fixture.settle();
      expect(fixture.replica(version)?.acl).to.equal(undefined);
      return fixture.failureCode(version);
    };
    expect(changed(denied, vaultAcls)).to.equal("DstPutAclNotPermitted");
    expect(changed(lacking, vaultAcls)).to.equal("DstPutAclNotPermitted");
    expect(changed(denied), "a vault that owns its objects").to.equal(undefined);
    expect(changed(lacking), "a vault that owns its objects").to.equal(undefined);
  });

  describe("where another account wrote to the source", () => {
    const writtenByVault = (fixture: ReplicationFixture, acl: object): ObjectVersion => {
      const principal = fixture.world.iam.root(VAULT.accountId);
      const input = { Bucket: SOURCE_BUCKET, Key: "theirs", Body: Buffer.from("x"), ...acl };
      const { region } = SOURCE;
      fixture.world.invoke({ service: "s3", operation: "PutObject", input, principal, region });
      return fixture.current(SOURCE_BUCKET, "theirs");
    };
    const openTo = (fixture: ReplicationFixture) =>
      fixture.call(SOURCE, "s3", "PutBucketAcl", {
        Bucket: SOURCE_BUCKET,
        GrantWrite: `id=${canonicalId(fixture, VAULT.accountId)}`,
      });
    const outcome = (acl: (ids: { source: string; vault: string }) => object) => {
      const fixture = started(sourceAcls, openTo);
      const ids = {
        source: canonicalId(fixture, SOURCE.accountId),
        vault: canonicalId(fixture, VAULT.accountId),
      };
      const version = writtenByVault(fixture, acl(ids));
      expect(version.ownerAccountId).to.equal(VAULT.accountId);
      fixture.settle();
      return fixture.failureCode(version) ?? version.replicationStatus;
    };

    it("the bucket's owner must be let in, to the object and to its ACL", () => {
      expect(outcome(() => ({}))).to.equal("SrcGetObjectNotPermitted");
      expect(outcome(() => ({ ACL: "bucket-owner-read" }))).to.equal("SrcGetAclNotPermitted");
      expect(outcome(() => ({ ACL: "bucket-owner-full-control" }))).to.equal("COMPLETED");
      const readAndReadAcp = ({ source, vault }: { source: string; vault: string }) => ({
        GrantFullControl: `id=${vault}`,
        GrantRead: `id=${source}`,
        GrantReadACP: `id=${source}`,
      });
      expect(outcome(readAndReadAcp)).to.equal("COMPLETED");
    });
  });

  it("are shown in S3 Inventory, groups by their URIs", () => {
    const fixture = started(sourceAcls);
    fixture.call(SOURCE, "s3", "DeletePublicAccessBlock", { Bucket: SOURCE_BUCKET });
    const version = fixture.put("a", "a", { ACL: "public-read" });
    const bucket = fixture.world.s3.bucket(SOURCE_BUCKET);
    const column = columnsOf("Current", ["ObjectAccessControlList"]).at(-1);
    const value = column?.value({ world: fixture.world, bucket, version, isLatest: true });
    expect(JSON.parse(Buffer.from(String(value), "base64").toString())).to.deep.equal({
      version: "2022-11-10",
      status: "AVAILABLE",
      grants: [
        {
          canonicalId: canonicalId(fixture, SOURCE.accountId),
          type: "CanonicalUser",
          permission: "FULL_CONTROL",
        },
        {
          uri: "http://acs.amazonaws.com/groups/global/AllUsers",
          type: "Group",
          permission: "READ",
        },
      ],
    });
  });
});
