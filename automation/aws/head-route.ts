/**
 * What the SDK does anew for each HEAD although it comes to the same for all of a bucket: it puts its chain of middleware
 * together, asks endpoint rules and schemas, chooses how to sign. That is most of a HEAD's work. Here it is done once for a
 * bucket; a first attempt goes around the rest of the chain, and where more is needed than that, the chain is entered where two
 * HEADs begin to differ:
 *
 *     initialize -> serialize -> build -> | sign -> send -> read
 *              once for a bucket            | for each HEAD
 *                                         | retry -> sign -> send -> read
 *                                           | for those that the first attempt did not end
 *
 * Retries, credentials, clock skew, connections, timeouts, what is read and what is thrown are the SDK's own.
 */
import {
  HeadObjectCommand,
  type HeadObjectCommandInput,
  type HeadObjectCommandOutput,
  type S3Client,
} from "@aws-sdk/client-s3";
import { extendedEncodeURIComponent, HttpRequest } from "@smithy/core/protocols";
import { getSmithyContext } from "@smithy/core/client";
import type {
  BuildHandler,
  BuildHandlerOutput,
  DeserializeMiddleware,
  HandlerExecutionContext,
  SelectedHttpAuthScheme,
} from "@smithy/types";
import { firstHeads } from "./first-head";
import { findAnswer, leaveAnswer } from "./found-answers";
import { prefixOf } from "./pace-heads";
import type { Paces } from "./request-pace";

/** A version in a bucket. */
export interface HeadTarget {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string;
}

/** Sends HEADs into one bucket that stop at one signal. */
export type HeadRoute = (
  target: HeadTarget,
) => Promise<BuildHandlerOutput<HeadObjectCommandOutput>>;

/** What is asked for, whichever way it goes. */
export function headInput({ bucket, key, versionId }: HeadTarget): HeadObjectCommandInput {
  return { Bucket: bucket, Key: key, VersionId: versionId, ChecksumMode: "ENABLED" };
}

/** Any: its place in the path shows where keys go. */
const SOME_KEY = "key";

type SendHead = BuildHandler<HeadObjectCommandInput, HeadObjectCommandOutput>;

/** As the chain has it where HEADs begin to differ. */
interface Prepared {
  readonly request: unknown;
  readonly context: HandlerExecutionContext;
  /** The rest of the chain. */
  readonly send: SendHead;
}

/**
 * Has the client prepare a HEAD, which is not sent.
 * @param paces of the client, whose chain has them as well
 * @returns undefined where HEADs of this bucket differ in more than key and version, as with sessions of directory buckets
 * and with signatures for several Regions
 */
export async function headRoute(
  client: S3Client,
  bucket: string,
  paces: Paces,
  signal: AbortSignal | undefined,
): Promise<HeadRoute | undefined> {
  if (client.config.followRegionRedirects === true) return undefined;
  const { request, context, send } = await prepare(client, bucket, signal);
  const region = signedFor(context);
  if (!HttpRequest.isInstance(request) || region === undefined) return undefined;
  if (!request.path.endsWith(`/${SOME_KEY}`) || Object.keys(request.query).length > 0) {
    return undefined;
  }
  const pathBeforeKey = request.path.slice(0, -SOME_KEY.length);
  signEachAlone(context);
  const sendFirst = await firstHeads({ client, context, paces, prepared: request, region, signal });
  return async (target) => {
    const { key, versionId } = target;
    const place = {
      path: pathBeforeKey + key.split("/").map(extendedEncodeURIComponent).join("/"),
      query: { ...(versionId !== undefined && { versionId }) },
    };
    const input = headInput(target);
    const first = (await sendFirst?.(place, prefixOf(input))) ?? "ask-again";
    if (first !== "ask-again") {
      if (!("found" in first)) return first;
      leaveAnswer(input, first.found);
    }
    return send({ input, request: Object.assign(HttpRequest.clone(request), place) });
  };
}

async function prepare(
  client: S3Client,
  bucket: string,
  signal: AbortSignal | undefined,
): Promise<Prepared> {
  const command = new HeadObjectCommand(headInput({ bucket, key: SOME_KEY }));
  const prepared: Prepared[] = [];
  command.middlewareStack.add(
    (next, context) => (args) => {
      // Its type of output is that of all commands of S3; this one is a HEAD.
      prepared.push({ request: args.request, context, send: next as SendHead });
      return Promise.resolve({ response: undefined, output: { $metadata: {} } });
    },
    { step: "build", priority: "low", name: "prepareHeads" },
  );
  command.middlewareStack.add(
    findAnswer as unknown as DeserializeMiddleware<HeadObjectCommandInput, HeadObjectCommandOutput>,
    { step: "deserialize", priority: "low", name: "findAnswer" },
  );
  await client.send(command, { abortSignal: signal });
  const [only] = prepared;
  if (only === undefined) throw new Error("The SDK has prepared no HEAD.");
  return only;
}

/** The Region, where it is one, by Signature Version 4 and with the client's own credentials; undefined for any other way to sign. */
function signedFor(context: HandlerExecutionContext): string | undefined {
  const [scheme, ...others] = context.endpointV2?.properties?.["authSchemes"] ?? [];
  const isPlain =
    scheme?.name === "sigv4" &&
    scheme.signingName === "s3" &&
    others.length === 0 &&
    selectedScheme(context)?.httpAuthOption.schemeId === "aws.auth#sigv4";
  return isPlain ? scheme.signingRegion : undefined;
}

function selectedScheme(context: HandlerExecutionContext): SelectedHttpAuthScheme | undefined {
  return getSmithyContext(context)["selectedHttpAuthScheme"] as SelectedHttpAuthScheme | undefined;
}

/** The signer notes in its properties when a request was signed, and by which clock; each attempt is given its own. */
function signEachAlone(context: HandlerExecutionContext): void {
  const option = selectedScheme(context)?.httpAuthOption;
  if (option === undefined) return;
  const properties = { ...option.signingProperties };
  Object.defineProperty(option, "signingProperties", { get: () => ({ ...properties }) });
}
