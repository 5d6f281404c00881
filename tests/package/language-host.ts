/**
 * The language host of Node.js programs, as far as a program in JavaScript needs it: the engine asks it to run `main`, and it
 * starts the `cmd/run` of the `@pulumi/pulumi` that is installed beside the program. Pulumi's own host does the same
 * (`sdk/nodejs/cmd/pulumi-language-nodejs/main.go` of pulumi/pulumi), but it is a Go program that the engine comes without.
 */
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import * as grpc from "@grpc/grpc-js";
import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb";
import {
  GetRequiredPackagesResponse,
  GetRequiredPluginsResponse,
  type RunRequest,
  RunResponse,
} from "@pulumi/pulumi/proto/language_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";

const engineAddress = process.argv.slice(2).find((one) => !one.startsWith("-"));

type Call<T> = grpc.ServerUnaryCall<T, unknown>;

const server = new grpc.Server();
server.addService(LanguageRuntimeService as unknown as grpc.ServiceDefinition, {
  getPluginInfo: (_call: Call<unknown>, answer: grpc.sendUnaryData<PluginInfo>) =>
    answer(null, new PluginInfo()),
  // What a program needs is there already: the sandbox's providers.
  getRequiredPlugins: (
    _call: Call<unknown>,
    answer: grpc.sendUnaryData<GetRequiredPluginsResponse>,
  ) => answer(null, new GetRequiredPluginsResponse()),
  getRequiredPackages: (
    _call: Call<unknown>,
    answer: grpc.sendUnaryData<GetRequiredPackagesResponse>,
  ) => answer(null, new GetRequiredPackagesResponse()),
  run: ({ request }: Call<RunRequest>, answer: grpc.sendUnaryData<RunResponse>) =>
    run(request, (error) => {
      const response = new RunResponse();
      response.setError(error);
      answer(null, response);
    }),
});

function run(request: RunRequest, ended: (error: string) => void): void {
  const folder = request.getInfo()?.getProgramDirectory() ?? request.getPwd();
  const program = request.getInfo()?.getEntryPoint() ?? request.getProgram();
  const child = spawn(
    process.execPath,
    [
      createRequire(join(folder, "host.js")).resolve("@pulumi/pulumi/cmd/run"),
      `--monitor=${request.getMonitorAddress()}`,
      `--engine=${engineAddress}`,
      `--organization=${request.getOrganization()}`,
      `--project=${request.getProject()}`,
      `--stack=${request.getStack()}`,
      `--pwd=${folder}`,
      `--parallel=${request.getParallel()}`,
      ...(request.getDryrun() ? ["--dry-run"] : []),
      program,
    ],
    {
      cwd: folder,
      env: {
        ...process.env,
        PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().entries())),
        PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
      },
      stdio: ["ignore", 2, 2],
    },
  );
  child.once("error", (error) => ended(error.message));
  child.once("close", (code) => ended(code === 0 ? "" : `the program ended with ${code}`));
}

server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error !== null) throw error;
  process.stdout.write(`${port}\n`);
});
