import {
  GetEventSelectorsCommand,
  PutEventSelectorsCommand,
  type AdvancedFieldSelector,
  type EventSelector,
} from "@aws-sdk/client-cloudtrail";
import { CreateKeyCommand, DescribeKeyCommand } from "@aws-sdk/client-kms";
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { failureOf } from "../helpers/aws-failure";
import { useSandboxWithManualClock } from "../helpers/sandbox";
import { LogReader, startTrail, trailArn } from "./trail-files";

const OBJECTS: AdvancedFieldSelector[] = [
  { Field: "eventCategory", Equals: ["Data"] },
  { Field: "resources.type", Equals: ["AWS::S3::Object"] },
];

describe("Event selectors", () => {
  const sandbox = useSandboxWithManualClock();
  const TrailName = "choosy";
  const put = (
    selectors: Omit<ConstructorParameters<typeof PutEventSelectorsCommand>[0], "TrailName">,
  ) =>
    sandbox()
      .cloudtrail()
      .send(new PutEventSelectorsCommand({ TrailName, ...selectors }));
  const putBasic = (...EventSelectors: EventSelector[]) => put({ EventSelectors });
  const putAdvanced = (...FieldSelectors: AdvancedFieldSelector[]) =>
    put({ AdvancedEventSelectors: [{ FieldSelectors }] });
  let logs: LogReader;
  let keyId: string | undefined;

  before(async () => {
    const { bucket } = await startTrail(sandbox(), TrailName, { RecursiveLogging: false });
    logs = new LogReader(sandbox(), bucket);
    for (const Bucket of ["first", "second"].map((name) => `${name}-things`)) {
      await sandbox()
        .s3()
        .send(
          new CreateBucketCommand({
            Bucket,
            CreateBucketConfiguration: { LocationConstraint: "eu-west-1" },
          }),
        );
    }
    keyId = (await sandbox().kms().send(new CreateKeyCommand({}))).KeyMetadata?.KeyId;
  });

  /** The events of the same calls each time: their names, with the bucket and key of objects. */
  async function recorded(): Promise<readonly string[]> {
    const startCount = (await logs.events()).length;
    const s3 = sandbox().s3();
    await s3.send(new PutObjectCommand({ Bucket: "first-things", Key: "in/x", Body: "x" }));
    await s3.send(new GetObjectCommand({ Bucket: "first-things", Key: "in/x" }));
    await s3.send(new DeleteObjectCommand({ Bucket: "first-things", Key: "out/x.tmp" }));
    await s3.send(new PutObjectCommand({ Bucket: "second-things", Key: "in/y", Body: "x" }));
    await s3.send(new GetBucketVersioningCommand({ Bucket: "first-things" }));
    await sandbox()
      .kms()
      .send(new DescribeKeyCommand({ KeyId: keyId }));
    const events = (await logs.events()).slice(startCount);
    return events
      .filter(({ requestParameters }) => requestParameters?.["bucketName"] !== `${TrailName}-logs`)
      .filter(({ eventName }) => eventName !== "PutEventSelectors")
      .map(({ eventName, requestParameters }) => {
        const { bucketName, key } = requestParameters ?? {};
        return key === undefined ? eventName : `${eventName} ${String(bucketName)}/${String(key)}`;
      });
  }

  it("are all management events and no data events of a new trail", async () => {
    const shown = await sandbox().cloudtrail().send(new GetEventSelectorsCommand({ TrailName }));
    expect(shown).to.deep.include({
      TrailARN: trailArn(TrailName),
      EventSelectors: [
        {
          ReadWriteType: "All",
          IncludeManagementEvents: true,
          DataResources: [],
          ExcludeManagementEventSources: [],
        },
      ],
    });
    expect(await recorded()).to.deep.equal(["GetBucketVersioning", "DescribeKey"]);
  });

  it("take a prefix of a bucket, writes or reads alone, and leave KMS out", async () => {
    const Type = "AWS::S3::Object";
    await putBasic({
      ReadWriteType: "WriteOnly",
      IncludeManagementEvents: true,
      DataResources: [{ Type, Values: ["arn:aws:s3:::first-things/in/"] }],
    });
    expect(await recorded()).to.deep.equal(["PutObject first-things/in/x"]);
    await putBasic({
      ReadWriteType: "ReadOnly",
      IncludeManagementEvents: true,
      ExcludeManagementEventSources: ["kms.amazonaws.com"],
      DataResources: [{ Type, Values: ["arn:aws:s3:::first-things/"] }],
    });
    expect(await recorded()).to.deep.equal(["GetObject first-things/in/x", "GetBucketVersioning"]);
    await putBasic({
      IncludeManagementEvents: false,
      DataResources: [{ Type, Values: ["arn:aws:s3"] }],
    });
    expect(await recorded()).to.have.length(4);
  });

  it("of the advanced kind join fields by and, values by or, and leave out first", async () => {
    await putAdvanced(...OBJECTS, { Field: "eventName", Equals: ["PutObject", "DeleteObject"] });
    expect(await recorded()).to.deep.equal([
      "PutObject first-things/in/x",
      "DeleteObject first-things/out/x.tmp",
      "PutObject second-things/in/y",
    ]);
    await putAdvanced(
      ...OBJECTS,
      { Field: "readOnly", Equals: ["false"] },
      {
        Field: "resources.ARN",
        StartsWith: ["arn:aws:s3:::first-things/"],
        NotEndsWith: [".tmp"],
      },
    );
    expect(await recorded()).to.deep.equal(["PutObject first-things/in/x"]);
    await putAdvanced(...OBJECTS, {
      Field: "resources.ARN",
      NotStartsWith: ["arn:aws:s3:::first-things/"],
    });
    expect(await recorded()).to.deep.equal(["PutObject second-things/in/y"]);
    await putAdvanced(...OBJECTS, {
      Field: "resources.ARN",
      EndsWith: ["y"],
      NotEquals: ["arn:aws:s3:::second-things/in/y"],
    });
    expect(await recorded()).to.deep.equal([]);
    await putAdvanced(
      { Field: "eventCategory", Equals: ["Management"] },
      { Field: "eventSource", NotEquals: ["kms.amazonaws.com"] },
    );
    expect(await recorded()).to.deep.equal(["GetBucketVersioning"]);
    const shown = await sandbox().cloudtrail().send(new GetEventSelectorsCommand({ TrailName }));
    expect(shown.EventSelectors).to.equal(undefined);
    expect(shown.AdvancedEventSelectors).to.have.length(1);
  });

  it("are refused when they are malformed", async () => {
    const Type = "AWS::S3::Object";
    const basic: EventSelector[] = [
      { ReadWriteType: "Some" as "All", IncludeManagementEvents: true },
      { IncludeManagementEvents: false },
      { DataResources: [{ Type: "AWS::S3::Bucket", Values: ["arn:aws:s3"] }] },
      { DataResources: [{ Type, Values: ["arn:aws:s3:::first-things"] }] },
      { ExcludeManagementEventSources: ["s3.amazonaws.com"] },
      {
        DataResources: [
          { Type, Values: Array.from({ length: 251 }, (_, at) => `arn:aws:s3:::bucket-${at}/`) },
        ],
      },
    ];
    for (const selector of basic) {
      const failure = await failureOf(putBasic(selector));
      expect(failure.code, JSON.stringify(selector)).to.equal("InvalidEventSelectorsException");
    }
    const advanced: AdvancedFieldSelector[][] = [
      [],
      [{ Field: "eventCategory", Equals: ["Data"] }],
      [{ Field: "eventCategory", Equals: ["Insight"] }],
      [{ Field: "eventCategory", StartsWith: ["Data"] }],
      [...OBJECTS, { Field: "readOnly", Equals: ["yes"] }],
      [...OBJECTS, { Field: "eventName" }],
      [...OBJECTS, { Field: "awsRegion", Equals: ["eu-west-1"] }],
      [...OBJECTS, { Field: "eventName", Equals: ["a"] }, { Field: "eventName", Equals: ["b"] }],
      [
        { Field: "eventCategory", Equals: ["Management"] },
        { Field: "eventSource", Equals: ["kms.amazonaws.com"] },
      ],
      [
        ...OBJECTS,
        { Field: "eventName", Equals: Array.from({ length: 501 }, (_, at) => `Event${at}`) },
      ],
    ];
    for (const fields of advanced) {
      const failure = await failureOf(putAdvanced(...fields));
      expect(failure.code, JSON.stringify(fields)).to.equal("InvalidEventSelectorsException");
    }
    expect((await failureOf(put({}))).code).to.equal("InvalidEventSelectorsException");
    const network = putAdvanced({ Field: "eventCategory", Equals: ["NetworkActivity"] });
    expect((await failureOf(network)).code).to.equal("NotImplemented");
  });
});
