import {
  AddTagsCommand,
  CreateTrailCommand,
  DeleteTrailCommand,
  DescribeTrailsCommand,
  GetTrailCommand,
  GetTrailStatusCommand,
  ListTagsCommand,
  ListTrailsCommand,
  LookupEventsCommand,
  RemoveTagsCommand,
  StartLoggingCommand,
  StopLoggingCommand,
  UpdateTrailCommand,
} from "@aws-sdk/client-cloudtrail";
import { CreateKeyCommand, DisableKeyCommand } from "@aws-sdk/client-kms";
import { CreateBucketCommand, PutBucketPolicyCommand } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { failureOf } from "../helpers/aws-failure";
import { useSandboxWithManualClock } from "../helpers/sandbox";
import {
  makeTrailBucket,
  MINUTE_MS,
  SOURCE,
  startTrail,
  trailArn,
  trailBucketPolicy,
} from "./trail-files";

const BUCKET = "all-logs";
const NAMES = ["one", "two", "three", "four", "five", "six", "moved", "locked"];

describe("Trails", () => {
  const sandbox = useSandboxWithManualClock();
  const trails = () => sandbox().cloudtrail();
  const create = (settings: Partial<ConstructorParameters<typeof CreateTrailCommand>[0]> = {}) =>
    trails().send(new CreateTrailCommand({ Name: "one", S3BucketName: BUCKET, ...settings }));
  const remove = (Name: string) => trails().send(new DeleteTrailCommand({ Name }));

  before(() =>
    makeTrailBucket(
      sandbox().s3(),
      BUCKET,
      NAMES.map((name) => trailArn(name)),
    ),
  );

  it("are made, read, listed, changed and deleted", async () => {
    const made = await create({ S3KeyPrefix: "", EnableLogFileValidation: true });
    expect(made).to.include({
      Name: "one",
      S3BucketName: BUCKET,
      TrailARN: trailArn("one"),
      IncludeGlobalServiceEvents: true,
      IsMultiRegionTrail: false,
      LogFileValidationEnabled: true,
      IsOrganizationTrail: false,
    });
    const { Trail } = await trails().send(new GetTrailCommand({ Name: trailArn("one") }));
    expect(Trail).to.include({ HomeRegion: "eu-west-1", HasCustomEventSelectors: false });
    await trails().send(new UpdateTrailCommand({ Name: "one", IsMultiRegionTrail: true }));
    const elsewhere = sandbox().cloudtrail("source", { region: "us-east-1" });
    const seen = await elsewhere.send(new DescribeTrailsCommand({}));
    expect(seen.trailList?.map(({ Name }) => Name)).to.deep.equal(["one"]);
    const own = await elsewhere.send(new DescribeTrailsCommand({ includeShadowTrails: false }));
    expect(own.trailList).to.deep.equal([]);
    const byName = await elsewhere.send(new GetTrailCommand({ Name: "one" }));
    expect(byName.Trail?.TrailARN).to.equal(trailArn("one"));
    const change = elsewhere.send(new UpdateTrailCommand({ Name: trailArn("one") }));
    expect((await failureOf(change)).code).to.equal("InvalidHomeRegionException");
    const { Trails } = await elsewhere.send(new ListTrailsCommand({}));
    expect(Trails).to.deep.equal([
      { TrailARN: trailArn("one"), Name: "one", HomeRegion: "eu-west-1" },
    ]);
    await remove("one");
    expect(await failureOf(trails().send(new GetTrailCommand({ Name: "one" })))).to.include({
      code: "TrailNotFoundException",
      status: 400,
      message: `Unknown trail: ${trailArn("one")} for the user: ${SOURCE}`,
    });
  });

  it("start and stop, and tell since when", async () => {
    await create();
    const status = () => trails().send(new GetTrailStatusCommand({ Name: "one" }));
    expect(await status()).to.deep.include({ IsLogging: false, TimeLoggingStarted: "" });
    await trails().send(new StartLoggingCommand({ Name: "one" }));
    expect(await status()).to.deep.include({
      IsLogging: true,
      StartLoggingTime: new Date(sandbox().clock.nowEpochMs()),
    });
    sandbox().clock.advance(MINUTE_MS);
    await trails().send(new StopLoggingCommand({ Name: "one" }));
    expect(await status()).to.deep.include({
      IsLogging: false,
      StopLoggingTime: new Date(sandbox().clock.nowEpochMs()),
      TimeLoggingStopped: "2026-07-30T12:01:00Z",
    });
    await remove("one");
  });

  it("have names by AWS's rules, one of each, and five in a Region", async () => {
    const wrong = ["ab", "a".repeat(129), "a b", "-abc", "abc.", "a..b", "192.168.5.4"];
    for (const Name of wrong) {
      expect((await failureOf(create({ Name }))).code, Name).to.equal("InvalidTrailNameException");
    }
    const odd = trails().send(new GetTrailCommand({ Name: "arn:aws:s3:::x" }));
    expect((await failureOf(odd)).code).to.equal("CloudTrailARNInvalidException");
    const five = NAMES.slice(0, 5);
    for (const Name of five) await create({ Name });
    expect(await failureOf(create())).to.include({
      code: "TrailAlreadyExistsException",
      message: `Trail one already exists for customer: ${SOURCE}`,
    });
    expect((await failureOf(create({ Name: "six" }))).code).to.equal(
      "MaximumNumberOfTrailsExceededException",
    );
    for (const name of five) await remove(name);
  });

  it("are refused a bucket that is not there, or that does not let CloudTrail in", async () => {
    expect(await failureOf(create({ S3BucketName: "no-such-logs" }))).to.include({
      code: "S3BucketDoesNotExistException",
      message: "S3 bucket no-such-logs does not exist!",
    });
    expect((await failureOf(create({ S3BucketName: "X" }))).code).to.equal(
      "InvalidS3BucketNameException",
    );
    const Bucket = "narrow-logs";
    const s3 = sandbox().s3();
    await s3.send(
      new CreateBucketCommand({
        Bucket,
        CreateBucketConfiguration: { LocationConstraint: "eu-west-1" },
      }),
    );
    const refusal = {
      code: "InsufficientS3BucketPolicyException",
      message: `Incorrect S3 bucket policy is detected for bucket: ${Bucket}`,
    };
    expect(await failureOf(create({ S3BucketName: Bucket }))).to.include(refusal);
    // Of another trail, and under another prefix.
    const policies = [
      trailBucketPolicy(Bucket, [trailArn("two")]),
      trailBucketPolicy(Bucket, [trailArn("one")], "team/"),
    ];
    for (const Policy of policies) {
      await s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
      expect(await failureOf(create({ S3BucketName: Bucket }))).to.include(refusal);
    }
    await create({ S3BucketName: Bucket, S3KeyPrefix: "team" });
    await remove("one");
  });

  it("are refused a key that is not there, not enabled, or not open to CloudTrail", async () => {
    const kms = sandbox().kms();
    const missing = trailArn("x").replace(/cloudtrail.*/, `kms:eu-west-1:${SOURCE}:key/none`);
    expect((await failureOf(create({ KmsKeyId: missing }))).code).to.equal(
      "KmsKeyNotFoundException",
    );
    const { KeyMetadata: closed } = await kms.send(new CreateKeyCommand({}));
    expect((await failureOf(create({ KmsKeyId: closed?.KeyId }))).code).to.equal(
      "InsufficientEncryptionPolicyException",
    );
    const Policy = JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Principal: { AWS: SOURCE }, Action: "kms:*", Resource: "*" },
        {
          Effect: "Allow",
          Principal: { Service: "cloudtrail.amazonaws.com" },
          Action: "kms:GenerateDataKey*",
          Resource: "*",
        },
      ],
    });
    const { KeyMetadata: open } = await kms.send(new CreateKeyCommand({ Policy }));
    await create({ KmsKeyId: open?.KeyId });
    const { Trail } = await trails().send(new GetTrailCommand({ Name: "one" }));
    expect(Trail?.KmsKeyId).to.equal(open?.Arn);
    await remove("one");
    await kms.send(new DisableKeyCommand({ KeyId: open?.KeyId }));
    expect((await failureOf(create({ KmsKeyId: open?.KeyId }))).code).to.equal("KmsException");
  });

  it("have tags, which policies can ask for", async () => {
    await create({ TagsList: [{ Key: "team", Value: "blue" }] });
    const ResourceId = trailArn("one");
    await trails().send(new AddTagsCommand({ ResourceId, TagsList: [{ Key: "a", Value: "1" }] }));
    await trails().send(new RemoveTagsCommand({ ResourceId, TagsList: [{ Key: "team" }] }));
    const { ResourceTagList } = await trails().send(
      new ListTagsCommand({ ResourceIdList: [ResourceId] }),
    );
    expect(ResourceTagList).to.deep.equal([{ ResourceId, TagsList: [{ Key: "a", Value: "1" }] }]);
    const bad = new AddTagsCommand({ ResourceId, TagsList: [{ Key: "aws:x", Value: "1" }] });
    expect((await failureOf(trails().send(bad))).code).to.equal("InvalidTagParameterException");
    const many = Array.from({ length: 50 }, (_, index) => ({ Key: `k${index}`, Value: "" }));
    const tooMany = trails().send(new AddTagsCommand({ ResourceId, TagsList: many }));
    expect((await failureOf(tooMany)).code).to.equal("TagsLimitExceededException");
    await remove("one");
  });

  it("refuse by name what nothing stands behind", async () => {
    const settings = [
      { SnsTopicName: "told" },
      { CloudWatchLogsLogGroupArn: "arn:aws:logs:eu-west-1:111111111111:log-group:x:*" },
      { IsOrganizationTrail: true },
    ];
    for (const one of settings) {
      const failure = await failureOf(create(one));
      expect(failure.code).to.equal("NotImplemented");
      expect(failure.message).to.contain(Object.keys(one)[0]);
    }
    const lookUp = trails().send(new LookupEventsCommand({}));
    expect(await failureOf(lookUp)).to.include({ code: "NotImplemented", status: 501 });
  });

  it("do not belong to other accounts", async () => {
    const { arn } = await startTrail(sandbox(), "locked");
    const theirs = sandbox().cloudtrail("vault", { region: "eu-west-1" });
    for (const command of [
      new GetTrailCommand({ Name: arn }),
      new StopLoggingCommand({ Name: arn }),
      new DeleteTrailCommand({ Name: arn }),
    ]) {
      expect((await failureOf(theirs.send(command as GetTrailCommand))).code).to.match(
        /^(AccessDenied|TrailNotFound)Exception$/,
      );
    }
    await remove("locked");
  });
});
