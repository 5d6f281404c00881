import { expect } from "chai";
import { allow, SOURCE, VAULT, VAULT_BUCKET } from "./fixture";
import { KmsFixture, mayDecrypt, mayEncrypt, SOURCE_ARN, VAULT_ARN } from "./kms-fixture";

describe("the encryption context of replication", () => {
  it("is the object's on either side without a Bucket Key", () => {
    const fixture = new KmsFixture();
    fixture.may(mayDecrypt(`${SOURCE_ARN}/*`), mayEncrypt(`${VAULT_ARN}/*`));
    expect(fixture.outcome()).to.equal("COMPLETED");
    fixture.may(mayDecrypt(SOURCE_ARN), mayEncrypt(`${VAULT_ARN}/*`));
    expect(fixture.outcome()).to.equal("SrcGetObjectNotPermitted");
    fixture.may(mayDecrypt(`${SOURCE_ARN}/*`), mayEncrypt(VAULT_ARN));
    expect(fixture.outcome()).to.equal("DstPutObjectNotPermitted");
  });

  it("is the bucket's at the source for a version under a Bucket Key", () => {
    const fixture = new KmsFixture();
    fixture.may(mayDecrypt(`${SOURCE_ARN}/*`), mayEncrypt(`${VAULT_ARN}/*`));
    expect(fixture.outcome({ BucketKeyEnabled: true })).to.equal("SrcGetObjectNotPermitted");
    fixture.may(mayDecrypt(SOURCE_ARN), mayEncrypt(`${VAULT_ARN}/*`));
    expect(fixture.outcome({ BucketKeyEnabled: true })).to.equal("COMPLETED");
  });

  it("is the bucket's at a vault with a Bucket Key, which needs kms:GenerateDataKey and kms:Decrypt too", () => {
    const fixture = new KmsFixture();
    fixture.bucketKeyAtVault();
    const decrypt = mayDecrypt(`${SOURCE_ARN}/*`);
    const more = ["kms:GenerateDataKey", "kms:Decrypt"];
    fixture.may(decrypt, mayEncrypt(`${VAULT_ARN}/*`, ...more));
    expect(fixture.outcome()).to.equal("DstPutObjectNotPermitted");
    for (const lacking of [[], ["kms:GenerateDataKey"], ["kms:Decrypt"]]) {
      fixture.may(decrypt, mayEncrypt(VAULT_ARN, ...lacking));
      expect(fixture.outcome()).to.equal("DstPutObjectNotPermitted");
    }
    fixture.may(decrypt, mayEncrypt(VAULT_ARN, ...more));
    expect(fixture.outcome()).to.equal("COMPLETED");
    expect(fixture.current(VAULT_BUCKET, "a").encryption.bucketKeyEnabled).to.equal(true);
  });
});

describe("the encryption of replicas", () => {
  it("takes no key for a version that has none, whatever the rule names", () => {
    const fixture = new KmsFixture();
    fixture.may();
    const version = fixture.put("plain");
    fixture.settle();
    expect(version.replicationStatus).to.equal("COMPLETED");
    expect(fixture.replica(version)?.encryption).to.deep.equal({ algorithm: "AES256" });
  });

  it("has no Bucket Key under DSSE-KMS, at a vault with one", () => {
    const fixture = new KmsFixture();
    fixture.bucketKeyAtVault();
    fixture.may(mayDecrypt(`${SOURCE_ARN}/*`), mayEncrypt(`${VAULT_ARN}/*`));
    expect(fixture.outcome({ ServerSideEncryption: "aws:kms:dsse" })).to.equal("COMPLETED");
    expect(fixture.current(VAULT_BUCKET, "a").encryption).to.include({
      algorithm: "aws:kms:dsse",
      bucketKeyEnabled: false,
      kmsKeyArn: fixture.vaultKey,
    });
  });

  it("takes no fault of the sandbox for a refusal of KMS", () => {
    for (const used of ["kms:Decrypt", "kms:Encrypt"]) {
      const fixture = new KmsFixture().mayAll();
      fixture.putEncrypted();
      const { kms } = fixture.world;
      const useKey = kms.useKey.bind(kms);
      Object.assign(kms, {
        useKey(use: Parameters<typeof useKey>[0]) {
          if (use.action === used) throw new TypeError(`a fault in ${used}`);
          return useKey(use);
        },
      });
      expect(() => fixture.settle()).to.throw(TypeError, `a fault in ${used}`);
    }
  });
});

describe("the key of replicas in another account", () => {
  it("cannot be the managed key aws/s3, nor one of another Region", () => {
    const fixture = new KmsFixture();
    fixture.may(allow("kms:*", "*"));
    fixture.world.kms.awsManagedS3Key(VAULT.accountId, VAULT.region);
    fixture.optIn(`arn:aws:kms:${VAULT.region}:${VAULT.accountId}:alias/aws/s3`);
    expect(fixture.outcome()).to.equal("DstPutObjectNotPermitted");
    fixture.optIn(fixture.vaultKey.replace(VAULT.region, SOURCE.region));
    expect(fixture.outcome()).to.equal("DstKmsKeyNotFound");
    fixture.optIn(fixture.sourceKey);
    expect(fixture.outcome()).to.equal("DstKmsKeyNotFound");
  });

  it("may be named by an alias; the replica shows the key", () => {
    const fixture = new KmsFixture();
    fixture.may(allow("kms:*", "*"));
    const alias = "alias/records";
    fixture.call(VAULT, "kms", "CreateAlias", { AliasName: alias, TargetKeyId: fixture.vaultKey });
    fixture.optIn(`arn:aws:kms:${VAULT.region}:${VAULT.accountId}:${alias}`);
    expect(fixture.outcome()).to.equal("COMPLETED");
    expect(fixture.current(VAULT_BUCKET, "a").encryption.kmsKeyArn).to.equal(fixture.vaultKey);
  });

  it("that may not be used stops parts of a large version: DstMultipartUploadNotPermitted", () => {
    const fixture = new KmsFixture();
    fixture.may(mayDecrypt(`${SOURCE_ARN}/*`));
    const sse = { ServerSideEncryption: "aws:kms", SSEKMSKeyId: fixture.sourceKey };
    const version = fixture.putInParts("a", sse);
    fixture.settle();
    expect(fixture.failureCode(version)).to.equal("DstMultipartUploadNotPermitted");
  });
});
