/**
 * What the SDK does anew for each HEAD although it comes to the same for all of a bucket: it puts its chain of middleware
 * together, asks endpoint rules and schemas, chooses how to sign. That is most of a HEAD's work. Here it is done once for a
 * bucket, and the chain is entered where two HEADs begin to differ:
 *
 *     initialize -> serialize -> build -> | retry -> sign -> send -> read
 *              once for a bucket            for each HEAD, as the SDK does it
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
  HandlerExecutionContext,
  SelectedHttpAuthScheme,
} from "@smithy/types";

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

/**
 * Has the client prepare a HEAD, which is not sent.
 * @returns undefined where HEADs of this bucket differ in more than key and version, as with sessions of directory buckets
 * and with signatures for several Regions
 */
export async function headRoute(
  client: S3Client,
  bucket: string,
  signal: AbortSignal | undefined,
): Promise<HeadRoute | undefined> {
  const command = new HeadObjectCommand(headInput({ bucket, key: SOME_KEY }));
  let route: HeadRoute | undefined;
  command.middlewareStack.add(
    (next, context) => (args) => {
      // Its type of output is that of all commands of S3; this one is a HEAD.
      const send = next as BuildHandler<HeadObjectCommandInput, HeadObjectCommandOutput>;
      route = routeOf(args.request, send, context);
      return Promise.resolve({ response: undefined, output: { $metadata: {} } });
    },
    { step: "build", priority: "low", name: "prepareHeads" },
  );
  if (client.config.followRegionRedirects === true) return undefined;
  await client.send(command, { abortSignal: signal });
  return route;
}

function routeOf(
  request: unknown,
  send: BuildHandler<HeadObjectCommandInput, HeadObjectCommandOutput>,
  context: HandlerExecutionContext,
): HeadRoute | undefined {
  if (!HttpRequest.isInstance(request) || !isSignedPlainly(context)) return undefined;
  if (!request.path.endsWith(`/${SOME_KEY}`) || Object.keys(request.query).length > 0) {
    return undefined;
  }
  const pathBeforeKey = request.path.slice(0, -SOME_KEY.length);
  signEachAlone(context);
  return (target) => {
    const sent = HttpRequest.clone(request);
    sent.path = pathBeforeKey + target.key.split("/").map(extendedEncodeURIComponent).join("/");
    if (target.versionId !== undefined) sent.query = { versionId: target.versionId };
    return send({ input: headInput(target), request: sent });
  };
}

/** By Signature Version 4, with the client's own credentials, for one Region. */
function isSignedPlainly(context: HandlerExecutionContext): boolean {
  const [scheme, ...others] = context.endpointV2?.properties?.["authSchemes"] ?? [];
  return (
    scheme?.name === "sigv4" &&
    scheme.signingName === "s3" &&
    others.length === 0 &&
    selectedScheme(context)?.httpAuthOption.schemeId === "aws.auth#sigv4"
  );
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
