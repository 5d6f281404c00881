import { expect } from "chai";
import type { ObjectVersion } from "../../src/services/s3/store/model";
import { annotationStatus } from "../../src/services/s3/object/object-annotations";
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
  type Statement,
} from "./fixture";

const READ = allow(
  "s3:GetObjectVersionAnnotationForReplication",
  `arn:aws:s3:::${SOURCE_BUCKET}/*`,
);

function made(...more: Statement[]): ReplicationFixture {
  const fixture = new ReplicationFixture().twoAccounts();
  fixture.rolePolicy(REPLICATION_ROLE, [...replicationStatements(), ...more]);
  fixture.rules(rule());
  return fixture;
}

function annotate(
  fixture: ReplicationFixture,
  { key, versionId }: ObjectVersion,
  AnnotationName: string,
  text: string,
): void {
  fixture.call(SOURCE, "s3", "PutObjectAnnotation", {
    Bucket: SOURCE_BUCKET,
    Key: key,
    VersionId: versionId,
    AnnotationName,
    AnnotationPayload: Buffer.from(text),
  });
}

const texts = (version: ObjectVersion | undefined): Record<string, string> =>
  Object.fromEntries(
    [...(version?.annotations?.values() ?? [])].map(({ name, payload }) => [name, String(payload)]),
  );

function statusOf({ annotations }: ObjectVersion, name: string): string | undefined {
  const annotation = annotations?.get(name);
  return annotation && annotationStatus(annotation);
}

describe("replication of annotations", () => {
  it("brings those that come with a version and those that come later, each with its status", () => {
    const fixture = made(READ);
    const version = fixture.put("a");
    annotate(fixture, version, "early", "1");
    expect(statusOf(version, "early")).to.equal("PENDING");
    fixture.settle();
    annotate(fixture, version, "late", "2");
    expect(statusOf(version, "late")).to.equal("PENDING");
    expect(version.replicationStatus).to.equal("COMPLETED");
    fixture.settle();
    const replica = fixture.replica(version);
    expect(texts(replica)).to.deep.equal({ early: "1", late: "2" });
    expect(statusOf(version, "late")).to.equal("COMPLETED");
    expect(replica && statusOf(replica, "late")).to.equal("REPLICA");
  });

  it("brings those of a version in parts once all of it is there", () => {
    const fixture = made(READ);
    const version = fixture.putInParts("a");
    annotate(fixture, version, "note", "1");
    fixture.settle();
    expect(texts(fixture.replica(version))).to.deep.equal({ note: "1" });
  });

  for (const { without, statements } of [
    { without: "the right to read them", statements: [] },
    {
      without: "the right to write them, by a Deny",
      statements: [READ, deny("s3:ReplicateObjectAnnotation", `arn:aws:s3:::${VAULT_BUCKET}/*`)],
    },
  ]) {
    it(`brings the version all the same without ${without}`, () => {
      const fixture = made(...statements);
      const version = fixture.put("a");
      annotate(fixture, version, "note", "1");
      fixture.settle();
      expect(version.replicationStatus).to.equal("COMPLETED");
      expect(texts(fixture.replica(version))).to.deep.equal({});
      expect(statusOf(version, "note")).to.equal("FAILED");
    });
  }

  it("writes them with a right of their own where s3:ReplicateObject is lacking", () => {
    const fixture = made(READ);
    const version = fixture.put("a");
    fixture.settle();
    const own = allow("s3:ReplicateObjectAnnotation", `arn:aws:s3:::${VAULT_BUCKET}/*`);
    fixture.rolePolicy(REPLICATION_ROLE, [
      ...replicationStatements([VAULT_BUCKET], ["s3:ReplicateObject"]),
      READ,
      own,
    ]);
    fixture.bucketPolicy(VAULT, VAULT_BUCKET, {
      Version: "2012-10-17",
      Statement: [{ ...own, Principal: { AWS: REPLICATION_ROLE } }],
    });
    annotate(fixture, version, "note", "1");
    fixture.settle();
    expect(texts(fixture.replica(version))).to.deep.equal({ note: "1" });
  });

  it("does not annotate what was never sent", () => {
    const fixture = made(READ);
    fixture.rules(rule({ Filter: { Prefix: "records/" } }));
    const version = fixture.put("other");
    annotate(fixture, version, "note", "1");
    fixture.settle();
    expect(statusOf(version, "note")).to.equal(undefined);
  });

  it("replaces nothing on a locked replica, and takes nothing away from it", () => {
    const fixture = made(READ);
    const version = fixture.put("a");
    annotate(fixture, version, "note", "first");
    fixture.settle();
    annotate(fixture, version, "note", "second");
    fixture.settle();
    expect(texts(fixture.replica(version))).to.deep.equal({ note: "first" });
    expect(statusOf(version, "note")).to.equal("FAILED");
    const target = { Bucket: SOURCE_BUCKET, Key: "a", AnnotationName: "note" };
    fixture.call(SOURCE, "s3", "DeleteObjectAnnotation", target);
    fixture.settle();
    expect(texts(version)).to.deep.equal({});
    expect(texts(fixture.replica(version))).to.deep.equal({ note: "first" });
  });

  it("replaces one where no lock protects the replica", () => {
    const fixture = made(READ);
    const version = fixture.put("a");
    annotate(fixture, version, "note", "first");
    fixture.settle();
    const replica = fixture.replica(version);
    if (replica === undefined) throw new Error("The replica did not arrive.");
    replica.retention = undefined;
    annotate(fixture, version, "note", "second");
    fixture.settle();
    expect(texts(replica)).to.deep.equal({ note: "second" });
  });
});
