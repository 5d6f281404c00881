import { createHash, createHmac } from "node:crypto";
import {
  CreateBucketCommand,
  DeletePublicAccessBlockCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  PutBucketPolicyCommand,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { failureOf } from "../helpers/aws-failure";
import { START_EPOCH_MS, useSandboxWithManualClock } from "../helpers/sandbox";
import { sendRaw, type RawAnswer } from "../helpers/signed-request";

type Condition = readonly unknown[] | Readonly<Record<string, unknown>>;
type Fields = Readonly<Record<string, string>>;

interface Form {
  readonly bucket?: string;
  readonly fields?: Fields;
  /** Beside those that the signature and the key need. */
  readonly conditions?: readonly Condition[];
  readonly expiration?: string;
  /** In the place of a document of the two above. */
  readonly policy?: string;
  readonly file?: string;
  /** `null`: the part names no file. */
  readonly filename?: string | null;
  readonly withoutFields?: readonly string[];
}

const DATE = "20260730T120000Z";
const IN_AN_HOUR = new Date(START_EPOCH_MS + 3_600_000).toISOString();
const BOUNDARY = "form-boundary";

describe("S3 uploads by form", () => {
  const sandbox = useSandboxWithManualClock();
  const Bucket = "form-bucket";

  before(() =>
    sandbox()
      .s3()
      .send(
        new CreateBucketCommand({
          Bucket,
          CreateBucketConfiguration: { LocationConstraint: "eu-west-1" },
        }),
      ),
  );

  function multipart(fields: Fields, file?: string, filename: string | null = "f.txt"): string {
    const parts = Object.entries(fields).map(
      ([name, value]) => `Content-Disposition: form-data; name="${name}"\r\n\r\n${value}`,
    );
    const named = filename === null ? "" : `; filename="${filename}"`;
    if (file !== undefined) {
      parts.push(`Content-Disposition: form-data; name="file"${named}\r\n\r\n${file}`);
    }
    return `${parts.map((part) => `--${BOUNDARY}\r\n${part}\r\n`).join("")}--${BOUNDARY}--\r\n`;
  }

  function send(body: string, bucket = Bucket, type?: string): Promise<RawAnswer> {
    const contentType = type ?? `multipart/form-data; boundary=${BOUNDARY}`;
    const { host } = new URL(sandbox().endpoint);
    const headers = { host, "content-type": contentType };
    return sendRaw(sandbox(), { method: "POST", target: `/${bucket}`, headers, body });
  }

  function signedFields(form: Form): Fields {
    const { accessKeyId, secretAccessKey } = sandbox().account("source");
    const credential = `${accessKeyId}/20260730/eu-west-1/s3/aws4_request`;
    const unsigned = {
      key: "key",
      ...form.fields,
      "x-amz-algorithm": "AWS4-HMAC-SHA256",
      "x-amz-credential": credential,
      "x-amz-date": DATE,
    };
    const document = {
      expiration: form.expiration ?? IN_AN_HOUR,
      conditions: [
        ...(form.conditions ?? []),
        { bucket: form.bucket ?? Bucket },
        ["starts-with", "$key", ""],
        { "x-amz-algorithm": "AWS4-HMAC-SHA256" },
        { "x-amz-credential": credential },
        { "x-amz-date": DATE },
      ],
    };
    const policy = Buffer.from(form.policy ?? JSON.stringify(document)).toString("base64");
    const key = ["20260730", "eu-west-1", "s3", "aws4_request"].reduce<Buffer>(
      (signingKey, part) => createHmac("sha256", signingKey).update(part).digest(),
      Buffer.from(`AWS4${secretAccessKey}`),
    );
    const signature = createHmac("sha256", key).update(policy).digest("hex");
    return { ...unsigned, policy, "x-amz-signature": signature };
  }

  function post(form: Form): Promise<RawAnswer> {
    const fields = Object.fromEntries(
      Object.entries(signedFields(form)).filter(
        ([name]) => form.withoutFields?.includes(name) !== true,
      ),
    );
    return send(multipart(fields, form.file ?? "content", form.filename), form.bucket);
  }

  const outcome = ({ statusCode, code, message }: RawAnswer) => [statusCode, code, message];
  const read = async (Key: string): Promise<string | undefined> =>
    (await sandbox().s3().send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString();

  it("store the file with what the fields say", async () => {
    const answer = await post({
      fields: {
        key: "user/${filename}",
        "Content-Type": "text/plain",
        "Cache-Control": "no-cache",
        "x-amz-meta-ONE": "1",
        "x-amz-storage-class": "STANDARD_IA",
        tagging: "<Tagging><TagSet><Tag><Key>a</Key><Value>b c</Value></Tag></TagSet></Tagging>",
        "x-ignore-this": "whatever",
      },
      conditions: [
        ["starts-with", "$content-type", "text/"],
        { "cache-control": "no-cache" },
        ["eq", "$x-amz-meta-one", "1"],
        { "x-amz-storage-class": "STANDARD_IA" },
        ["starts-with", "$tagging", ""],
        ["content-length-range", 7, "7"],
      ],
      filename: "C:\\folder\\photo one.txt",
    });
    const Key = "user/photo one.txt";
    const etag = `"${createHash("md5").update("content").digest("hex")}"`;
    expect([answer.statusCode, answer.body]).to.deep.equal([204, ""]);
    expect(answer.headers).to.include({
      etag,
      location: `${sandbox().endpoint}/${Bucket}/user%2Fphoto%20one.txt`,
    });
    expect(answer.headers["x-amz-checksum-crc64nvme"]).to.be.a("string");
    const head = await sandbox().s3().send(new HeadObjectCommand({ Bucket, Key }));
    expect(head).to.deep.include({
      ContentType: "text/plain",
      CacheControl: "no-cache",
      StorageClass: "STANDARD_IA",
      Metadata: { one: "1" },
    });
    const tags = await sandbox().s3().send(new GetObjectTaggingCommand({ Bucket, Key }));
    expect(tags.TagSet).to.deep.equal([{ Key: "a", Value: "b c" }]);
    expect(await read(Key)).to.equal("content");
  });

  it("leave the variable alone where the part names no file, and ignore what follows the file", async () => {
    const fields = signedFields({ fields: { key: "raw-${filename}" } });
    const body = multipart(fields, "content", null).replace(
      `--${BOUNDARY}--`,
      `--${BOUNDARY}\r\nContent-Disposition: form-data; name="key"\r\n\r\nother\r\n--${BOUNDARY}--`,
    );
    expect((await send(body)).statusCode).to.equal(204);
    expect(await read("raw-${filename}")).to.equal("content");
  });

  describe("answer as the form wants", () => {
    const status = (value: string): Form => ({
      fields: { key: "a/b", success_action_status: value },
      conditions: [["eq", "$success_action_status", value]],
    });

    it("200 and, for what is no status, 204", async () => {
      expect((await post(status("200"))).statusCode).to.equal(200);
      expect((await post(status("404"))).statusCode).to.equal(204);
    });

    it("201 with a document", async () => {
      const answer = await post(status("201"));
      expect(answer.statusCode).to.equal(201);
      expect(answer.body).to.equal(
        '<?xml version="1.0" encoding="UTF-8"?>\n<PostResponse>' +
          `<Location>${sandbox().endpoint}/${Bucket}/a%2Fb</Location><Bucket>${Bucket}</Bucket>` +
          "<Key>a/b</Key><ETag>&quot;9a0364b9e99bb480dd25e1f0284c8555&quot;</ETag></PostResponse>",
      );
    });

    it("303 to an address, whose query is kept; not to half of one", async () => {
      const redirect = (address: string): Form => ({
        fields: { key: "a b/c", success_action_redirect: address },
        conditions: [["starts-with", "$success_Action_REDIRECT", ""]],
      });
      const answer = await post(redirect("http://there.test/done?x=1"));
      expect([answer.statusCode, answer.body]).to.deep.equal([303, ""]);
      expect(answer.headers["location"]).to.equal(
        `http://there.test/done?x=1&bucket=${Bucket}&key=a+b%2Fc&etag=%229a0364b9e99bb480dd25e1f0284c8555%22`,
      );
      expect((await post(redirect("/relative"))).statusCode).to.equal(204);
    });
  });

  describe("are refused by their policy", () => {
    const violation = (text: string) => [
      403,
      "AccessDenied",
      `Invalid according to Policy: ${text}`,
    ];
    const cases: Record<string, [Form, unknown[]]> = {
      "of another value": [
        { fields: { acl: "private" }, conditions: [["eq", "$acl", "public-read"]] },
        violation('Policy Condition failed: ["eq","$acl","public-read"]'.replaceAll('"', "&quot;")),
      ],
      "of another value, simply said": [
        { fields: { acl: "private" }, conditions: [{ acl: "public-read" }] },
        violation(
          'Policy Condition failed: ["eq", "$acl", "public-read"]'.replaceAll('"', "&quot;"),
        ),
      ],
      "of one type in a list": [
        {
          fields: { "Content-Type": "image/png,text/plain" },
          conditions: [["starts-with", "$Content-Type", "image/"]],
        },
        violation(
          'Policy Condition failed: ["starts-with","$Content-Type","image/"]'.replaceAll(
            '"',
            "&quot;",
          ),
        ),
      ],
      "of a field that is not there": [
        { conditions: [["starts-with", "$Content-Type", ""]] },
        violation(
          'Policy Condition failed: ["starts-with","$Content-Type",""]'.replaceAll('"', "&quot;"),
        ),
      ],
      "of a field that it does not name": [
        { fields: { "x-amz-meta-Extra": "1" } },
        violation("Extra input fields: x-amz-meta-Extra"),
      ],
      "of its end": [{ expiration: "2026-07-30T11:59:59Z" }, violation("Policy expired.")],
      "of too large a file": [
        { conditions: [["content-length-range", 0, 6]] },
        [400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size"],
      ],
      "of too small a file": [
        { conditions: [["content-length-range", 8, 10]] },
        [400, "EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size"],
      ],
      "of what is no JSON": [
        { policy: "{" },
        [400, "InvalidPolicyDocument", "Invalid Policy: Invalid JSON."],
      ],
      "of a date with an offset": [
        { expiration: "2026-07-30T13:00:00+01:00" },
        [
          400,
          "InvalidPolicyDocument",
          "Invalid Policy: Invalid 'expiration' value: '2026-07-30T13:00:00+01:00'",
        ],
      ],
      "of two properties in one condition": [
        { conditions: [{ acl: "private", bucket: "x" }] },
        [
          400,
          "InvalidPolicyDocument",
          "Invalid Policy: Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.",
        ],
      ],
      "of a limit that is missing": [
        { conditions: [["content-length-range", 0]] },
        [
          400,
          "InvalidPolicyDocument",
          "Invalid Policy: Invalid content-length-range: wrong number of arguments.",
        ],
      ],
    };
    for (const [reason, [form, expected]] of Object.entries(cases)) {
      it(`because ${reason}`, async () => {
        expect(
          outcome(await post({ ...form, fields: { key: "no", ...form.fields } })),
        ).to.deep.equal(expected);
        expect(await failureOf(read("no"))).to.include({ code: "NoSuchKey" });
      });
    }
  });

  it("are refused for a signature that is wrong or half there", async () => {
    const fields = signedFields({});
    const tampered = { ...fields, policy: (fields["policy"] ?? "").slice(0, -4) };
    const refused = await send(multipart(tampered, "content"));
    expect([refused.statusCode, refused.code]).to.deep.equal([403, "SignatureDoesNotMatch"]);
    expect(refused.body).to.include(`<StringToSign>${tampered.policy}</StringToSign>`);
    const missing = await post({ withoutFields: ["x-amz-signature"] });
    expect(outcome(missing)).to.deep.equal([
      400,
      "InvalidArgument",
      "Bucket POST must contain a field named 'X-Amz-Signature'.  If it is specified, please check the order of the fields.",
    ]);
    const credential = (fields["x-amz-credential"] ?? "").replace("eu-west-1", "us-west-2");
    const elsewhere = await send(multipart({ ...fields, "x-amz-credential": credential }, "x"));
    expect(outcome(elsewhere)).to.deep.equal([
      400,
      "InvalidArgument",
      "the region 'us-west-2' is wrong; expecting 'eu-west-1'",
    ]);
  });

  it("are refused for what is no form", async () => {
    expect(outcome(await send("body", Bucket, "text/plain")).slice(0, 2)).to.deep.equal([
      412,
      "PreconditionFailed",
    ]);
    expect(outcome(await send("body", Bucket, "multipart/form-data"))[1]).to.equal(
      "MalformedPOSTRequest",
    );
    const fields = signedFields({});
    expect(outcome(await send(multipart(fields)))).to.deep.equal([
      400,
      "InvalidArgument",
      "POST requires exactly one file upload per request.",
    ]);
    const long = await send(multipart({ ...fields, "x-ignore": "x".repeat(20_480) }, "content"));
    expect(long.code).to.equal("MaxPostPreDataLengthExceeded");
    expect((await post({ withoutFields: ["key"] })).message).to.include("field named 'key'");
    const wrongSum = await post({
      fields: { "x-amz-checksum-crc32": "AAAAAA==" },
      conditions: [["starts-with", "$x-amz-checksum-crc32", ""]],
    });
    expect(outcome(wrongSum).slice(0, 2)).to.deep.equal([400, "BadDigest"]);
  });

  it("without a policy need a bucket that is open to all", async () => {
    const fields = { key: "anonymous" };
    expect(outcome(await send(multipart(fields, "content")))).to.deep.equal([
      403,
      "AccessDenied",
      "Access Denied",
    ]);
    const s3 = sandbox().s3();
    const open = "open-form-bucket";
    await s3.send(
      new CreateBucketCommand({
        Bucket: open,
        CreateBucketConfiguration: { LocationConstraint: "eu-west-1" },
      }),
    );
    await s3.send(new DeletePublicAccessBlockCommand({ Bucket: open }));
    const Policy = JSON.stringify({
      Version: "2012-10-17",
      Statement: {
        Effect: "Allow",
        Principal: "*",
        Action: "s3:PutObject",
        Resource: `arn:aws:s3:::${open}/*`,
      },
    });
    await s3.send(new PutBucketPolicyCommand({ Bucket: open, Policy }));
    expect((await send(multipart(fields, "content"), open)).statusCode).to.equal(204);
  });

  it("signed with Version 2 are taken in the Regions of its time", async () => {
    const { accessKeyId, secretAccessKey } = sandbox().account("source");
    const document = { expiration: IN_AN_HOUR, conditions: [{ bucket: Bucket }, { key: "v2" }] };
    const policy = Buffer.from(JSON.stringify(document)).toString("base64");
    const fields = {
      key: "v2",
      AWSAccessKeyId: accessKeyId,
      policy,
      signature: createHmac("sha1", secretAccessKey).update(policy).digest("base64"),
    };
    expect((await send(multipart(fields, "content"))).statusCode).to.equal(204);
    const wrong = await send(multipart({ ...fields, signature: "AAAA" }, "content"));
    expect(wrong.code).to.equal("SignatureDoesNotMatch");
  });
});
