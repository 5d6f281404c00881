import {
  CreateBucketCommand,
  DeleteBucketWebsiteCommand,
  GetBucketRequestPaymentCommand,
  GetBucketWebsiteCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutBucketPolicyCommand,
  PutBucketRequestPaymentCommand,
  PutBucketWebsiteCommand,
  PutObjectCommand,
  type WebsiteConfiguration,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { failureOf } from "../../helpers/aws-failure";
import { useSandbox } from "../../helpers/sandbox";

const eu = { LocationConstraint: "eu-west-1" } as const;

describe("S3 bucket website", () => {
  const sandbox = useSandbox();
  const Bucket = "website-bucket";
  const put = (WebsiteConfiguration: WebsiteConfiguration) =>
    sandbox().s3().send(new PutBucketWebsiteCommand({ Bucket, WebsiteConfiguration }));
  const get = () => sandbox().s3().send(new GetBucketWebsiteCommand({ Bucket }));

  before(() =>
    sandbox()
      .s3()
      .send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: eu })),
  );

  it("is kept, given back and taken away", async () => {
    const configuration: WebsiteConfiguration = {
      IndexDocument: { Suffix: "index.html" },
      ErrorDocument: { Key: "errors/404.html" },
      RoutingRules: [
        {
          Condition: { KeyPrefixEquals: "old/", HttpErrorCodeReturnedEquals: "404" },
          Redirect: { ReplaceKeyPrefixWith: "new/", HttpRedirectCode: "301", Protocol: "https" },
        },
      ],
    };
    await put(configuration);
    expect(await get()).to.deep.include(configuration);
    await put({ RedirectAllRequestsTo: { HostName: "there.test" } });
    expect((await get()).IndexDocument).to.equal(undefined);
    await sandbox().s3().send(new DeleteBucketWebsiteCommand({ Bucket }));
    expect(await failureOf(get())).to.include({ code: "NoSuchWebsiteConfiguration" });
  });

  const index = { IndexDocument: { Suffix: "index.html" } };
  const refusals: Record<string, [WebsiteConfiguration, string]> = {
    "without a document": [{}, "MalformedXML"],
    "with a slash in the index": [{ IndexDocument: { Suffix: "a/b" } }, "InvalidArgument"],
    "with a redirect of everything and a document": [
      { ...index, RedirectAllRequestsTo: { HostName: "there.test" } },
      "MalformedXML",
    ],
    "with two replacements": [
      {
        ...index,
        RoutingRules: [{ Redirect: { ReplaceKeyWith: "a", ReplaceKeyPrefixWith: "b" } }],
      },
      "InvalidRequest",
    ],
    "with a status that is no redirect": [
      { ...index, RoutingRules: [{ Redirect: { HttpRedirectCode: "300" } }] },
      "InvalidRequest",
    ],
  };
  for (const [what, [configuration, code]] of Object.entries(refusals)) {
    it(`is refused ${what}`, async () => {
      expect(await failureOf(put(configuration))).to.include({ code, status: 400 });
    });
  }
});

describe("S3 Requester Pays", () => {
  const sandbox = useSandbox();
  const Bucket = "requester-pays";

  it("asks other accounts to say that they pay", async () => {
    const owner = sandbox().s3();
    const other = sandbox().s3("vault", { region: "eu-west-1" });
    await owner.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: eu }));
    const Policy = JSON.stringify({
      Version: "2012-10-17",
      Statement: {
        Effect: "Allow",
        Principal: { AWS: "222222222222" },
        Action: ["s3:GetObject", "s3:ListBucket"],
        Resource: [`arn:aws:s3:::${Bucket}`, `arn:aws:s3:::${Bucket}/*`],
      },
    });
    await owner.send(new PutBucketPolicyCommand({ Bucket, Policy }));
    const target = { Bucket, Key: "key" };
    await owner.send(new PutObjectCommand({ ...target, Body: "content" }));
    expect((await other.send(new GetObjectCommand(target))).RequestCharged).to.equal(undefined);
    await owner.send(
      new PutBucketRequestPaymentCommand({
        Bucket,
        RequestPaymentConfiguration: { Payer: "Requester" },
      }),
    );
    const { Payer } = await owner.send(new GetBucketRequestPaymentCommand({ Bucket }));
    expect(Payer).to.equal("Requester");
    for (const command of [new GetObjectCommand(target), new ListObjectsV2Command({ Bucket })]) {
      const request: Promise<unknown> = other.send(command as GetObjectCommand);
      expect(await failureOf(request)).to.include({ code: "AccessDenied", status: 403 });
    }
    const paid = await other.send(new GetObjectCommand({ ...target, RequestPayer: "requester" }));
    expect(paid.RequestCharged).to.equal("requester");
    expect((await owner.send(new GetObjectCommand(target))).RequestCharged).to.equal(undefined);
  });
});
