import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as S3 from "@aws-sdk/client-s3";
import { NormalizedSchema } from "@smithy/core/schema";
import type { HttpRequest, StaticOperationSchema } from "@smithy/types";
import { expect } from "chai";
import { createJobRequest } from "../../automation/backfill/create-job";
import { OwnBucketsClient } from "../../automation/aws/own-buckets-client";

const ACCOUNT_ID = "111111111111";
const AUTOMATION = join(__dirname, "..", "..", "automation");

/** The commands of S3 that the driver sends, by what its files import. */
function commandsOfTheDriver(): readonly string[] {
  const files = readdirSync(AUTOMATION, { recursive: true, encoding: "utf8" });
  const imported = files
    .filter((file) => file.endsWith(".ts"))
    .map((file) => readFileSync(join(AUTOMATION, file), "utf8"))
    .flatMap((text) => /import \{([^}]*)\} from "@aws-sdk\/client-s3"/.exec(text)?.[1] ?? [])
    .flatMap((names) => names.match(/\b\w+Command\b/g) ?? []);
  return [...new Set(imported)].sort();
}

/** What goes out when a command is sent with `Bucket` and whatever else it has to have. */
async function sent(commandName: string, input: object): Promise<HttpRequest> {
  let request: HttpRequest | undefined;
  const client = new OwnBucketsClient(
    {
      region: "eu-west-1",
      credentials: { accessKeyId: "a", secretAccessKey: "b" },
      maxAttempts: 1,
      requestHandler: {
        handle: (outgoing: HttpRequest) => {
          request = outgoing;
          return Promise.reject(new Error("far enough"));
        },
      },
    },
    ACCOUNT_ID,
  );
  const Command = S3[commandName as keyof typeof S3] as unknown as new (
    input: object,
  ) => S3.HeadBucketCommand;
  await client.send(new Command(input)).catch(() => undefined);
  client.destroy();
  if (request === undefined) throw new Error(`${commandName} was not sent`);
  return request;
}

function requiredStrings(commandName: string): object {
  const operation = S3[
    `${commandName.replace(/Command$/, "")}$` as keyof typeof S3
  ] as unknown as StaticOperationSchema;
  const members = Object.entries(NormalizedSchema.of(operation[4]).getMemberSchemas());
  const ofAddress = members.filter(
    ([, schema]) => schema.getMergedTraits().httpLabel !== undefined && schema.isStringSchema(),
  );
  return Object.fromEntries(ofAddress.map(([name]) => [name, "some-bucket"]));
}

describe("OwnBucketsClient", () => {
  it("names the owner in every command that the driver sends to a bucket", async () => {
    const commands = commandsOfTheDriver();
    expect(commands).to.include.members(["HeadObjectCommand", "ListObjectVersionsCommand"]);
    for (const command of commands) {
      if (WITHOUT_OWNER.has(command)) continue;
      const { headers } = await sent(command, { ...requiredStrings(command), Body: "text" });
      expect(headers["x-amz-expected-bucket-owner"], command).to.equal(ACCOUNT_ID);
    }
  });

  it("names its own account also where a caller names another one", async () => {
    const { headers } = await sent("HeadBucketCommand", {
      Bucket: "some-bucket",
      ExpectedBucketOwner: "999999999999",
    });
    expect(headers["x-amz-expected-bucket-owner"]).to.equal(ACCOUNT_ID);
  });
});

/** They are about no bucket that is there: S3 has no place for an owner in them. */
const WITHOUT_OWNER: ReadonlySet<string> = new Set(["CreateBucketCommand", "ListBucketsCommand"]);

describe("createJobRequest", () => {
  it("names the owner of the source, of the manifest's bucket and of the report's", () => {
    const { ManifestGenerator, Report } = createJobRequest({
      sequence: 1,
      accountId: ACCOUNT_ID,
      region: "eu-west-1",
      sourceBucketArn: "arn:aws:s3:::records",
      operationsBucketArn: "arn:aws:s3:::operations",
      manifestPrefix: "manifests",
      reportPrefix: "reports",
      reportScope: "AllTasks",
      roleArn: "arn:aws:iam::111111111111:role/batch",
      priority: 10,
      replicationStatuses: ["NONE"],
    });
    const generator = ManifestGenerator?.S3JobManifestGenerator;
    expect([
      generator?.ExpectedBucketOwner,
      generator?.ManifestOutputLocation?.ExpectedManifestBucketOwner,
      Report?.ExpectedBucketOwner,
    ]).to.deep.equal([ACCOUNT_ID, ACCOUNT_ID, ACCOUNT_ID]);
  });
});
