import {
  CreateBucketCommand,
  DeleteBucketInventoryConfigurationCommand,
  GetBucketInventoryConfigurationCommand,
  ListBucketInventoryConfigurationsCommand,
  PutBucketInventoryConfigurationCommand,
  type InventoryConfiguration,
  type InventoryS3BucketDestination,
  type S3Client,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { failureOf } from "../../helpers/aws-failure";
import { useSandboxWithManualClock } from "../../helpers/sandbox";

const SOURCE_ID = "111111111111";

describe("A configuration of S3 Inventory", () => {
  const sandbox = useSandboxWithManualClock();
  let s3: S3Client;
  const source = "configured";
  const destination = "configured-lists";

  before(async () => {
    s3 = sandbox().s3("source");
    for (const Bucket of [source, destination]) {
      await s3.send(
        new CreateBucketCommand({
          Bucket,
          CreateBucketConfiguration: { LocationConstraint: "eu-west-1" },
        }),
      );
    }
  });

  function configuration(
    overrides: Partial<InventoryConfiguration> = {},
    place: Partial<InventoryS3BucketDestination> = {},
  ): InventoryConfiguration {
    return {
      Id: "daily",
      IsEnabled: true,
      IncludedObjectVersions: "All",
      Schedule: { Frequency: "Daily" },
      Destination: {
        S3BucketDestination: {
          Bucket: `arn:aws:s3:::${destination}`,
          Format: "CSV",
          Prefix: "inv",
          ...place,
        },
      },
      ...overrides,
    };
  }

  async function configure(
    overrides: Partial<InventoryConfiguration> = {},
    place: Partial<InventoryS3BucketDestination> = {},
  ): Promise<void> {
    const wanted = configuration(overrides, place);
    await s3.send(
      new PutBucketInventoryConfigurationCommand({
        Bucket: source,
        Id: wanted.Id,
        InventoryConfiguration: wanted,
      }),
    );
  }

  it("is given back, listed in pages of 100 and deleted", async () => {
    await configure({ Id: "id-000", OptionalFields: ["Size"] }, { Encryption: { SSES3: {} } });
    const got = await s3.send(
      new GetBucketInventoryConfigurationCommand({ Bucket: source, Id: "id-000" }),
    );
    expect(got.InventoryConfiguration).to.deep.equal(
      configuration({ Id: "id-000", OptionalFields: ["Size"] }, { Encryption: { SSES3: {} } }),
    );
    for (let index = 1; index <= 100; index++) {
      await configure({ Id: `id-${String(index).padStart(3, "0")}`, IsEnabled: false });
    }
    const list = (ContinuationToken?: string) =>
      s3.send(new ListBucketInventoryConfigurationsCommand({ Bucket: source, ContinuationToken }));
    const first = await list();
    expect(first.IsTruncated).to.equal(true);
    expect(first.InventoryConfigurationList).to.have.length(100);
    const second = await list(first.NextContinuationToken);
    expect(second.IsTruncated).to.equal(false);
    expect(second.InventoryConfigurationList?.map(({ Id }) => Id)).to.deep.equal(["id-100"]);
    const target = { Bucket: source, Id: "id-100" };
    await s3.send(new DeleteBucketInventoryConfigurationCommand(target));
    for (const command of [
      new GetBucketInventoryConfigurationCommand(target),
      new DeleteBucketInventoryConfigurationCommand(target),
    ]) {
      expect(
        await failureOf(s3.send(command as GetBucketInventoryConfigurationCommand)),
      ).to.include({ code: "NoSuchConfiguration", status: 404 });
    }
  });

  const mistakes: {
    title: string;
    overrides?: object;
    place?: object;
    id?: string;
    code: string;
    message?: string;
    status?: number;
  }[] = [
    {
      title: "an unknown frequency",
      overrides: { Schedule: { Frequency: "Hourly" } },
      code: "MalformedXML",
    },
    { title: "an unknown field", overrides: { OptionalFields: ["Colour"] }, code: "MalformedXML" },
    {
      title: "unknown versions",
      overrides: { IncludedObjectVersions: "Some" },
      code: "MalformedXML",
    },
    { title: "an unknown format", place: { Format: "JSON" }, code: "MalformedXML" },
    { title: "an encryption of no kind", place: { Encryption: {} }, code: "MalformedXML" },
    {
      title: "another id in the document",
      id: "weekly",
      code: "IdMismatch",
      message: "Document ID does not match the specified configuration ID.",
    },
    {
      title: "an id with other characters",
      overrides: { Id: "a&b" },
      id: "a&b",
      code: "InvalidConfigurationId",
    },
    {
      title: "a bucket name in the place of an ARN",
      place: { Bucket: "lists" },
      code: "InvalidS3DestinationBucket",
      message: "Invalid bucket ARN.",
    },
    {
      title: "a bucket ARN with an account",
      place: { Bucket: `arn:aws:s3::${SOURCE_ID}:lists` },
      code: "InvalidS3DestinationBucket",
      message: "Bucket ARN should not specify a namespace.",
    },
    { title: "ORC", place: { Format: "ORC" }, code: "NotImplemented", status: 501 },
    {
      title: "a field that the sandbox knows nothing of",
      overrides: { OptionalFields: ["ObjectLockEventHoldStatus"] },
      code: "NotImplemented",
      status: 501,
    },
  ];
  for (const { title, overrides, place, id = "daily", code, message, status = 400 } of mistakes) {
    it(`refuses ${title}`, async () => {
      const failure = await failureOf(
        s3.send(
          new PutBucketInventoryConfigurationCommand({
            Bucket: source,
            Id: id,
            InventoryConfiguration: configuration(overrides, place),
          }),
        ),
      );
      expect(failure).to.include({ code, status });
      if (message !== undefined) expect(failure.message).to.equal(message);
    });
  }
});
