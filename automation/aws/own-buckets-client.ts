import {
  HeadBucketCommand,
  ListBucketsCommand,
  S3Client,
  type S3ClientConfig,
} from "@aws-sdk/client-s3";
import { getSmithyContext } from "@smithy/core/client";
import { NormalizedSchema } from "@smithy/core/schema";
import type { HandlerExecutionContext, StaticOperationSchema } from "@smithy/types";
import { awsFailure, LockstepError } from "../errors";
import { allowManyListeners } from "../signals";
import { type OnAnswer, tellAnswers } from "./answers";
import { dateOf } from "./aws-date";
import { type AnsweredHead, sendHead } from "./head-object";
import { headInput, headRoute, type HeadRoute, type HeadTarget } from "./head-route";
import { paceHeads } from "./pace-heads";
import { watchStack } from "./plain-stack";
import { retryRefusedKeys } from "./refused-keys";
import type { Paces } from "./request-pace";
import { rememberRequest, rememberRequests } from "./request-facts";

/**
 * A client for the buckets of one account, and of no other: whatever is sent names that account as the bucket's owner, where
 * the operation has a place for it. A bucket's name is free once the bucket is deleted, and who takes it in another account
 * would be read and written in its place.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html
 */
export class OwnBucketsClient extends S3Client {
  readonly #accountId: string;
  readonly #owners: Owners;
  readonly #paces: Paces;
  readonly #isUnchanged: () => boolean;
  /** By the signal that stops them, and by bucket. */
  readonly #routes = new WeakMap<object, Map<string, Promise<HeadRoute | undefined>>>();

  /** @param onAnswer is given each answer but those to HEADs of versions */
  constructor(config: S3ClientConfig, accountId: string, onAnswer?: OnAnswer) {
    super(config);
    this.#accountId = accountId;
    this.#owners = new Owners(config, accountId);
    rememberRequests(this);
    if (onAnswer !== undefined) {
      const region = typeof config.region === "string" ? config.region : "";
      tellAnswers(this, { accountId, region }, onAnswer);
    }
    this.middlewareStack.add(
      (next, context) => async (args) => {
        const bucket = "Bucket" in args.input ? args.input.Bucket : undefined;
        if (bucket === undefined || !takesOwner(context)) return next(args);
        try {
          // Each of these inputs has the member: its schema was asked.
          const input = { ...args.input, ExpectedBucketOwner: accountId } as typeof args.input;
          return await next({ ...args, input });
        } catch (error) {
          throw await this.#explained(error, bucket);
        }
      },
      { step: "initialize", name: "expectBucketOwner" },
    );
    retryRefusedKeys(this);
    this.#paces = paceHeads(this);
    this.#isUnchanged = watchStack(this);
  }

  /**
   * Asks for a version's HEAD: the same as sending a `HeadObjectCommand`, with a fraction of the work. Where that way is not
   * open, as after somebody put middleware into the client, the command is sent.
   */
  async headObject(target: HeadTarget, signal?: AbortSignal): Promise<AnsweredHead> {
    allowManyListeners(signal);
    // An empty key is one of the SDK's own mistakes to tell.
    const route = target.key === "" ? undefined : await this.#route(target.bucket, signal);
    if (route === undefined) return sendHead(this, target, signal);
    try {
      const { output, response } = await route(target);
      return { output, answeredEpochMs: dateOf(response) };
    } catch (error) {
      const explained = await this.#explained(error, target.bucket);
      rememberRequest(explained, "HeadObjectCommand", headInput(target));
      throw explained;
    }
  }

  async #route(bucket: string, signal: AbortSignal | undefined): Promise<HeadRoute | undefined> {
    if (!this.#isUnchanged()) return undefined;
    const stop = signal ?? this;
    const routes = this.#routes.get(stop) ?? new Map<string, Promise<HeadRoute | undefined>>();
    this.#routes.set(stop, routes);
    const known = routes.get(bucket) ?? headRoute(this, bucket, this.#paces, signal);
    routes.set(bucket, known);
    try {
      return await known;
    } catch (error) {
      // Credentials that could not be had now may be there the next time.
      routes.delete(bucket);
      throw error;
    }
  }

  /** The error itself, unless the bucket turns out to be somebody else's. */
  async #explained(error: unknown, bucket: string): Promise<unknown> {
    if (!(await this.#owners.isForeign(bucket, error))) return error;
    return bucketOfAnotherAccount(bucket, this.#accountId, error);
  }
}

/** All operations on a bucket and on objects but CreateBucket have the member, says the SDK's schema. */
function takesOwner(context: HandlerExecutionContext): boolean {
  const { operationSchema } = getSmithyContext(context) as {
    operationSchema?: StaticOperationSchema;
  };
  if (operationSchema === undefined) return false;
  const [, , , , input] = operationSchema;
  return "ExpectedBucketOwner" in NormalizedSchema.of(input).getMemberSchemas();
}

/** The error of a bucket that somebody else has under the name of ours. */
function bucketOfAnotherAccount(bucket: string, accountId: string, cause: unknown): LockstepError {
  return new LockstepError(
    "BucketOfAnotherAccount",
    `The bucket ${bucket} belongs to another account than ${accountId}.`,
    {
      hint:
        `Nothing was read from it or written to it. Either the config names a wrong account or bucket, or the bucket of ${accountId} ` +
        "was deleted and somebody else took its name: CloudTrail of that account tells who deleted it.",
      cause,
    },
  );
}

/**
 * Tells a bucket of another account from one that refuses for another reason: S3 answers both with 403. Asked only after a
 * refusal.
 */
class Owners {
  readonly #known = new Map<string, Promise<boolean>>();

  constructor(
    private readonly config: S3ClientConfig,
    private readonly accountId: string,
  ) {}

  /** True only where it is certain. */
  isForeign(bucket: string, error: unknown): Promise<boolean> {
    const status = awsFailure(error)?.httpStatus;
    // Asked in a Region where it is not, a bucket sends elsewhere before it looks at the owner.
    if (status !== 403 && status !== 301) return Promise.resolve(false);
    const known = this.#known.get(bucket) ?? this.#find(bucket);
    this.#known.set(bucket, known);
    return known;
  }

  async #find(bucket: string): Promise<boolean> {
    const client = new S3Client({ ...this.config, followRegionRedirects: true });
    const head = (owner: { ExpectedBucketOwner?: string }) =>
      statusOf(client.send(new HeadBucketCommand({ Bucket: bucket, ...owner })));
    try {
      if ((await head({ ExpectedBucketOwner: this.accountId })) !== 403) return false;
      if ((await head({})) === 200) return true;
      // It refuses whoever asks: whether the account has a bucket of that name, only the account itself says.
      const { Buckets } = await client.send(new ListBucketsCommand({ Prefix: bucket }));
      return !(Buckets ?? []).some(({ Name }) => Name === bucket);
    } catch {
      // What we may not ask stays unknown, and the refusal that led here is told.
      return false;
    } finally {
      client.destroy();
    }
  }
}

async function statusOf(sent: Promise<unknown>): Promise<number | undefined> {
  try {
    await sent;
    return 200;
  } catch (error) {
    return awsFailure(error)?.httpStatus;
  }
}
