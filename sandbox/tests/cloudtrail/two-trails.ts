import { PutEventSelectorsCommand, type AdvancedEventSelector } from "@aws-sdk/client-cloudtrail";
import { CreateBucketCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import type { TestSandboxWithManualClock } from "../helpers/sandbox";
import { LogReader, startTrail, type TrailEvent } from "./trail-files";

/** Of the source account, with Object Lock, and with an object of five bytes under `a/b c`. */
export const BUCKET = "precious";
export const BUCKET_ARN = `arn:aws:s3:::${BUCKET}`;

/** All but what reading the logs makes. */
const SELECTORS: AdvancedEventSelector[] = [
  { FieldSelectors: [{ Field: "eventCategory", Equals: ["Management"] }] },
  {
    FieldSelectors: [
      { Field: "eventCategory", Equals: ["Data"] },
      { Field: "resources.type", Equals: ["AWS::S3::Object"] },
      {
        Field: "resources.ARN",
        NotStartsWith: ["source", "vault"].map((name) => `arn:aws:s3:::${name}-trail-logs/`),
      },
    ],
  },
];

/** A trail in either account that has every event, and a bucket that things are done to. */
export class TwoTrails {
  private constructor(
    readonly own: LogReader,
    readonly theirs: LogReader,
    readonly versionId: string | undefined,
  ) {}

  static async start(sandbox: TestSandboxWithManualClock): Promise<TwoTrails> {
    const read = async (account: "source" | "vault"): Promise<LogReader> => {
      const TrailName = `${account}-trail`;
      const { bucket } = await startTrail(
        sandbox,
        TrailName,
        { IsMultiRegionTrail: true },
        account,
      );
      const cloudtrail = sandbox.cloudtrail(account);
      const command = new PutEventSelectorsCommand({
        TrailName,
        AdvancedEventSelectors: SELECTORS,
      });
      await cloudtrail.send(command);
      return new LogReader(sandbox, bucket, account);
    };
    const [own, theirs] = [await read("source"), await read("vault")];
    const s3 = sandbox.s3();
    await s3.send(
      new CreateBucketCommand({
        Bucket: BUCKET,
        CreateBucketConfiguration: { LocationConstraint: "eu-west-1" },
        ObjectLockEnabledForBucket: true,
      }),
    );
    const put = await s3.send(
      new PutObjectCommand({ Bucket: BUCKET, Key: "a/b c", Body: "12345" }),
    );
    return new TwoTrails(own, theirs, put.VersionId);
  }

  /** The last one of the name at each account. */
  async last(
    eventName: string,
  ): Promise<{ readonly own?: TrailEvent; readonly theirs?: TrailEvent }> {
    const find = (events: readonly TrailEvent[]) =>
      events.findLast((event) => event.eventName === eventName);
    return { own: find(await this.own.events()), theirs: find(await this.theirs.events()) };
  }

  async lastOwn(eventName: string): Promise<TrailEvent> {
    const { own } = await this.last(eventName);
    if (own === undefined) throw new Error(`There is no event ${eventName}.`);
    return own;
  }
}
