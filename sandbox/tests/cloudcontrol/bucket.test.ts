import {
  DeleteBucketMetricsConfigurationCommand,
  GetBucketAccelerateConfigurationCommand,
  GetBucketCorsCommand,
  GetBucketInventoryConfigurationCommand,
  ListBucketAnalyticsConfigurationsCommand,
  ListBucketIntelligentTieringConfigurationsCommand,
  ListBucketMetricsConfigurationsCommand,
  PutBucketCorsCommand,
  PutBucketVersioningCommand,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { CloudControl } from "../helpers/cloud-control";
import { useSandboxWithManualClock } from "../helpers/sandbox";

const TYPE = "AWS::S3::Bucket";
const Bucket = "configured";

describe("Cloud Control: every configuration of a bucket", () => {
  const sandbox = useSandboxWithManualClock();
  const control = new CloudControl(
    () => sandbox().cloudcontrol(),
    () => sandbox().clock,
  );
  const s3 = () => sandbox().s3();

  const model = {
    BucketName: Bucket,
    CorsConfiguration: {
      CorsRules: [
        {
          Id: "site",
          AllowedMethods: ["GET", "PUT"],
          AllowedOrigins: ["https://example.com"],
          AllowedHeaders: ["*"],
          ExposedHeaders: ["ETag"],
          MaxAge: 3000,
        },
      ],
    },
    AccelerateConfiguration: { AccelerationStatus: "Enabled" },
    AnalyticsConfigurations: [
      { Id: "all", StorageClassAnalysis: {} },
      { Id: "logs", Prefix: "logs/", StorageClassAnalysis: {} },
    ],
    IntelligentTieringConfigurations: [
      {
        Id: "cold",
        Status: "Enabled",
        TagFilters: [{ Key: "cold", Value: "yes" }],
        Tierings: [{ AccessTier: "ARCHIVE_ACCESS", Days: 90 }],
      },
    ],
    InventoryConfigurations: [
      {
        Id: "daily",
        Enabled: true,
        IncludedObjectVersions: "All",
        OptionalFields: ["Size", "ReplicationStatus"],
        Prefix: "records/",
        ScheduleFrequency: "Daily",
        Destination: { BucketArn: `arn:aws:s3:::${Bucket}`, Format: "CSV", Prefix: "inventory" },
      },
    ],
    MetricsConfigurations: [
      { Id: "both", Prefix: "records/", TagFilters: [{ Key: "a", Value: "1" }] },
      { Id: "whole" },
    ],
  };

  before(async () => {
    const event = await control.create(TYPE, model);
    expect(event.OperationStatus, event.StatusMessage).to.equal("SUCCESS");
  });

  it("is what S3 shows, under S3's names", async () => {
    expect((await s3().send(new GetBucketCorsCommand({ Bucket }))).CORSRules).to.deep.equal([
      {
        ID: "site",
        AllowedMethods: ["GET", "PUT"],
        AllowedOrigins: ["https://example.com"],
        AllowedHeaders: ["*"],
        ExposeHeaders: ["ETag"],
        MaxAgeSeconds: 3000,
      },
    ]);
    const acceleration = await s3().send(new GetBucketAccelerateConfigurationCommand({ Bucket }));
    expect(acceleration.Status).to.equal("Enabled");
    const inventory = await s3().send(
      new GetBucketInventoryConfigurationCommand({ Bucket, Id: "daily" }),
    );
    expect(inventory.InventoryConfiguration).to.deep.include({
      IsEnabled: true,
      Filter: { Prefix: "records/" },
      Schedule: { Frequency: "Daily" },
      IncludedObjectVersions: "All",
    });
    const metrics = await s3().send(new ListBucketMetricsConfigurationsCommand({ Bucket }));
    expect(metrics.MetricsConfigurationList).to.deep.equal([
      { Id: "both", Filter: { And: { Prefix: "records/", Tags: [{ Key: "a", Value: "1" }] } } },
      { Id: "whole" },
    ]);
    const tiering = await s3().send(
      new ListBucketIntelligentTieringConfigurationsCommand({ Bucket }),
    );
    expect(tiering.IntelligentTieringConfigurationList?.[0]?.Filter).to.deep.equal({
      Tag: { Key: "cold", Value: "yes" },
    });
  });

  it("is read back as it was given", async () => {
    const read = await control.read(TYPE, Bucket);
    expect(read).to.deep.include(model);
    expect(read).to.not.have.property("ObjectLockEnabled");
  });

  it("is changed by a patch, one configuration of a list at a time", async () => {
    const event = await control.update(TYPE, Bucket, [
      { op: "remove", path: "/AnalyticsConfigurations/0" },
      { op: "add", path: "/MetricsConfigurations/-", value: { Id: "x~y/z", Prefix: "x/" } },
      { op: "replace", path: "/CorsConfiguration/CorsRules/0/MaxAge", value: 60 },
      { op: "remove", path: "/IntelligentTieringConfigurations" },
      { op: "remove", path: "/AccelerateConfiguration" },
    ]);
    expect(event.OperationStatus, event.StatusMessage).to.equal("SUCCESS");
    const analytics = await s3().send(new ListBucketAnalyticsConfigurationsCommand({ Bucket }));
    expect(analytics.AnalyticsConfigurationList?.map(({ Id }) => Id)).to.deep.equal(["logs"]);
    const metrics = await s3().send(new ListBucketMetricsConfigurationsCommand({ Bucket }));
    expect(metrics.MetricsConfigurationList).to.have.length(3);
    const cors = await s3().send(new GetBucketCorsCommand({ Bucket }));
    expect(cors.CORSRules?.[0]?.MaxAgeSeconds).to.equal(60);
    const read = await control.read(TYPE, Bucket);
    expect(read).to.not.have.property("IntelligentTieringConfigurations");
    expect(read["AccelerateConfiguration"]).to.deep.equal({ AccelerationStatus: "Suspended" });
  });

  it("shows what another API changed, and is put right by the next patch", async () => {
    await s3().send(new DeleteBucketMetricsConfigurationCommand({ Bucket, Id: "whole" }));
    const CORSRules = [{ AllowedMethods: ["GET"], AllowedOrigins: ["*"] }];
    await s3().send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules } }));
    const VersioningConfiguration = { Status: "Enabled" } as const;
    await s3().send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
    const drifted = await control.read(TYPE, Bucket);
    expect(drifted["CorsConfiguration"]).to.deep.equal({ CorsRules: CORSRules });
    expect(drifted["VersioningConfiguration"]).to.deep.equal({ Status: "Enabled" });
    expect(drifted["MetricsConfigurations"]).to.not.deep.include({ Id: "whole" });

    const { CorsConfiguration, MetricsConfigurations } = model;
    const event = await control.update(TYPE, Bucket, [
      { op: "test", path: "/VersioningConfiguration/Status", value: "Enabled" },
      { op: "replace", path: "/CorsConfiguration", value: CorsConfiguration },
      { op: "replace", path: "/MetricsConfigurations", value: MetricsConfigurations },
    ]);
    expect(event.OperationStatus, event.StatusMessage).to.equal("SUCCESS");
    expect(await control.read(TYPE, Bucket)).to.deep.include({
      CorsConfiguration,
      MetricsConfigurations,
    });
  });

  it("fails with S3's own words for what S3 refuses", async () => {
    const event = await control.update(TYPE, Bucket, [
      {
        op: "add",
        path: "/AnalyticsConfigurations/-",
        value: {
          Id: "exported",
          StorageClassAnalysis: {
            DataExport: {
              OutputSchemaVersion: "V_1",
              Destination: { BucketArn: `arn:aws:s3:::${Bucket}`, Format: "CSV" },
            },
          },
        },
      },
    ]);
    expect(event.OperationStatus).to.equal("FAILED");
    expect(event.StatusMessage).to.contain("export of storage class analysis");
  });
});
