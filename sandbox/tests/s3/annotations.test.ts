import { randomBytes } from "node:crypto";
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectAnnotationCommand,
  DeleteObjectCommand,
  GetObjectAnnotationCommand,
  HeadObjectCommand,
  ListObjectAnnotationsCommand,
  PutObjectAnnotationCommand,
  PutObjectCommand,
  PutObjectLegalHoldCommand,
  type PutObjectAnnotationCommandInput,
  type PutObjectCommandInput,
  type S3Client,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { failureOf } from "../helpers/aws-failure";
import { allowCustomerKeys } from "../helpers/customer-keys";
import { useSandboxWithManualClock } from "../helpers/sandbox";

const DAY_MS = 86_400_000;
const MEBIBYTE = 2 ** 20;

describe("S3 object annotations", () => {
  const sandbox = useSandboxWithManualClock();
  const Bucket = "annotated-bucket";
  let s3: S3Client;
  let count = 0;

  before(async () => {
    s3 = sandbox().s3("source");
    await s3.send(
      new CreateBucketCommand({
        Bucket,
        CreateBucketConfiguration: { LocationConstraint: "eu-west-1" },
        ObjectLockEnabledForBucket: true,
      }),
    );
  });

  async function put(more: Partial<PutObjectCommandInput> = {}) {
    const Key = more.Key ?? `k${++count}`;
    const { VersionId, ETag } = await s3.send(
      new PutObjectCommand({ Bucket, Key, Body: "body", ...more }),
    );
    return { target: { Bucket, Key, VersionId }, ETag };
  }
  const annotate = (
    target: { Bucket: string; Key: string; VersionId?: string },
    AnnotationName: string,
    AnnotationPayload: PutObjectAnnotationCommandInput["AnnotationPayload"] = "a payload",
    more: Partial<PutObjectAnnotationCommandInput> = {},
  ) =>
    s3.send(
      new PutObjectAnnotationCommand({ ...target, AnnotationName, AnnotationPayload, ...more }),
    );
  const read = async (target: object, AnnotationName: string) => {
    const answer = await s3.send(
      new GetObjectAnnotationCommand({
        ...(target as { Bucket: string; Key: string }),
        AnnotationName,
        ChecksumMode: "ENABLED",
      }),
    );
    return { ...answer, text: await answer.AnnotationPayload?.transformToString() };
  };
  const namesOf = async (target: object) => {
    const answer = await s3.send(
      new ListObjectAnnotationsCommand(target as { Bucket: string; Key: string }),
    );
    return (answer.Annotations ?? []).map(({ AnnotationName }) => AnnotationName);
  };
  const remove = (target: object, AnnotationName: string, ObjectIfMatch?: string) =>
    s3.send(
      new DeleteObjectAnnotationCommand({
        ...(target as { Bucket: string; Key: string }),
        AnnotationName,
        ObjectIfMatch,
      }),
    );

  it("gives back what was written, with its own checksum, and leaves the object as it was", async () => {
    const { target, ETag } = await put();
    const written = await annotate(target, "ml.sentiment", '{"mood":"good"}', {
      ChecksumAlgorithm: "SHA256",
    });
    const found = await read(target, "ml.sentiment");
    expect(found.text).to.equal('{"mood":"good"}');
    expect(found).to.deep.include({
      ObjectVersionId: target.VersionId,
      ETag: written.ETag,
      ChecksumSHA256: written.ChecksumSHA256,
      ContentLength: 15,
      ServerSideEncryption: "AES256",
    });
    expect((await s3.send(new HeadObjectCommand(target))).ETag).to.equal(ETag);
  });

  it("replaces an annotation of the same name, without a new version", async () => {
    const { target } = await put();
    await annotate(target, "note", "first");
    await annotate({ Bucket, Key: target.Key }, "note", "second");
    expect((await read(target, "note")).text).to.equal("second");
    const { VersionId } = await s3.send(new HeadObjectCommand({ Bucket, Key: target.Key }));
    expect(VersionId).to.equal(target.VersionId);
  });

  it("belongs to one version, and goes with it", async () => {
    const { target: first } = await put();
    await annotate(first, "note");
    const { target: second } = await put({ Key: first.Key });
    expect(await namesOf(second)).to.deep.equal([]);
    await s3.send(new DeleteObjectCommand({ Bucket, Key: first.Key }));
    expect(await namesOf(first)).to.deep.equal(["note"]);
    await s3.send(new DeleteObjectCommand(first));
    expect(await failureOf(read(first, "note"))).to.include({ code: "NoSuchVersion" });
  });

  it("lists names in order, by prefix and in pages", async () => {
    const { target } = await put();
    for (const name of ["b.2", "a", "b.1", "c"]) await annotate(target, name, name);
    expect(await namesOf(target)).to.deep.equal(["a", "b.1", "b.2", "c"]);
    expect(await namesOf({ ...target, AnnotationPrefix: "b." })).to.deep.equal(["b.1", "b.2"]);
    const page = { ...target, MaxAnnotationResults: 3 };
    const first = await s3.send(new ListObjectAnnotationsCommand(page));
    expect(first).to.deep.include({ AnnotationCount: 3, Bucket, Key: target.Key });
    expect(first.Annotations?.[0]).to.include({ AnnotationName: "a", Size: 1 });
    const ContinuationToken = first.NextContinuationToken;
    const second = await s3.send(new ListObjectAnnotationsCommand({ ...page, ContinuationToken }));
    expect(second.Annotations?.map(({ AnnotationName }) => AnnotationName)).to.deep.equal(["c"]);
    expect(second.NextContinuationToken).to.equal(undefined);
  });

  for (const [name, code] of [
    ["aws.note", "InvalidAnnotationName"],
    ["S3note", "InvalidAnnotationName"],
    ["with space", "InvalidAnnotationName"],
    ["a/b", "InvalidAnnotationName"],
    ["n".repeat(513), "AnnotationNameTooLong"],
    ["é".repeat(257), "AnnotationNameTooLong"],
  ] as const) {
    it(`refuses the name ${name.slice(0, 12)} of ${name.length} characters with ${code}`, async () => {
      const { target } = await put();
      expect(await failureOf(annotate(target, name))).to.include({ code, status: 400 });
    });
  }

  it("takes names in any language, up to 512 bytes", async () => {
    const { target } = await put();
    for (const name of ["n".repeat(512), "注释_1.x-y"]) await annotate(target, name);
    expect(await namesOf(target)).to.have.members(["n".repeat(512), "注释_1.x-y"]);
  });

  it("takes payloads of 1 byte to 1 MiB of UTF-8, and nothing else", async () => {
    const { target } = await put();
    await annotate(target, "small", "x");
    await annotate(target, "large", "x".repeat(MEBIBYTE));
    expect((await read(target, "large")).text).to.have.length(MEBIBYTE);
    expect(await failureOf(annotate(target, "a", "x".repeat(MEBIBYTE + 1)))).to.include({
      code: "EntityTooLarge",
    });
    expect(await failureOf(annotate(target, "a", ""))).to.include({ code: "InvalidRequest" });
    const binary = Buffer.concat([Buffer.from([0xff]), randomBytes(8)]);
    expect(await failureOf(annotate(target, "a", binary))).to.include({
      code: "UnsupportedMediaType",
      status: 415,
    });
  });

  it("holds 1,000 on a version and no more; one of them can still be replaced", async () => {
    const { target } = await put();
    await annotate(target, "n0", "x");
    const { VersionId = "" } = target;
    const version = sandbox().world.s3.bucket(Bucket).objects.version(target.Key, VersionId);
    const first = version?.annotations?.get("n0");
    if (version === undefined || first === undefined) throw new Error("Nothing was annotated.");
    const names = Array.from({ length: 999 }, (_, index) => `n${index}`);
    version.annotations = new Map(names.map((name) => [name, { ...first, name }]));
    await annotate(target, "the-last", "x");
    expect(await failureOf(annotate(target, "one-more"))).to.include({
      code: "AnnotationLimitExceeded",
      status: 400,
    });
    await annotate(target, "n7", "another");
    expect((await read(target, "n7")).text).to.equal("another");
  });

  it("answers for what is not there", async () => {
    const { target } = await put();
    const missing = { code: "NoSuchAnnotation", status: 404 };
    expect(await failureOf(read(target, "note"))).to.include(missing);
    expect(await failureOf(remove(target, "note"))).to.include(missing);
    expect(await failureOf(annotate({ Bucket, Key: "nothing" }, "note"))).to.include({
      code: "NoSuchKey",
    });
  });

  it("writes and deletes only on the object that the caller has read, when asked", async () => {
    const { target, ETag } = await put();
    const stale = { code: "PreconditionFailed", status: 412 };
    const ObjectIfMatch = '"0123"';
    expect(await failureOf(annotate(target, "note", "x", { ObjectIfMatch }))).to.include(stale);
    await annotate(target, "note", "x", { ObjectIfMatch: ETag });
    expect(await failureOf(remove(target, "note", ObjectIfMatch))).to.include(stale);
    await remove(target, "note", ETag);
    expect(await namesOf(target)).to.deep.equal([]);
  });

  describe("under Object Lock", () => {
    const PROTECTED = { code: "AccessDenied", status: 403 };
    const locked = async (mode: "GOVERNANCE" | "COMPLIANCE" | "hold") => {
      const { target } = await put();
      await annotate(target, "note", "kept");
      const until = new Date(sandbox().clock.nowEpochMs() + DAY_MS);
      if (mode === "hold") {
        await s3.send(new PutObjectLegalHoldCommand({ ...target, LegalHold: { Status: "ON" } }));
      } else {
        const version = sandbox()
          .world.s3.bucket(Bucket)
          .objects.version(target.Key, target.VersionId ?? "");
        if (version === undefined) throw new Error("The version that was put is not there.");
        version.retention = { mode, retainUntilEpochMs: until.getTime() };
      }
      return target;
    };
    const withBypass = (target: object) => {
      const command = new DeleteObjectAnnotationCommand({
        ...(target as { Bucket: string; Key: string }),
        AnnotationName: "note",
      });
      command.middlewareStack.add(
        (next) => (args) => {
          (args.request as { headers: Record<string, string> }).headers[
            "x-amz-bypass-governance-retention"
          ] = "true";
          return next(args);
        },
        { step: "build" },
      );
      return s3.send(command);
    };

    for (const mode of ["GOVERNANCE", "COMPLIANCE", "hold"] as const) {
      it(`neither deletes nor replaces (${mode}), and takes new ones`, async () => {
        const target = await locked(mode);
        expect(await failureOf(remove(target, "note"))).to.include(PROTECTED);
        expect(await failureOf(annotate(target, "note", "other"))).to.include(PROTECTED);
        await annotate(target, "another");
        expect((await read(target, "note")).text).to.equal("kept");
        expect(await namesOf(target)).to.deep.equal(["another", "note"]);
      });
    }

    it("lets who may bypass governance delete by its header, and nobody in compliance mode", async () => {
      const target = await locked("GOVERNANCE");
      await withBypass(target);
      expect(await namesOf(target)).to.deep.equal([]);
      expect(await failureOf(withBypass(await locked("COMPLIANCE")))).to.include(PROTECTED);
    });

    it("deletes again once the retention is over", async () => {
      const target = await locked("COMPLIANCE");
      sandbox().clock.advance(DAY_MS);
      await remove(target, "note");
      expect(await namesOf(target)).to.deep.equal([]);
    });
  });

  it("copies annotations with an object unless told to leave them", async () => {
    const { target } = await put();
    await annotate(target, "note", "copied");
    const CopySource = `${Bucket}/${target.Key}`;
    await s3.send(new CopyObjectCommand({ Bucket, Key: "with", CopySource }));
    expect((await read({ Bucket, Key: "with" }, "note")).text).to.equal("copied");
    const exclude = { Bucket, Key: "without", CopySource, AnnotationDirective: "EXCLUDE" } as const;
    await s3.send(new CopyObjectCommand(exclude));
    expect(await namesOf({ Bucket, Key: "without" })).to.deep.equal([]);
  });

  it("loses those of a null version that is overwritten", async () => {
    const plain = "annotated-plain";
    await s3.send(
      new CreateBucketCommand({
        Bucket: plain,
        CreateBucketConfiguration: { LocationConstraint: "eu-west-1" },
      }),
    );
    const target = { Bucket: plain, Key: "k" };
    await s3.send(new PutObjectCommand({ ...target, Body: "1" }));
    await annotate(target, "note");
    expect(await namesOf(target)).to.deep.equal(["note"]);
    await s3.send(new PutObjectCommand({ ...target, Body: "2" }));
    expect(await namesOf(target)).to.deep.equal([]);
  });

  it("refuses objects under a customer's key", async () => {
    await allowCustomerKeys(s3, Bucket);
    const key = randomBytes(32).toString("base64");
    const { target } = await put({ SSECustomerAlgorithm: "AES256", SSECustomerKey: key });
    expect(await failureOf(annotate(target, "note"))).to.include({ code: "InvalidRequest" });
  });
});
