import {
  CreateBucketCommand,
  DeleteObjectCommand,
  HeadObjectCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type ListObjectVersionsCommandOutput,
  type S3Client,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import type { Bucket as BucketRecord } from "../../../src/services/s3/store/model";
import { factsOf, versionRecord } from "../../../src/services/s3/store/version-record";
import { failureOf } from "../../helpers/aws-failure";
import { useSandbox } from "../../helpers/sandbox";
import { send } from "../../helpers/signed-request";

describe("S3 listings", () => {
  const sandbox = useSandbox();
  const Bucket = "listed-bucket";
  const keys = ["a", "b/1", "b/2", "b/c/3", "d", "e/5", "z\u{1F600}", "z\uFFFD"];
  // UTF-8 puts U+FFFD before the emoji, UTF-16 the other way around.
  const sorted = ["a", "b/1", "b/2", "b/c/3", "d", "e/5", "z\uFFFD", "z\u{1F600}"];
  let s3: S3Client;

  before(async () => {
    s3 = sandbox().s3("source");
    await makeBucket(Bucket);
    for (const Key of keys) await s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
  });

  it("give dates to the second, the same as HeadObject's header", async () => {
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
    const [first] = Contents;
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key: first?.Key ?? "" }));
    expect(first?.LastModified?.getUTCMilliseconds()).to.equal(0);
    expect(first?.LastModified).to.deep.equal(head.LastModified);
  });

  async function makeBucket(name: string, Status?: "Enabled"): Promise<BucketRecord> {
    await s3.send(
      new CreateBucketCommand({
        Bucket: name,
        CreateBucketConfiguration: { LocationConstraint: "eu-west-1" },
      }),
    );
    if (Status !== undefined) {
      const VersioningConfiguration = { Status };
      await s3.send(new PutBucketVersioningCommand({ Bucket: name, VersioningConfiguration }));
    }
    return sandbox().world.s3.bucket(name);
  }

  const list = (more: object = {}) => s3.send(new ListObjectsV2Command({ Bucket, ...more }));

  it("gives keys in the order of their UTF-8 bytes", async () => {
    const answer = await list();
    expect(answer.Contents?.map(({ Key }) => Key)).to.deep.equal(sorted);
    expect(answer).to.include({ KeyCount: 8, MaxKeys: 1000, IsTruncated: false, Name: Bucket });
    expect(answer.Contents?.[0]).to.deep.include({
      Size: 1,
      StorageClass: "STANDARD",
      ChecksumAlgorithm: ["CRC32"],
      ChecksumType: "FULL_OBJECT",
    });
    expect(answer.Contents?.[0]?.Owner).to.equal(undefined);
  });

  it("rolls keys up at a delimiter, under a prefix", async () => {
    const root = await list({ Delimiter: "/" });
    expect(root.Contents?.map(({ Key }) => Key)).to.deep.equal(["a", "d", "z\uFFFD", "z\u{1F600}"]);
    expect(root.CommonPrefixes).to.deep.equal([{ Prefix: "b/" }, { Prefix: "e/" }]);
    expect(root.KeyCount).to.equal(6);
    const inside = await list({ Delimiter: "/", Prefix: "b/" });
    expect(inside.Contents?.map(({ Key }) => Key)).to.deep.equal(["b/1", "b/2"]);
    expect(inside.CommonPrefixes).to.deep.equal([{ Prefix: "b/c/" }]);
  });

  for (const MaxKeys of [1, 2, 3, 5]) {
    it(`pages by ${MaxKeys} without losing or repeating an entry`, async () => {
      const seen: (string | undefined)[] = [];
      let ContinuationToken: string | undefined;
      for (let page = 0; page < 20; page++) {
        const answer = await list({ MaxKeys, Delimiter: "/", ContinuationToken });
        seen.push(...(answer.Contents ?? []).map(({ Key }) => Key));
        seen.push(...(answer.CommonPrefixes ?? []).map(({ Prefix }) => Prefix));
        ContinuationToken = answer.NextContinuationToken;
        expect(answer.IsTruncated).to.equal(ContinuationToken !== undefined);
        if (ContinuationToken === undefined) break;
      }
      expect([...seen].sort()).to.deep.equal(["a", "b/", "d", "e/", "z\u{1F600}", "z\uFFFD"]);
    });
  }

  it("starts after a key, gives owners on request, and nothing for zero keys", async () => {
    const answer = await list({ StartAfter: "b/2", FetchOwner: true });
    expect(answer.Contents?.[0]?.Key).to.equal("b/c/3");
    expect(answer.Contents?.[0]?.Owner?.ID).to.match(/^[0-9a-f]{64}$/);
    const none = await list({ MaxKeys: 0 });
    expect(none).to.include({ KeyCount: 0, IsTruncated: false });
  });

  it("encodes keys on request", async () => {
    await makeBucket("encoded-bucket");
    const Key = "a b+c/ü*~(1).txt";
    await s3.send(new PutObjectCommand({ Bucket: "encoded-bucket", Key, Body: "x" }));
    const answer = await list({ Bucket: "encoded-bucket", EncodingType: "url" });
    expect(answer.EncodingType).to.equal("url");
    expect(answer.Contents?.[0]?.Key).to.equal("a+b%2Bc/%C3%BC*%7E%281%29.txt");
  });

  it("refuses tokens, sizes and encodings that are none", async () => {
    const token = await failureOf(list({ ContinuationToken: "nonsense" }));
    expect(token).to.include({
      code: "InvalidArgument",
      message: "The continuation token provided is incorrect",
    });
    expect(await failureOf(list({ MaxKeys: -1 }))).to.include({ code: "InvalidArgument" });
    expect(await failureOf(list({ EncodingType: "rot13" }))).to.include({
      code: "InvalidArgument",
      message: "Invalid Encoding Method specified in Request",
    });
  });

  it("pages the first version of the listing by markers", async () => {
    const first = await s3.send(new ListObjectsCommand({ Bucket, MaxKeys: 2, Delimiter: "/" }));
    expect(first).to.include({ IsTruncated: true, NextMarker: "b/" });
    const second = await s3.send(
      new ListObjectsCommand({ Bucket, Delimiter: "/", Marker: first.NextMarker }),
    );
    expect(second.Contents?.[0]?.Key).to.equal("d");
    expect(second.Contents?.[0]?.Owner?.ID).to.match(/^[0-9a-f]{64}$/);
    const plain = await s3.send(new ListObjectsCommand({ Bucket, MaxKeys: 2 }));
    expect(plain.NextMarker).to.equal(undefined);
  });

  describe("of versions", () => {
    async function all(
      name: string,
      MaxKeys: number,
      eachPage: (page: ListObjectVersionsCommandOutput) => Promise<void> = () => Promise.resolve(),
    ): Promise<string[]> {
      const seen: string[] = [];
      let KeyMarker: string | undefined;
      let VersionIdMarker: string | undefined;
      for (let pages = 0; pages < 100; pages++) {
        const page = await s3.send(
          new ListObjectVersionsCommand({ Bucket: name, MaxKeys, KeyMarker, VersionIdMarker }),
        );
        for (const entry of [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])]) {
          seen.push(`${entry.Key} ${entry.VersionId}`);
        }
        await eachPage(page);
        if (page.IsTruncated !== true) return seen;
        KeyMarker = page.NextKeyMarker;
        VersionIdMarker = page.NextVersionIdMarker;
      }
      throw new Error("The listing does not end.");
    }

    async function fill(name: string): Promise<string[]> {
      await makeBucket(name, "Enabled");
      const made: string[] = [];
      for (const Key of ["a", "b", "a", "c", "b", "a"]) {
        const put = await s3.send(new PutObjectCommand({ Bucket: name, Key, Body: "x" }));
        made.push(`${Key} ${put.VersionId}`);
      }
      const marker = await s3.send(new DeleteObjectCommand({ Bucket: name, Key: "b" }));
      made.push(`b ${marker.VersionId}`);
      return made;
    }

    for (const MaxKeys of [1, 2, 3, 1000]) {
      it(`gives each version and marker once in pages of ${MaxKeys}`, async () => {
        const made = await fill(`versions-${MaxKeys}`);
        const seen = await all(`versions-${MaxKeys}`, MaxKeys);
        expect([...seen].sort()).to.deep.equal([...made].sort());
      });
    }

    it("writes versions and markers in one order, which minio-go reads them in", async () => {
      const made = await fill("versions-mixed");
      const call = { method: "GET", target: "/versions-mixed?versions" };
      const { body } = await send(sandbox(), call);
      const entry = /<(Version|DeleteMarker)>.*?<Key>(.*?)<.*?<VersionId>(.*?)</gs;
      const written = [...body.matchAll(entry)].map(([, kind, key, id]) => [kind, `${key} ${id}`]);
      const newestFirst = (key: string) => made.filter((each) => each.startsWith(key)).reverse();
      const order = [...newestFirst("a"), ...newestFirst("b"), ...newestFirst("c")];
      expect(written).to.deep.equal(
        order.map((each) => [each === made.at(-1) ? "DeleteMarker" : "Version", each]),
      );
    });

    it("empties a bucket page by page, though the markers are gone by then", async () => {
      await fill("emptied-bucket");
      await all("emptied-bucket", 2, async (page) => {
        for (const { Key, VersionId } of [
          ...(page.Versions ?? []),
          ...(page.DeleteMarkers ?? []),
        ]) {
          await s3.send(new DeleteObjectCommand({ Bucket: "emptied-bucket", Key, VersionId }));
        }
      });
      expect(sandbox().world.s3.bucket("emptied-bucket").objects.versionCount).to.equal(0);
    });

    it("hides a common prefix of nothing but delete markers from objects, not from versions", async () => {
      await makeBucket("markers-bucket", "Enabled");
      await s3.send(new DeleteObjectCommand({ Bucket: "markers-bucket", Key: "gone/1" }));
      const objects = await list({ Bucket: "markers-bucket", Delimiter: "/" });
      expect(objects.CommonPrefixes).to.equal(undefined);
      const versions = await s3.send(
        new ListObjectVersionsCommand({ Bucket: "markers-bucket", Delimiter: "/" }),
      );
      expect(versions.CommonPrefixes).to.deep.equal([{ Prefix: "gone/" }]);
    });

    it("refuses a version marker without a key marker", async () => {
      const command = new ListObjectVersionsCommand({ Bucket, VersionIdMarker: "a" });
      expect(await failureOf(s3.send(command))).to.include({
        code: "InvalidArgument",
        message: "A version-id marker cannot be specified without a key marker.",
      });
    });
  });

  it("visits as many keys for a page from the middle of many as of few", async () => {
    const visits: number[] = [];
    const template = sandbox().world.s3.bucket(Bucket).objects.current("a");
    if (template === undefined) throw new Error("The template object is missing.");
    for (const keysCount of [300, 30_000]) {
      const bucket = await makeBucket(`deep-bucket-${keysCount}`);
      for (let number = 0; number < keysCount; number++) {
        const key = String(number).padStart(6, "0");
        bucket.objects.insert(versionRecord({ ...factsOf(template), key, sequence: number }));
      }
      let visited = 0;
      const walk = bucket.objects.walk.bind(bucket.objects);
      bucket.objects.walk = function* (start) {
        for (const entry of walk(start)) {
          visited++;
          yield entry;
        }
      };
      const KeyMarker = String(keysCount / 2).padStart(6, "0");
      const page = await s3.send(
        new ListObjectVersionsCommand({ Bucket: bucket.name, KeyMarker, MaxKeys: 100 }),
      );
      expect(page.Versions).to.have.length(100);
      expect(page.Versions?.[0]?.Key).to.equal(String(keysCount / 2 + 1).padStart(6, "0"));
      visits.push(visited);
    }
    expect(visits).to.deep.equal([102, 102]);
  });

  it("steps over a common prefix of many keys without visiting them", async () => {
    const bucket = await makeBucket("wide-bucket");
    const template = sandbox().world.s3.bucket(Bucket).objects.current("a");
    if (template === undefined) throw new Error("The template object is missing.");
    const keysCount = 20_000;
    for (let number = 0; number < keysCount; number++) {
      const key = `${number % 2 === 0 ? "left" : "right"}/${String(number).padStart(6, "0")}`;
      bucket.objects.insert(versionRecord({ ...factsOf(template), key, sequence: number }));
    }
    let visited = 0;
    const walk = bucket.objects.walk.bind(bucket.objects);
    bucket.objects.walk = function* (start) {
      for (const entry of walk(start)) {
        visited++;
        yield entry;
      }
    };
    const answer = await list({ Bucket: "wide-bucket", Delimiter: "/" });
    expect(answer.CommonPrefixes).to.deep.equal([{ Prefix: "left/" }, { Prefix: "right/" }]);
    expect(visited).to.be.lessThan(10);
  });
});
