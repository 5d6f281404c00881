/** In Pulumi's `runtime/settings`, marked internal there: not in its types. */
interface Internal {
  readonly grpcClientOptions?: Record<string, unknown>;
}

/**
 * Gives the programs that Pulumi runs in this process connections of their own. By default `@grpc/grpc-js` shares them by
 * address in the whole process, those too of a run whose engine is gone: when the system gives its port to a later engine, that
 * run ends at its first call with `14 UNAVAILABLE: No connection established. Last error: null`, before anything is declared.
 * Seen in processes that run hundreds of engines, as an internal tool may. A Pulumi without these options is left as it is.
 *
 * @see https://grpc.github.io/grpc/core/group__grpc__arg__keys.html `GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL`
 */
export function useOwnConnections(): void {
  // Only who runs a program pays for loading Pulumi.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { grpcClientOptions } = require("@pulumi/pulumi/runtime") as Internal;
  if (grpcClientOptions !== undefined) grpcClientOptions["grpc.use_local_subchannel_pool"] = 1;
}
