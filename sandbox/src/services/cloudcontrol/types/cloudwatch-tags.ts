import type { Tag } from "@aws-sdk/client-cloudwatch";
import type { HandlerContext } from "../resource-type";

/** Brings the tags of an alarm or a dashboard from what they are to what is wanted. */
export function updateCloudWatchTags(
  arn: string,
  before: readonly Tag[],
  after: readonly Tag[],
  context: HandlerContext,
): void {
  const gone = before.filter((tag) => !after.some((other) => other.Key === tag.Key));
  const changed = after.filter(
    (tag) => !before.some((other) => other.Key === tag.Key && other.Value === tag.Value),
  );
  if (gone.length > 0) {
    const TagKeys = gone.map((tag) => tag.Key);
    context.call("cloudwatch", "UntagResource", { ResourceARN: arn, TagKeys });
  }
  if (changed.length > 0) {
    context.call("cloudwatch", "TagResource", { ResourceARN: arn, Tags: changed });
  }
}
