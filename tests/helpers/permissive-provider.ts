/**
 * A provider that takes whatever it is given and makes nothing: for programs that the stand-ins of the sandbox would refuse. The
 * engine reaches it by `PULUMI_DEBUG_PROVIDERS`.
 */

import * as grpc from "@grpc/grpc-js";
import * as provider from "@pulumi/pulumi/proto/provider_pb";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";

type Call<Request> = grpc.ServerUnaryCall<Request, unknown>;
type Answer<Response> = grpc.sendUnaryData<Response>;

export class PermissiveProvider {
  private constructor(
    readonly port: number,
    readonly server: grpc.Server,
  ) {}

  /** @param schema of its package, which hosts of other languages than Node's ask for */
  static async start(schema: object = {}): Promise<PermissiveProvider> {
    const server = new grpc.Server();
    server.addService(ResourceProviderService as unknown as grpc.ServiceDefinition, {
      getPluginInfo: (_call: Call<unknown>, answer: Answer<PluginInfo>) => {
        const info = new PluginInfo();
        info.setVersion("7.48.0");
        answer(null, info);
      },
      attach: nothing,
      getSchema: (_call: Call<unknown>, answer: Answer<provider.GetSchemaResponse>) => {
        const response = new provider.GetSchemaResponse();
        response.setSchema(JSON.stringify(schema));
        answer(null, response);
      },
      configure: (_call: Call<unknown>, answer: Answer<provider.ConfigureResponse>) => {
        const response = new provider.ConfigureResponse();
        response.setAcceptsecrets(true);
        response.setSupportspreview(true);
        answer(null, response);
      },
      checkConfig: checked,
      diffConfig: (_call: Call<unknown>, answer: Answer<provider.DiffResponse>) =>
        answer(null, new provider.DiffResponse()),
      check: checked,
      // What was declared counts as there.
      diff: (_call: Call<unknown>, answer: Answer<provider.DiffResponse>) => {
        const response = new provider.DiffResponse();
        response.setChanges(provider.DiffResponse.DiffChanges.DIFF_NONE);
        answer(null, response);
      },
      create: (
        { request }: Call<provider.CreateRequest>,
        answer: Answer<provider.CreateResponse>,
      ) => {
        const response = new provider.CreateResponse();
        response.setProperties(request.getProperties());
        if (!request.getPreview()) response.setId(idOf(request));
        answer(null, response);
      },
    });
    const port = await new Promise<number>((bound, failed) => {
      server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, found) =>
        error === null ? bound(found) : failed(error),
      );
    });
    return new PermissiveProvider(port, server);
  }

  close(): void {
    this.server.forceShutdown();
  }
}

/** `Empty` has to be of the copy of its package that `@pulumi/pulumi` uses. */
function nothing(_call: Call<unknown>, answer: Answer<unknown>): void {
  const { attach } = ResourceProviderService as unknown as {
    attach: { responseType: new () => unknown };
  };
  answer(null, new attach.responseType());
}

/** As AWS's resources have it: the name of the bucket or of the role that they are or belong to. */
function idOf(request: provider.CreateRequest): string {
  const inputs = request.getProperties()?.toJavaScript() ?? {};
  const name = ["bucket", "bucketName", "name", "roleName"].map((input) => inputs[input]);
  return name.find((value): value is string => typeof value === "string") ?? request.getName();
}

function checked(
  { request }: Call<provider.CheckRequest>,
  answer: Answer<provider.CheckResponse>,
): void {
  const response = new provider.CheckResponse();
  response.setInputs(request.getNews());
  answer(null, response);
}
