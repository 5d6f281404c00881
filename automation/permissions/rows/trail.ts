import type { OperatorFacts } from "../operator-facts";
import { keys } from "./resources";
import type { RefusalRow } from "./refusals";

/** Where a trail delivers is not in the config: the organization's may be another account's. */
const anyTrailFiles = ({ partition }: OperatorFacts): readonly string[] => [
  `arn:${partition}:s3:::*AWSLogs/*`,
];

/**
 * Rights to read the events of earlier refusals in a trail of the vault's account. Each may be left out: what it is for is then told as not
 * readable. Name the trail's bucket in the place of all, where it is known.
 */
export const TRAIL_ROWS: readonly RefusalRow[] = [
  {
    sid: "FindTrails",
    side: "vault",
    why: "trails that log what happens at the vault, and CloudTrail's public keys; these actions have no resource",
    resources: () => ["*"],
    needs: ["cloudtrail:DescribeTrails", "cloudtrail:ListPublicKeys"],
  },
  {
    sid: "ListTrailFiles",
    side: "vault",
    why: "digests are found by their names in the trail's bucket, which the config does not tell",
    resources: ({ partition }) => [`arn:${partition}:s3:::*`],
    needs: ["s3:ListBucket"],
  },
  {
    sid: "ReadTrailFiles",
    side: "vault",
    why: "digests and log files are read",
    resources: anyTrailFiles,
    needs: ["s3:GetObject"],
  },
  {
    sid: "DecryptTrailFiles",
    side: "vault",
    why: "a trail may encrypt its files with a key",
    resources: keys,
    needs: ["kms:Decrypt"],
  },
];
