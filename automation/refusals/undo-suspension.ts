import { PutBucketVersioningCommand } from "@aws-sdk/client-s3";
import { LockstepError, messageOf } from "../errors";
import { bySomebody, noted, type Undoing } from "./undoing";

/**
 * Enables versioning that we have suspended. Whoever was stopped in between does it again.
 * @throws LockstepError `AttemptNotUndone`
 */
export async function undoSuspension({ by, note, place }: Undoing, Bucket: string): Promise<void> {
  try {
    const VersioningConfiguration = { Status: "Enabled" } as const;
    await bySomebody(by, ({ s3 }) =>
      s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration })),
    );
    await noted(place, note, "mended");
  } catch (error) {
    throw new LockstepError(
      "AttemptNotUndone",
      `Versioning of ${Bucket} is suspended by an attempt of ours, and is not put back: ${messageOf(error)}`,
      {
        hint: `At once, as somebody who may: \`aws s3api put-bucket-versioning --bucket ${Bucket} --versioning-configuration Status=Enabled\`.`,
        cause: error,
      },
    );
  }
}
