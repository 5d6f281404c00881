import {
  GetObjectAclCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  PutBucketOwnershipControlsCommand,
} from "@aws-sdk/client-s3";
import type { S3CopyObjectOperation } from "@aws-sdk/client-s3-control";
import { CreateKeyCommand } from "@aws-sdk/client-kms";
import { expect } from "chai";
import { factsOf, versionRecord } from "../../src/services/s3/store/version-record";
import { failureOf } from "../helpers/aws-failure";
import { allowCustomerKeys, customerKey } from "../helpers/customer-keys";
import { START_EPOCH_MS } from "../helpers/sandbox";
import { allow, DAY_MS } from "../replication/fixture";
import { useJobsThroughSdk } from "./jobs-through-sdk";

const FROM = "acme-from";
const TO = "acme-to";
const LOCKED = "acme-to-locked";
const VAULT = "vault-to";
const FIVE_GIB_BYTES = 5 * 2 ** 30;

const copy = (bucket: string, rest: Partial<S3CopyObjectOperation> = {}) => ({
  S3PutObjectCopy: { TargetResource: `arn:aws:s3:::${bucket}`, ...rest },
});

const readsFrom = allow(
  ["s3:GetObject", "s3:GetObjectVersion", "s3:GetObjectTagging", "s3:GetObjectVersionTagging"],
  `arn:aws:s3:::${FROM}/*`,
);
const writesTo = (...buckets: string[]) =>
  allow(
    [
      "s3:PutObject",
      "s3:PutObjectTagging",
      "s3:PutObjectAcl",
      "s3:PutObjectRetention",
      "s3:PutObjectLegalHold",
    ],
    buckets.map((name) => `arn:aws:s3:::${name}/*`),
  );

describe("S3PutObjectCopy", () => {
  const jobs = useJobsThroughSdk();
  let role = "";

  before(async () => {
    await jobs().bucket(FROM);
    await allowCustomerKeys(jobs().sandbox.s3("source"), FROM);
    await jobs().bucket(TO);
    await jobs().bucket(LOCKED, { isLocked: true });
    await jobs().bucket(VAULT, { account: "vault" });
    role = await jobs().role(
      readsFrom,
      writesTo(TO, LOCKED, VAULT),
      allow("s3:ListBucket", `arn:aws:s3:::${FROM}`),
    );
  });

  const s3 = (account = "source") => jobs().sandbox.s3(account);
  const head = (Bucket: string, Key: string, account?: string) =>
    s3(account).send(new HeadObjectCommand({ Bucket, Key }));

  it("copies the versions that the manifest names, and the newest where it names none", async () => {
    const extra = { Metadata: { of: "first" }, Tagging: "a=1", ContentType: "text/plain" };
    const first = await jobs().put(FROM, "a +ä?.txt", { Body: "first", ...extra });
    await jobs().put(FROM, "a +ä?.txt", { Body: "second" });
    const key = encodeURIComponent("a +ä?.txt");
    const named = await jobs().run(copy(TO), role, [[FROM, key, first]]);
    expect(named.rows).to.deep.equal([[FROM, key, first, "succeeded", "200", "", "Successful"]]);
    const target = { Bucket: TO, Key: "a +ä?.txt" };
    const made = await s3().send(new GetObjectCommand(target));
    expect(await made.Body?.transformToString()).to.equal("first");
    expect(made).to.deep.include({ Metadata: { of: "first" }, ContentType: "text/plain" });
    const { TagSet } = await s3().send(new GetObjectTaggingCommand(target));
    expect(TagSet).to.deep.equal([{ Key: "a", Value: "1" }]);
    await jobs().run(copy(TO, { TargetKeyPrefix: "folder" }), role, [[FROM, key]]);
    const newest = await s3().send(new GetObjectCommand({ Bucket: TO, Key: "folder/a +ä?.txt" }));
    expect(await newest.Body?.transformToString()).to.equal("second");
  });

  it("gives the copies what the job says: metadata, tags, class, lock, key", async () => {
    await jobs().put(FROM, "given", { Metadata: { old: "1" }, Tagging: "old=1" });
    const { KeyMetadata } = await jobs().sandbox.kms("source").send(new CreateKeyCommand({}));
    const key = KeyMetadata?.Arn ?? "";
    const withKey = await jobs().role(
      readsFrom,
      writesTo(LOCKED),
      allow("kms:GenerateDataKey", key),
    );
    const until = new Date(START_EPOCH_MS + 30 * DAY_MS);
    const { rows } = await jobs().run(
      copy(LOCKED, {
        NewObjectMetadata: {
          CacheControl: "no-store",
          ContentType: "text/csv",
          UserMetadata: { fresh: "1" },
          SSEAlgorithm: "KMS",
        },
        SSEAwsKmsKeyId: key,
        BucketKeyEnabled: true,
        NewObjectTagging: [{ Key: "fresh tag", Value: "a=b /c" }],
        StorageClass: "STANDARD_IA",
        ObjectLockMode: "COMPLIANCE",
        ObjectLockRetainUntilDate: until,
        ObjectLockLegalHoldStatus: "ON",
        ChecksumAlgorithm: "SHA256",
      }),
      withKey,
      [[FROM, "given"]],
    );
    expect(rows[0]?.slice(3)).to.deep.equal(["succeeded", "200", "", "Successful"]);
    const made = await head(LOCKED, "given");
    expect(made).to.deep.include({
      CacheControl: "no-store",
      ContentType: "text/csv",
      Metadata: { fresh: "1" },
      ServerSideEncryption: "aws:kms",
      SSEKMSKeyId: key,
      BucketKeyEnabled: true,
      StorageClass: "STANDARD_IA",
      ObjectLockMode: "COMPLIANCE",
      ObjectLockRetainUntilDate: until,
      ObjectLockLegalHoldStatus: "ON",
    });
    const tagging = new GetObjectTaggingCommand({ Bucket: LOCKED, Key: "given" });
    expect((await s3().send(tagging)).TagSet).to.deep.equal([
      { Key: "fresh tag", Value: "a=b /c" },
    ]);
    // An empty list takes the tags away; the encryption alone leaves the metadata.
    const plain = { NewObjectTagging: [], NewObjectMetadata: { SSEAlgorithm: "AES256" as const } };
    await jobs().run(copy(TO, plain), role, [[FROM, "given"]]);
    expect((await head(TO, "given")).Metadata).to.deep.equal({ old: "1" });
    const untagged = new GetObjectTaggingCommand({ Bucket: TO, Key: "given" });
    expect((await s3().send(untagged)).TagSet).to.deep.equal([]);
  });

  it("keeps to what else the job says: directive, redirect, canned ACL, dates", async () => {
    await jobs().put(FROM, "else", { Metadata: { old: "1" } });
    const rows = [[FROM, "else"]];
    const kept = copy(TO, {
      MetadataDirective: "COPY",
      NewObjectMetadata: { UserMetadata: { fresh: "1" } },
      RedirectLocation: "/there",
      CannedAccessControlList: "bucket-owner-full-control",
      ModifiedSinceConstraint: new Date(START_EPOCH_MS - DAY_MS),
    });
    await jobs().run(kept, role, rows);
    expect(await head(TO, "else")).to.deep.include({
      Metadata: { old: "1" },
      WebsiteRedirectLocation: "/there",
    });
    const emptied = copy(TO, { NewObjectMetadata: {}, TargetKeyPrefix: "emptied/" });
    await jobs().run(emptied, role, rows);
    expect((await head(TO, "emptied/else")).Metadata).to.deep.equal({});
  });

  it("gives grants where the bucket has ACLs", async () => {
    const bucket = await jobs().bucket("acme-acls");
    await s3().send(
      new PutBucketOwnershipControlsCommand({
        Bucket: bucket,
        OwnershipControls: { Rules: [{ ObjectOwnership: "ObjectWriter" }] },
      }),
    );
    await jobs().put(FROM, "granted");
    const granter = await jobs().role(readsFrom, writesTo(bucket));
    const { canonicalUserId } =
      jobs().sandbox.world.accounts.get(jobs().sandbox.account("vault").accountId) ?? {};
    const { rows } = await jobs().run(
      copy(bucket, {
        AccessControlGrants: [
          {
            Grantee: { TypeIdentifier: "id", Identifier: canonicalUserId },
            Permission: "READ",
          },
        ],
      }),
      granter,
      [[FROM, "granted"]],
    );
    expect(rows[0]?.[3]).to.equal("succeeded");
    const acl = await s3().send(new GetObjectAclCommand({ Bucket: bucket, Key: "granted" }));
    expect(acl.Grants?.map(({ Grantee, Permission }) => [Grantee?.ID, Permission])).to.deep.equal([
      [canonicalUserId, "READ"],
    ]);
  });

  it("goes into another account and Region, in a job of that Region, by that bucket's policy", async () => {
    const id = await jobs().put(FROM, "abroad");
    const { region } = jobs().sandbox.account("vault");
    const rows = [[FROM, "abroad", id]];
    const home = await jobs().run(copy(VAULT), role, rows);
    expect(home.rows[0]?.slice(3, 6)).to.deep.equal(["failed", "301", "PermanentRedirect"]);
    const denied = await jobs().run(copy(VAULT), role, rows, { region });
    expect(denied.rows[0]?.slice(3, 6)).to.deep.equal(["failed", "403", "AccessDenied"]);
    await jobs().bucketPolicy("vault", VAULT, {
      Effect: "Allow",
      Principal: { AWS: role },
      Action: "s3:PutObject",
      Resource: `arn:aws:s3:::${VAULT}/*`,
    });
    const allowed = await jobs().run(copy(VAULT), role, rows, { region });
    expect(allowed.rows[0]?.slice(3)).to.deep.equal(["succeeded", "200", "", "Successful"]);
    expect((await head(VAULT, "abroad", "vault")).ContentLength).to.equal("abroad".length);
    // Whoever's role lacks the right has nothing from the bucket's policy.
    const poor = await jobs().role(writesTo(VAULT));
    const unread = await jobs().run(copy(VAULT), poor, rows, { region });
    expect(unread.rows[0]?.slice(3, 6)).to.deep.equal(["failed", "403", "AccessDenied"]);
  });

  it("takes objects of 5 GB and fails those that are larger", async () => {
    const { objects } = jobs().sandbox.world.s3.bucket(FROM);
    for (const [key, sizeBytes] of [
      ["large", FIVE_GIB_BYTES],
      ["larger", FIVE_GIB_BYTES + 1],
    ] as const) {
      await jobs().put(FROM, key);
      const version = objects.current(key);
      if (version === undefined) throw new Error("It was put.");
      // Nobody holds so much in memory: the content only says that it is as large.
      const { body, etag, checksums, checksumType } = version.content;
      const content = { body, etag, checksums, checksumType, sizeBytes };
      objects.insert(versionRecord({ ...factsOf(version), content }));
    }
    const { rows } = await jobs().run(copy(TO), role, [
      [FROM, "large"],
      [FROM, "larger"],
    ]);
    expect(rows.map((row) => row.slice(1))).to.deep.equal([
      ["large", "", "succeeded", "200", "", "Successful"],
      [
        "larger",
        "",
        "failed",
        "400",
        "InvalidRequest",
        "The specified copy source is larger than the maximum allowable size for a copy source: 5368709120",
      ],
    ]);
  });

  it("fails tasks of what cannot be copied: archived, under a customer's key, too old, deleted", async () => {
    await jobs().put(FROM, "ice", { StorageClass: "GLACIER" });
    await jobs().put(FROM, "secret", customerKey("k"));
    await jobs().put(FROM, "plain");
    const { rows } = await jobs().run(copy(TO), role, [
      [FROM, "ice"],
      [FROM, "secret"],
      [FROM, "missing"],
    ]);
    expect(rows.map((row) => row.slice(1, 6).join(" "))).to.deep.equal([
      "ice  failed 403 InvalidObjectState",
      "secret  failed 400 InvalidRequest",
      "missing  failed 404 NoSuchKey",
    ]);
    const before = copy(TO, { UnModifiedSinceConstraint: new Date(START_EPOCH_MS - DAY_MS) });
    const conditional = await jobs().run(before, role, [[FROM, "plain"]]);
    expect(conditional.rows[0]?.slice(3, 6)).to.deep.equal(["failed", "412", "PreconditionFailed"]);
  });

  it("takes objects of one bucket", async () => {
    const { job } = await jobs().run(copy(TO), role, [
      [FROM, "plain"],
      [TO, "plain"],
    ]);
    expect(job.FailureReasons?.[0]?.FailureCode).to.equal("InvalidManifestContent");
  });

  it("is refused for what it cannot be", async () => {
    const Manifest = await jobs().manifest([[FROM, "plain"]]);
    const create = (operation: Partial<Record<keyof S3CopyObjectOperation, unknown>>) =>
      failureOf(jobs().create({ S3PutObjectCopy: operation as never }, role, { Manifest }));
    const TargetResource = `arn:aws:s3:::${TO}`;
    for (const [operation, text] of [
      [{}, /TargetResource must be specified/],
      [{ TargetResource: "arn:aws:s3:eu-west-1:1:accesspoint/a" }, /targetResource/],
      [{ TargetResource, StorageClass: "REDUCED_REDUNDANCY" }, /storageClass/],
      [{ TargetResource, ObjectLockMode: "GOVERNANCE" }, /specified together/],
      [{ TargetResource, MetadataDirective: "KEEP" }, /metadataDirective.*\[COPY, REPLACE\]/],
      [
        {
          TargetResource,
          SSEAwsKmsKeyId: "key",
          NewObjectMetadata: { SSEAlgorithm: "AES256" },
        },
        /SSEAwsKmsKeyId/,
      ],
      [
        {
          TargetResource,
          AccessControlGrants: [
            { Grantee: { TypeIdentifier: "id", Identifier: "1" }, Permission: "WRITE" },
          ],
        },
        /Permission/,
      ],
    ] as const) {
      const failure = await create(operation);
      expect(failure).to.include({ code: "BadRequestException", status: 400 });
      expect(failure.message).to.match(text);
    }
  });
});
