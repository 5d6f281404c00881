import { CreateBucketCommand, GetBucketTaggingCommand } from "@aws-sdk/client-s3";
import {
  ListTagsForResourceCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-s3-control";
import { expect } from "chai";
import { useSandbox } from "./helpers/sandbox";
import { failureOf } from "./helpers/aws-failure";

describe("S3 Control: tags of a bucket by its ARN", () => {
  const sandbox = useSandbox();
  const AccountId = "111111111111";
  const ResourceArn = "arn:aws:s3:::tagged-by-arn";
  const list = async () =>
    (await sandbox().s3control().send(new ListTagsForResourceCommand({ AccountId, ResourceArn })))
      .Tags;

  before(async () => {
    await sandbox()
      .s3()
      .send(
        new CreateBucketCommand({
          Bucket: "tagged-by-arn",
          CreateBucketConfiguration: { LocationConstraint: "eu-west-1" },
        }),
      );
  });

  it("adds, replaces and removes them one by one, and GetBucketTagging shows the same", async () => {
    expect((await list()) ?? []).to.deep.equal([]);
    const control = sandbox().s3control();
    for (const Tags of [
      [
        { Key: "a", Value: "1" },
        { Key: "b", Value: "1" },
      ],
      [{ Key: "a", Value: "2" }],
    ]) {
      await control.send(new TagResourceCommand({ AccountId, ResourceArn, Tags }));
    }
    await control.send(new UntagResourceCommand({ AccountId, ResourceArn, TagKeys: ["b"] }));
    expect(await list()).to.deep.equal([{ Key: "a", Value: "2" }]);
    const { TagSet } = await sandbox()
      .s3()
      .send(new GetBucketTaggingCommand({ Bucket: "tagged-by-arn" }));
    expect(TagSet).to.deep.equal([{ Key: "a", Value: "2" }]);
  });

  it("refuses another account's bucket, a missing one and what is no bucket", async () => {
    const failure = (account: "source" | "vault", accountId: string, arn: string) =>
      failureOf(
        sandbox()
          .s3control(account)
          .send(new ListTagsForResourceCommand({ AccountId: accountId, ResourceArn: arn })),
      );
    expect(await failure("vault", "222222222222", ResourceArn)).to.include({
      code: "AccessDenied",
      status: 403,
    });
    expect(await failure("source", AccountId, "arn:aws:s3:::not-there")).to.include({
      code: "NoSuchBucket",
      status: 404,
    });
    expect(
      await failure("source", AccountId, "arn:aws:s3:eu-west-1:111111111111:accesspoint/x"),
    ).to.include({ code: "NotImplemented", status: 501 });
  });
});
