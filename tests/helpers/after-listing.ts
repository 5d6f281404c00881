import { ListObjectVersionsCommand, type S3Client } from "@aws-sdk/client-s3";
import { expect } from "chai";

/** Runs something, and does something else once the first page of versions was listed by this client. */
export async function afterListing<Result>(
  s3: S3Client,
  work: () => Promise<unknown>,
  run: () => Promise<Result>,
): Promise<Result> {
  const send = s3.send.bind(s3) as (...args: readonly unknown[]) => Promise<unknown>;
  let isDone = false;
  s3.send = (async (...args: readonly unknown[]) => {
    const answer = await send(...args);
    if (!isDone && args[0] instanceof ListObjectVersionsCommand) {
      isDone = true;
      await work();
    }
    return answer;
  }) as unknown as typeof s3.send;
  try {
    return await run();
  } finally {
    s3.send = send as unknown as typeof s3.send;
    expect(isDone).to.equal(true);
  }
}
