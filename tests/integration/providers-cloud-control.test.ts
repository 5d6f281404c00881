import { join } from "node:path";
import {
  GetResourceRequestStatusCommand,
  ListResourceRequestsCommand,
} from "@aws-sdk/client-cloudcontrol";
import { ListBucketsCommand } from "@aws-sdk/client-s3";
import * as native from "@pulumi/aws-native";
import { LocalWorkspace, type Stack } from "@pulumi/pulumi/automation";
import { expect } from "chai";
import { putLocalProviders } from "../helpers/local-providers";
import { pulumiCommand } from "../helpers/engine";
import { useSandbox } from "../../sandbox/tests/helpers/sandbox";

describe("Cloud Control as the local aws-native provider uses it", function () {
  this.timeout(120_000);
  // Long enough for the engine to be stopped meanwhile.
  const sandbox = useSandbox({ settings: { cloudControlDelayMs: 5000 } });

  it("is waited for when the engine is stopped, so that the stack knows what was made", async () => {
    const stack = await slowStack("stopped-bucket");
    const stopping = new AbortController();
    const ended = stack.up({ signal: stopping.signal }).then(
      () => "succeeded",
      (error: unknown) => (error as Error).message,
    );
    await requestUnderWay();
    stopping.abort();
    expect(await ended).to.not.equal("succeeded");

    const { ResourceRequestStatusSummaries: requests = [] } = await client().send(
      new ListResourceRequestsCommand({}),
    );
    expect(requests.map((request) => request.OperationStatus)).to.deep.equal(["SUCCESS"]);
    expect(await bucketNames()).to.deep.equal(["stopped-bucket"]);
    const { deployment } = await stack.exportStack();
    expect(JSON.stringify(deployment)).to.include('"id":"stopped-bucket"');
  });

  it("is asked again after refusals for too many requests, more often than the SDK does by itself", async () => {
    sandbox().faults.add({
      name: "busy",
      effect: "throttle",
      service: "cloudcontrol",
      operation: "CreateResource",
      first: 4,
    });
    const stack = await slowStack("busy-bucket");
    await stack.up();
    const [status] = sandbox().faults.status();
    expect(status?.hitCount).to.equal(4);
    expect(await bucketNames()).to.include("busy-bucket");
  });

  async function slowStack(bucketName: string): Promise<Stack> {
    const folder = await sandbox().temporaryFolder();
    const home = join(folder, "home");
    await putLocalProviders(home);
    const { configFile } = await sandbox().writeAwsConfig(folder);
    return LocalWorkspace.createOrSelectStack(
      {
        stackName: "dev",
        projectName: bucketName,
        program: async () => {
          const provider = new native.Provider("vault", {
            region: "eu-central-1",
            profile: "vault",
          });
          new native.s3.Bucket("slow", { bucketName }, { provider });
        },
      },
      {
        pulumiCommand: await pulumiCommand(),
        pulumiHome: home,
        workDir: await sandbox().temporaryFolder(),
        projectSettings: {
          name: bucketName,
          runtime: "nodejs",
          backend: { url: `file://${await sandbox().temporaryFolder()}` },
        },
        envVars: {
          PULUMI_CONFIG_PASSPHRASE: "",
          PULUMI_SKIP_UPDATE_CHECK: "true",
          AWS_ENDPOINT_URL: sandbox().endpoint,
          AWS_CONFIG_FILE: configFile,
        },
      },
    );
  }

  const client = () => sandbox().cloudcontrol("vault");

  async function bucketNames(): Promise<(string | undefined)[]> {
    const { Buckets: buckets = [] } = await sandbox().s3("vault").send(new ListBucketsCommand({}));
    return buckets.map(({ Name }) => Name);
  }

  /** Asks until the provider has started its request. */
  async function requestUnderWay(): Promise<void> {
    for (;;) {
      const { ResourceRequestStatusSummaries: found = [] } = await client().send(
        new ListResourceRequestsCommand({}),
      );
      const token = found[0]?.RequestToken;
      if (token === undefined) continue;
      const { ProgressEvent: event } = await client().send(
        new GetResourceRequestStatusCommand({ RequestToken: token }),
      );
      expect(event?.OperationStatus).to.equal("IN_PROGRESS");
      return;
    }
  }
});
