import {
  CreateBucketCommand,
  GetBucketLifecycleConfigurationCommand,
  PutBucketLifecycleConfigurationCommand,
  type LifecycleRule,
  type LifecycleRuleFilter,
  type S3Client,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { failureOf } from "../../helpers/aws-failure";
import { useSandbox } from "../../helpers/sandbox";

/** Texts that were seen of AWS. */
describe("S3 lifecycle rules that S3 does not take", () => {
  const sandbox = useSandbox();
  const Bucket = "ruled";
  let s3: S3Client;

  before(async () => {
    s3 = sandbox().s3("source");
    await s3.send(
      new CreateBucketCommand({
        Bucket,
        CreateBucketConfiguration: { LocationConstraint: "eu-west-1" },
      }),
    );
  });

  const put = (Rules: readonly Partial<LifecycleRule>[]) =>
    s3.send(
      new PutBucketLifecycleConfigurationCommand({
        Bucket,
        LifecycleConfiguration: {
          Rules: Rules.map((rule) => ({ Status: "Enabled" as const, ...rule })),
        },
      }),
    );

  const days = { Expiration: { Days: 1 } };
  const filtered = (Filter: LifecycleRuleFilter): Partial<LifecycleRule> => ({ Filter, ...days });
  const cases: { title: string; rules: Partial<LifecycleRule>[]; message: string }[] = [
    {
      title: "a filter after a prefix of the rule itself",
      rules: [
        { Prefix: "a", ...days },
        { Filter: { Prefix: "b" }, ...days },
      ],
      message: "Filter element can only be used in Lifecycle V2.",
    },
    {
      title: "a prefix of the rule itself after a filter",
      rules: [
        { Filter: { Prefix: "a" }, ...days },
        { Prefix: "b", ...days },
      ],
      message:
        "Base level prefix cannot be used in Lifecycle V2, prefixes are only supported in the Filter.",
    },
    {
      title: "newer versions to keep without a filter",
      rules: [
        {
          Prefix: "",
          NoncurrentVersionExpiration: { NoncurrentDays: 1, NewerNoncurrentVersions: 2 },
        },
      ],
      message: "NewerNoncurrentVersions element can only be used in Lifecycle V2.",
    },
    {
      title: "overlapping prefixes of the rules themselves",
      rules: [
        { Prefix: "", ...days },
        { Prefix: "a", Expiration: { Days: 2 } },
      ],
      message: "Found overlapping prefixes '' and 'a' for same action type 'Expiration'",
    },
    {
      title: "an upper bound of no bytes",
      rules: [filtered({ ObjectSizeLessThan: 0 })],
      message: "'ObjectSizeLessThan' should be between 1 and 1099511627776000.",
    },
    {
      title: "bounds that leave nothing between them",
      rules: [filtered({ And: { ObjectSizeGreaterThan: 5, ObjectSizeLessThan: 5 } })],
      message: "'ObjectSizeLessThan' has to be a value greater than 'ObjectSizeGreaterThan'.",
    },
    {
      title: "uploads by size",
      rules: [
        {
          Filter: { ObjectSizeGreaterThan: 5 },
          AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
        },
      ],
      message: "AbortIncompleteMultipartUpload cannot be specified with Object Size.",
    },
    {
      title: "expired delete markers by size",
      rules: [
        {
          Filter: { ObjectSizeGreaterThan: 5 },
          Expiration: { ExpiredObjectDeleteMarker: true },
        },
      ],
      message: "ExpiredObjectDeleteMarker cannot be specified with Object Size.",
    },
    {
      title: "one class twice",
      rules: [
        {
          Filter: { Prefix: "" },
          Transitions: [
            { Days: 1, StorageClass: "GLACIER" },
            { Days: 2, StorageClass: "GLACIER" },
          ],
        },
      ],
      message:
        "'StorageClass' must be different for 'Transition' actions in same 'Rule' with filter '(prefix=)'",
    },
  ];
  for (const { title, rules, message } of cases) {
    it(title, async () => {
      expect(await failureOf(put(rules))).to.include({
        code: "InvalidRequest",
        status: 400,
        message,
      });
    });
  }

  it("one condition alone in And", async () => {
    expect(await failureOf(put([filtered({ And: { Prefix: "a" } })]))).to.include({
      code: "MalformedXML",
    });
  });

  it("but filters that overlap are taken, and so are prefixes of rules with other actions", async () => {
    await put([filtered({ Prefix: "" }), filtered({ Prefix: "a" })]);
    await put([
      { Prefix: "", ...days },
      { Prefix: "a", Transitions: [{ Days: 0, StorageClass: "GLACIER" }] },
    ]);
    const { Rules } = await s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }));
    expect(Rules?.map(({ Prefix }) => Prefix)).to.deep.equal(["", "a"]);
    const id = Buffer.from(Rules?.[0]?.ID ?? "", "base64").toString();
    expect(id).to.match(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  });
});
