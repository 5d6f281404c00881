import type { S3Client } from "@aws-sdk/client-s3";
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeletePublicAccessBlockCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutBucketCorsCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectLegalHoldCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { useSandbox } from "../helpers/sandbox";
import { send, sendRaw } from "../helpers/signed-request";

/** What public conformance suites, written against AWS, ask of the order and the words of S3's checks. */

const BUCKET = "order-of-checks";
const ELSEWHERE = "222222222222";

async function refusal(call: Promise<unknown>): Promise<[string, string]> {
  try {
    await call;
  } catch (error) {
    if (error instanceof Error) return [error.name, error.message];
  }
  throw new Error("It was answered as a success.");
}

describe("S3 requests that are refused before anything is looked up", () => {
  const sandbox = useSandbox();
  let s3: S3Client;

  before(async () => {
    s3 = sandbox().s3();
    await s3.send(
      new CreateBucketCommand({
        Bucket: BUCKET,
        CreateBucketConfiguration: { LocationConstraint: "eu-west-1" },
      }),
    );
    await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: "there", Body: "content" }));
  });

  const missing = { Bucket: BUCKET, Key: "missing" };

  it("name a part or an attribute that cannot be", async () => {
    const part = await refusal(s3.send(new GetObjectCommand({ ...missing, PartNumber: -3 })));
    expect(part).to.deep.equal([
      "InvalidArgument",
      "Part number must be an integer between 1 and 10000, inclusive",
    ]);
    const attributes = (names: string[]): Promise<[string, string]> =>
      refusal(
        s3.send(
          new GetObjectAttributesCommand({ ...missing, ObjectAttributes: names as ["ETag"] }),
        ),
      );
    expect(await attributes(["Colour"])).to.deep.equal([
      "InvalidArgument",
      "Invalid attribute name specified.",
    ]);
    expect(await attributes([""])).to.deep.equal([
      "InvalidRequest",
      "The x-amz-object-attributes header specifying the attributes to be retrieved is either missing or empty",
    ]);
  });

  it("have Object Lock in a form that cannot be", async () => {
    const half = new PutObjectCommand({ ...missing, Body: ".", ObjectLockMode: "GOVERNANCE" });
    expect((await refusal(s3.send(half)))[0]).to.equal("InvalidArgument");
    const hold = new PutObjectLegalHoldCommand({
      ...missing,
      LegalHold: { Status: "MAYBE" as "ON" },
    });
    expect((await refusal(s3.send(hold)))[0]).to.equal("MalformedXML");
  });

  it("redirect to what is no address", async () => {
    const put = new PutObjectCommand({
      ...missing,
      Body: ".",
      WebsiteRedirectLocation: "ftp://elsewhere",
    });
    expect(await refusal(s3.send(put))).to.deep.equal([
      "InvalidRedirectLocation",
      "The website redirect location must have a prefix of 'http://' or 'https://' or '/'.",
    ]);
  });

  it("have tags that are not URL-encoded", async () => {
    for (const Tagging of ["key%", "=", "a=1&a=2"]) {
      const [code, message] = await refusal(
        s3.send(new PutObjectCommand({ ...missing, Body: ".", Tagging })),
      );
      expect(code).to.equal("InvalidArgument");
      expect(message).to.match(/^The header 'x-amz-tagging' shall be encoded as UTF-8/);
    }
  });

  it("copy from a source that cannot be", async () => {
    const copy = (CopySource: string): Promise<[string, string]> =>
      refusal(s3.send(new CopyObjectCommand({ Bucket: BUCKET, Key: "copy", CopySource })));
    const refused: [string, string][] = [
      [`${BUCKET}/%ZZ`, "Invalid copy source encoding"],
      ["192.168.1.1/key", "Invalid copy source bucket name"],
      [`${BUCKET}/`, "Invalid copy source object key"],
      [BUCKET, "Copy Source must mention the source bucket and key: sourcebucket/sourcekey"],
    ];
    for (const [source, message] of refused) {
      expect(await copy(source)).to.deep.equal(["InvalidArgument", message]);
    }
  });

  it("copy from a bucket of another account than expected", async () => {
    const source = {
      CopySource: `${BUCKET}/there`,
      ExpectedSourceBucketOwner: ELSEWHERE,
      Bucket: BUCKET,
      Key: "copy",
    };
    expect((await refusal(s3.send(new CopyObjectCommand(source))))[0]).to.equal("AccessDenied");
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand(missing));
    const part = new UploadPartCopyCommand({
      ...source,
      Key: missing.Key,
      UploadId,
      PartNumber: 1,
    });
    expect((await refusal(s3.send(part)))[0]).to.equal("AccessDenied");
  });

  it("mix up sub-resources", async () => {
    const answers: [string, string, string, string][] = [
      [
        "GET",
        "?uploads",
        "InvalidRequest",
        "Key is not expected for the GET method ?uploads subresource",
      ],
      [
        "GET",
        "?versions",
        "InvalidRequest",
        "There is no such thing as the ?versions sub-resource for a key",
      ],
      [
        "PUT",
        "?partNumber=1",
        "InvalidArgument",
        "This operation does not accept partNumber without uploadId",
      ],
    ];
    for (const [method, query, code, message] of answers) {
      const answer = await send(sandbox(), { method, target: `/${BUCKET}/key${query}` });
      expect([answer.statusCode, answer.code, answer.message]).to.deep.equal([400, code, message]);
    }
  });

  it("have markers that cannot be", async () => {
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand(missing));
    const parts = (PartNumberMarker: string): Promise<[string, string]> =>
      refusal(s3.send(new ListPartsCommand({ ...missing, UploadId, PartNumberMarker })));
    expect(await parts("x")).to.deep.equal([
      "InvalidArgument",
      "Provided part-number-marker not an integer or within integer range",
    ]);
    expect(await parts("-1")).to.deep.equal([
      "InvalidArgument",
      "Argument part-number-marker must be an integer between 0 and 2147483647",
    ]);
    const uploads = new ListMultipartUploadsCommand({
      Bucket: BUCKET,
      KeyMarker: "m",
      UploadIdMarker: "no-id",
    });
    expect(await refusal(s3.send(uploads))).to.deep.equal([
      "InvalidArgument",
      "Invalid uploadId marker",
    ]);
  });

  it("allow what CORS cannot", async () => {
    const cors = (AllowedOrigins: string[], AllowedHeaders: string[]): Promise<[string, string]> =>
      refusal(
        s3.send(
          new PutBucketCorsCommand({
            Bucket: BUCKET,
            CORSConfiguration: {
              CORSRules: [{ AllowedMethods: ["GET"], AllowedOrigins, AllowedHeaders }],
            },
          }),
        ),
      );
    expect(await cors(["http://*.a.*"], [])).to.deep.equal([
      "InvalidRequest",
      'AllowedOrigin "http://*.a.*" can not have more than one wildcard.',
    ]);
    expect(await cors(["*"], ["a b"])).to.deep.equal([
      "InvalidRequest",
      'AllowedHeader "a b" contains invalid character.',
    ]);
  });

  it("override headers without a signature", async () => {
    await s3.send(new DeletePublicAccessBlockCommand({ Bucket: BUCKET }));
    await s3.send(
      new PutBucketPolicyCommand({
        Bucket: BUCKET,
        Policy: JSON.stringify({
          Version: "2012-10-17",
          Statement: {
            Effect: "Allow",
            Principal: "*",
            Action: "s3:GetObject",
            Resource: `arn:aws:s3:::${BUCKET}/*`,
          },
        }),
      }),
    );
    const target = `/${BUCKET}/there`;
    expect((await sendRaw(sandbox(), { method: "GET", target })).statusCode).to.equal(200);
    const answer = await sendRaw(sandbox(), {
      method: "GET",
      target: `${target}?response-content-type=text%2Fplain`,
    });
    expect([answer.statusCode, answer.code, answer.message]).to.deep.equal([
      400,
      "InvalidRequest",
      "Request specific response headers cannot be used for anonymous GET requests.",
    ]);
  });

  it("start uploads or copies without a signature", async () => {
    const answerTo = async (
      method: string,
      target: string,
      headers: Record<string, string> = {},
    ): Promise<(string | number | undefined)[]> => {
      const answer = await sendRaw(sandbox(), { method, target: `/${BUCKET}${target}`, headers });
      return [answer.statusCode, answer.code, answer.message];
    };
    expect(await answerTo("POST", "/key?uploads")).to.deep.equal([
      403,
      "AccessDenied",
      "Anonymous users cannot initiate multipart uploads.  Please authenticate.",
    ]);
    expect(await answerTo("PUT", "/key", { "x-amz-copy-source": `${BUCKET}/there` })).to.deep.equal(
      [403, "AccessDenied", "Anonymous users cannot copy objects.  Please authenticate."],
    );
    expect(await answerTo("GET", "?ownershipControls")).to.deep.equal([
      403,
      "AccessDenied",
      "s3:GetBucketOwnershipControls does not support Anonymous requests!",
    ]);
  });

  it("bring a policy that names nothing, in S3's words", async () => {
    const policy = (Policy: string): Promise<[string, string]> =>
      refusal(s3.send(new PutBucketPolicyCommand({ Bucket: BUCKET, Policy })));
    const statement = { Effect: "Allow", Principal: "*", Action: "s3:GetObject" };
    expect(await policy('{"Statement": []}')).to.deep.equal([
      "MalformedPolicy",
      "Could not parse the policy: Statement is empty!",
    ]);
    expect(await policy("{true}")).to.deep.equal([
      "MalformedPolicy",
      "This policy contains invalid Json",
    ]);
    expect(
      await policy(JSON.stringify({ Statement: { ...statement, Resource: [] } })),
    ).to.deep.equal(["MalformedPolicy", "Policy has invalid resource"]);
    const address = { IpAddress: { "aws:SourceIp": "300.1.1.1/40" } };
    const Resource = `arn:aws:s3:::${BUCKET}/*`;
    expect(
      await policy(JSON.stringify({ Statement: { ...statement, Resource, Condition: address } })),
    ).to.deep.equal(["MalformedPolicy", "Invalid IP address in Conditions"]);
  });
});

describe("completing a multipart upload", () => {
  const sandbox = useSandbox();
  const Bucket = "completions";
  let s3: S3Client;

  before(async () => {
    s3 = sandbox().s3();
    await s3.send(
      new CreateBucketCommand({
        Bucket,
        CreateBucketConfiguration: { LocationConstraint: "eu-west-1" },
      }),
    );
  });

  async function uploaded(checksum?: "CRC32C"): Promise<{
    target: { Bucket: string; Key: string; UploadId: string | undefined };
    part: { ETag?: string; PartNumber: number; ChecksumCRC32C?: string };
  }> {
    const Key = "key";
    const { UploadId } = await s3.send(
      new CreateMultipartUploadCommand({
        Bucket,
        Key,
        ChecksumAlgorithm: checksum,
        ChecksumType: checksum === undefined ? undefined : "FULL_OBJECT",
      }),
    );
    const target = { Bucket, Key, UploadId };
    const { ETag, ChecksumCRC32C } = await s3.send(
      new UploadPartCommand({
        ...target,
        PartNumber: 1,
        Body: "content",
        ChecksumAlgorithm: checksum,
      }),
    );
    return { target, part: { ETag, PartNumber: 1, ...(checksum && { ChecksumCRC32C }) } };
  }

  it("answers the same when it is asked again", async () => {
    const { target, part } = await uploaded();
    const complete = (): Promise<{ ETag?: string; Location?: string }> =>
      s3.send(
        new CompleteMultipartUploadCommand({ ...target, MultipartUpload: { Parts: [part] } }),
      );
    const first = await complete();
    const second = await complete();
    expect(second.ETag).to.equal(first.ETag);
    expect(second.Location).to.equal(first.Location);
    const other = new CompleteMultipartUploadCommand({
      ...target,
      Key: "other",
      MultipartUpload: { Parts: [part] },
    });
    expect((await refusal(s3.send(other)))[0]).to.equal("NoSuchUpload");
  });

  it("refuses parts that cannot be", async () => {
    const { target, part } = await uploaded("CRC32C");
    const complete = (listed: object): Promise<[string, string]> =>
      refusal(
        s3.send(
          new CompleteMultipartUploadCommand({ ...target, MultipartUpload: { Parts: [listed] } }),
        ),
      );
    expect((await complete({ PartNumber: 1 }))[0]).to.equal("MalformedXML");
    expect(await complete({ ...part, PartNumber: -4 })).to.deep.equal([
      "InvalidArgument",
      "PartNumber must be >= 1",
    ]);
    expect(await complete({ ...part, ChecksumCRC32C: "nonsense" })).to.deep.equal([
      "InvalidArgument",
      "Invalid Base64 or multiple checksums present in request",
    ]);
    const sha256 = "n2alat9FhKiZXkZO18V2LLcZFM3IT8R7DjSMvK//7WU=";
    expect((await complete({ ...part, ChecksumSHA256: sha256 }))[0]).to.equal("InvalidArgument");
    expect(
      await complete({ ETag: part.ETag, PartNumber: 1, ChecksumSHA256: sha256 }),
    ).to.deep.equal([
      "BadDigest",
      "The sha256 you specified for part 1 did not match what we received.",
    ]);
  });

  it("refuses headers that cannot be", async () => {
    const { target, part } = await uploaded();
    const complete = (headers: object): Promise<[string, string]> =>
      refusal(
        s3.send(
          new CompleteMultipartUploadCommand({
            ...target,
            MultipartUpload: { Parts: [part] },
            ...headers,
          }),
        ),
      );
    expect(await complete({ ChecksumType: "SOME" })).to.deep.equal([
      "InvalidRequest",
      "Value for x-amz-checksum-type header is invalid.",
    ]);
    expect(await complete({ ChecksumCRC32: "nonsense" })).to.deep.equal([
      "InvalidRequest",
      "Value for x-amz-checksum-crc32 header is invalid.",
    ]);
    expect(await complete({ ChecksumCRC32: "sGc9Hg==", ChecksumCRC32C: "/2NsFg==" })).to.deep.equal(
      [
        "InvalidRequest",
        "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.",
      ],
    );
    expect(await complete({ MpuObjectSize: -1 })).to.deep.equal([
      "InvalidRequest",
      "Value for x-amz-mp-object-size header is less than zero: '-1'",
    ]);
  });
});

describe("versions made while versioning is suspended", () => {
  const sandbox = useSandbox();

  it("are null, and copies, reads and deletions say so", async () => {
    const s3 = sandbox().s3();
    const Bucket = "suspended";
    await s3.send(
      new CreateBucketCommand({
        Bucket,
        CreateBucketConfiguration: { LocationConstraint: "eu-west-1" },
      }),
    );
    await s3.send(
      new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Suspended" } }),
    );
    const put = await s3.send(new PutObjectCommand({ Bucket, Key: "a", Body: "." }));
    expect(put.VersionId).to.equal(undefined);
    const copy = await s3.send(
      new CopyObjectCommand({ Bucket, Key: "b", CopySource: `${Bucket}/a` }),
    );
    expect([copy.VersionId, copy.CopySourceVersionId]).to.deep.equal(["null", "null"]);
    const get = await s3.send(new GetObjectCommand({ Bucket, Key: "b" }));
    expect(get.VersionId).to.equal("null");
    const deleted = await s3.send(new DeleteObjectCommand({ Bucket, Key: "b" }));
    expect(deleted.VersionId).to.equal("null");
  });
});
