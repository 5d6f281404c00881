/**
 * Configurations of which a bucket has many.
 * Evidence: recorded from AWS of metrics (pages, error) and inventory (error); the pages of the others documented ("does not
 * return more than 100 configurations at a time").
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBucketAnalyticsConfigurations.html
 */

import {
  CreateBucketCommand,
  GetBucketInventoryConfigurationCommand,
  GetBucketMetricsConfigurationCommand,
  ListBucketAnalyticsConfigurationsCommand,
  ListBucketIntelligentTieringConfigurationsCommand,
  ListBucketMetricsConfigurationsCommand,
  PutBucketAnalyticsConfigurationCommand,
  PutBucketIntelligentTieringConfigurationCommand,
  PutBucketMetricsConfigurationCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { failureOf } from "../../helpers/aws-failure";
import { useSandbox } from "../../helpers/sandbox";

describe("configurations of which a bucket has many", () => {
  const sandbox = useSandbox();
  const Bucket = "answers-of-configurations";
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

  it("that are not there: the bucket is not named", async () => {
    for (const request of [
      s3.send(new GetBucketMetricsConfigurationCommand({ Bucket, Id: "none" })),
      s3.send(new GetBucketInventoryConfigurationCommand({ Bucket, Id: "none" })),
    ]) {
      const refused = await failureOf(request);
      expect(refused).to.include({ code: "NoSuchConfiguration", status: 404 });
      expect(refused.error).to.not.have.property("BucketName");
    }
  });

  it("come in pages of 100", async () => {
    const ids = Array.from({ length: 101 }, (_, index) => `id-${String(index).padStart(3, "0")}`);
    for (const Id of ids) {
      await s3.send(
        new PutBucketMetricsConfigurationCommand({ Bucket, Id, MetricsConfiguration: { Id } }),
      );
      await s3.send(
        new PutBucketAnalyticsConfigurationCommand({
          Bucket,
          Id,
          AnalyticsConfiguration: { Id, StorageClassAnalysis: {} },
        }),
      );
      await s3.send(
        new PutBucketIntelligentTieringConfigurationCommand({
          Bucket,
          Id,
          IntelligentTieringConfiguration: {
            Id,
            Status: "Enabled",
            Tierings: [{ Days: 90, AccessTier: "ARCHIVE_ACCESS" }],
          },
        }),
      );
    }
    const metrics = async (ContinuationToken?: string) => {
      const request = new ListBucketMetricsConfigurationsCommand({ Bucket, ContinuationToken });
      const { MetricsConfigurationList: list, ...page } = await s3.send(request);
      return { list, page };
    };
    const analytics = async (ContinuationToken?: string) => {
      const request = new ListBucketAnalyticsConfigurationsCommand({ Bucket, ContinuationToken });
      const { AnalyticsConfigurationList: list, ...page } = await s3.send(request);
      return { list, page };
    };
    const tiering = async (ContinuationToken?: string) => {
      const request = new ListBucketIntelligentTieringConfigurationsCommand({
        Bucket,
        ContinuationToken,
      });
      const { IntelligentTieringConfigurationList: list, ...page } = await s3.send(request);
      return { list, page };
    };
    for (const list of [metrics, analytics, tiering]) {
      const first = await list();
      expect(first.list?.map((one) => one.Id)).to.deep.equal(ids.slice(0, 100));
      expect(first.page.IsTruncated).to.equal(true);
      const token = first.page.NextContinuationToken;
      const second = await list(token);
      expect(second.list?.map((one) => one.Id)).to.deep.equal(ids.slice(100));
      expect(second.page).to.include({ IsTruncated: false, ContinuationToken: token });
      expect(await failureOf(list("no token"))).to.include({ code: "InvalidArgument" });
    }
  });
});
