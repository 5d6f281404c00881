import type {
  AnalyticsConfiguration,
  AnalyticsFilter,
  AnalyticsS3BucketDestination,
  IntelligentTieringConfiguration,
  InventoryConfiguration,
  MetricsConfiguration,
  MetricsFilter,
} from "@aws-sdk/client-s3";
import { isDeepStrictEqual } from "node:util";
import type { HandlerContext } from "../resource-type";
import { allPages } from "./all-pages";
import type { Call } from "./s3-bucket-configurations";
import type {
  CfnAnalytics,
  CfnBucket,
  CfnExportDestination,
  CfnIntelligentTiering,
  CfnInventory,
  CfnMetrics,
  CfnTag,
} from "./s3-bucket-shapes";

/** Configurations of which a bucket has many, each with an id: CloudFormation lists them, S3 takes them one by one. */
interface Listed<Cfn extends { Id: string }, S3> {
  /** As the operations call it: `PutBucket...Configuration`, `ListBucket...Configurations`. */
  readonly noun: string;
  toS3(configuration: Cfn): S3;
  fromS3(configuration: S3): Cfn;
}

const LISTED = {
  AnalyticsConfigurations: {
    noun: "Analytics",
    toS3: ({ Id, Prefix, TagFilters, StorageClassAnalysis }) => ({
      Id,
      Filter: filterToS3({ Prefix, TagFilters }) as AnalyticsFilter | undefined,
      StorageClassAnalysis: {
        DataExport:
          StorageClassAnalysis.DataExport === undefined
            ? undefined
            : {
                OutputSchemaVersion: StorageClassAnalysis.DataExport.OutputSchemaVersion,
                Destination: {
                  S3BucketDestination: analysisDestination(
                    StorageClassAnalysis.DataExport.Destination,
                  ),
                },
              },
      },
    }),
    fromS3: ({ Id = "", Filter, StorageClassAnalysis }) => {
      const to = StorageClassAnalysis?.DataExport?.Destination?.S3BucketDestination;
      return {
        Id,
        ...filterFromS3(Filter),
        StorageClassAnalysis: {
          DataExport:
            to === undefined
              ? undefined
              : {
                  OutputSchemaVersion: "V_1",
                  Destination: {
                    BucketArn: to.Bucket ?? "",
                    BucketAccountId: to.BucketAccountId,
                    Format: to.Format ?? "CSV",
                    Prefix: to.Prefix,
                  },
                },
        },
      };
    },
  } satisfies Listed<CfnAnalytics, AnalyticsConfiguration>,
  IntelligentTieringConfigurations: {
    noun: "IntelligentTiering",
    toS3: ({ Id, Status, Tierings, ...filter }) => ({
      Id,
      Status,
      Tierings,
      Filter: filterToS3(filter),
    }),
    fromS3: ({ Id = "", Status = "Enabled", Tierings, Filter }) => ({
      Id,
      Status,
      Tierings: (Tierings ?? []) as CfnIntelligentTiering["Tierings"],
      ...filterFromS3(Filter),
    }),
  } satisfies Listed<CfnIntelligentTiering, IntelligentTieringConfiguration>,
  InventoryConfigurations: {
    noun: "Inventory",
    toS3: ({ Id, Destination, Enabled, Prefix, ScheduleFrequency, ...same }) => ({
      Id,
      IsEnabled: Enabled,
      IncludedObjectVersions: same.IncludedObjectVersions,
      OptionalFields: same.OptionalFields as InventoryConfiguration["OptionalFields"],
      Schedule: { Frequency: ScheduleFrequency },
      Filter: Prefix === undefined ? undefined : { Prefix },
      Destination: {
        S3BucketDestination: {
          Bucket: Destination.BucketArn,
          AccountId: Destination.BucketAccountId,
          Format: Destination.Format,
          Prefix: Destination.Prefix,
        },
      },
    }),
    fromS3: ({ Id = "", IsEnabled, Filter, Schedule, Destination, ...same }) => {
      const to = Destination?.S3BucketDestination;
      return {
        Id,
        Enabled: IsEnabled ?? false,
        IncludedObjectVersions: same.IncludedObjectVersions ?? "All",
        OptionalFields: same.OptionalFields,
        ScheduleFrequency: Schedule?.Frequency ?? "Daily",
        Prefix: Filter?.Prefix,
        Destination: {
          BucketArn: to?.Bucket ?? "",
          BucketAccountId: to?.AccountId,
          Format: to?.Format ?? "CSV",
          Prefix: to?.Prefix,
        },
      };
    },
  } satisfies Listed<CfnInventory, InventoryConfiguration>,
  MetricsConfigurations: {
    noun: "Metrics",
    toS3: ({ Id, ...filter }) => ({
      Id,
      Filter: filterToS3(filter) as MetricsFilter | undefined,
    }),
    fromS3: ({ Id = "", Filter }) => ({ Id, ...filterFromS3(Filter) }),
  } satisfies Listed<CfnMetrics, MetricsConfiguration>,
} as const;

type ListedName = keyof typeof LISTED;

export const LISTED_NAMES = Object.keys(LISTED) as ListedName[];

/** One of the lists with its own types forgotten: the schema has checked them. */
const listed = (name: ListedName): Listed<{ Id: string }, object> =>
  LISTED[name] as unknown as Listed<{ Id: string }, object>;

/** What S3 is told to come from one state of the lists to another. */
export function listedChanges(before: CfnBucket, after: CfnBucket): Call[] {
  return LISTED_NAMES.flatMap((name) => {
    const { noun, toS3 } = listed(name);
    const had: readonly { Id: string }[] = before[name] ?? [];
    const wanted: readonly { Id: string }[] = after[name] ?? [];
    const gone = had.filter(({ Id }) => !wanted.some((other) => other.Id === Id));
    const changed = wanted.filter((one) => !had.some((other) => isDeepStrictEqual(other, one)));
    return [
      ...gone.map(({ Id }): Call => [`DeleteBucket${noun}Configuration`, { Id }]),
      ...changed.map((one): Call => [
        `PutBucket${noun}Configuration`,
        { Id: one.Id, [`${noun}Configuration`]: toS3(one) },
      ]),
    ];
  });
}

/** All the lists of a bucket; empty ones are left out. */
export function readListed(bucket: string, context: HandlerContext): Partial<CfnBucket> {
  return Object.fromEntries(
    LISTED_NAMES.flatMap((name) => {
      const { noun, fromS3 } = listed(name);
      const all = allPages<Readonly<Record<string, unknown>>, object>(
        (ContinuationToken) =>
          context.call("s3", `ListBucket${noun}Configurations`, {
            Bucket: bucket,
            ContinuationToken,
          }),
        (page) => ({
          items: page[`${noun}ConfigurationList`] as object[] | undefined,
          next: page["NextContinuationToken"] as string | undefined,
        }),
      );
      return all.length === 0 ? [] : [[name, all.map(fromS3)]];
    }),
  );
}

interface CfnFilter {
  Prefix?: string;
  TagFilters?: CfnTag[];
  AccessPointArn?: string;
}

/** As S3 has it: one thing by itself, several under `And`. */
interface S3Filter {
  Prefix?: string;
  Tag?: { Key: string | undefined; Value: string | undefined };
  AccessPointArn?: string;
  And?: {
    Prefix?: string;
    Tags?: { Key: string | undefined; Value: string | undefined }[];
    AccessPointArn?: string;
  };
}

/** Only what is there: the filters of S3 are unions of one member each. */
function filterToS3({ Prefix, TagFilters = [], AccessPointArn }: CfnFilter): S3Filter | undefined {
  const plain = {
    ...(Prefix === undefined ? {} : { Prefix }),
    ...(AccessPointArn === undefined ? {} : { AccessPointArn }),
  };
  const [tag, ...moreTags] = TagFilters;
  const plainCount = Object.keys(plain).length;
  if (plainCount + TagFilters.length > 1) {
    return { And: { ...plain, ...(tag === undefined ? {} : { Tags: [tag, ...moreTags] }) } };
  }
  if (tag !== undefined) return { Tag: tag };
  return plainCount === 0 ? undefined : plain;
}

const analysisDestination = (to: CfnExportDestination): AnalyticsS3BucketDestination => ({
  Bucket: to.BucketArn,
  BucketAccountId: to.BucketAccountId,
  Format: to.Format as AnalyticsS3BucketDestination["Format"],
  Prefix: to.Prefix,
});

function filterFromS3(filter: object | undefined): CfnFilter {
  const { Prefix, Tag, AccessPointArn, And } = (filter ?? {}) as S3Filter;
  const tags = And?.Tags ?? (Tag === undefined ? [] : [Tag]);
  return {
    Prefix: Prefix ?? And?.Prefix,
    AccessPointArn: AccessPointArn ?? And?.AccessPointArn,
    TagFilters:
      tags.length === 0 ? undefined : tags.map(({ Key = "", Value = "" }) => ({ Key, Value })),
  };
}
