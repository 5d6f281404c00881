import type { AdvancedEventSelector, EventSelector } from "@aws-sdk/client-cloudtrail";

/** What a trail writes down, and where. Kept in the words of the AWS SDK where there are some. */
export interface Trail {
  readonly name: string;
  readonly arn: string;
  readonly accountId: string;
  readonly homeRegion: string;
  readonly createdEpochMs: number;
  bucketName: string;
  /** Without a slash at its end. */
  prefix?: string;
  /** As the trail was given it, made whole: always an ARN. */
  kmsKeyArn?: string;
  includesGlobalServices: boolean;
  isMultiRegion: boolean;
  validatesLogFiles: boolean;
  /** Whether CloudTrail's own deliveries are events for this trail too. */
  recordsDeliveries: boolean;
  selectors: TrailSelectors;
  readonly tags: Map<string, string>;
  logging: TrailLogging;
  readonly delivery: TrailDelivery;
}

/** One of the two kinds: a trail has either. */
export type TrailSelectors =
  | { readonly kind: "basic"; readonly selectors: readonly EventSelector[] }
  | { readonly kind: "advanced"; readonly selectors: readonly AdvancedEventSelector[] };

/** Whether a trail writes, and since when. */
export interface TrailLogging {
  readonly isOn: boolean;
  readonly startedEpochMs?: number;
  readonly stoppedEpochMs?: number;
  /** The request that stopped it, which is the last event that the trail has. */
  readonly stoppedByRequestId?: string;
}

/** What became of a trail's files, as GetTrailStatus tells it. */
export interface TrailDelivery {
  attemptEpochMs?: number;
  logEpochMs?: number;
  /** The code of S3 or KMS; absent when the last attempt succeeded. */
  logError?: string;
  digestEpochMs?: number;
  digestError?: string;
}

/** A new trail without selectors of its own logs all management events and no data events. */
export const DEFAULT_SELECTORS: TrailSelectors = {
  kind: "basic",
  selectors: [
    {
      ReadWriteType: "All",
      IncludeManagementEvents: true,
      DataResources: [],
      ExcludeManagementEventSources: [],
    },
  ],
};
