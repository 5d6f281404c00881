/**
 * The policy pack as Pulumi's engine runs it (CrossGuard), and as the driver does after a preview. The engine has no Node language
 * host here; it starts packs by an executable `pulumi-analyzer-policy-nodejs` on `PATH`, which comes with Pulumi.
 */

import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import { type EngineEvent, LocalWorkspace, type Stack } from "@pulumi/pulumi/automation";
import { expect } from "chai";
import { systemClock } from "../../automation/clock";
import { previewProgram } from "../../automation/stack/deploy";
import { checkProgram, POLICY_RULES } from "../../policy";
import { pulumiCommand } from "../helpers/engine";
import { PermissiveProvider } from "../helpers/permissive-provider";
import { programAgainstEveryRule } from "./policy-every-rule";

const PACK = join(__dirname, "..", "..", "policy-pack");
const RULE_IDS = POLICY_RULES.map(({ id }) => id);

describe("the policy pack on the engine", function () {
  this.timeout(170_000);
  let folder: string;
  let provider: PermissiveProvider;
  let stack: Stack;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "lockstep-pack-"));
    provider = await PermissiveProvider.start();
    const launcher = join(folder, "pulumi-analyzer-policy-nodejs");
    const program = require.resolve("@pulumi/pulumi/cmd/run-policy-pack");
    await writeFile(launcher, `#!${process.execPath}\nrequire(${JSON.stringify(program)});\n`);
    await chmod(launcher, 0o755);
    const command = await pulumiCommand();
    stack = await LocalWorkspace.createStack(
      { stackName: "dev", projectName: "shop", program: programAgainstEveryRule },
      {
        workDir: folder,
        pulumiCommand: command,
        envVars: {
          PATH: [folder, process.env["PATH"] ?? ""].join(delimiter),
          PULUMI_HOME: join(folder, "home"),
          PULUMI_BACKEND_URL: pathToFileURL(folder).href,
          PULUMI_CONFIG_PASSPHRASE: "",
          PULUMI_SKIP_UPDATE_CHECK: "true",
          PULUMI_DEBUG_PROVIDERS: ["aws", "aws-native"]
            .map((name) => `${name}:${provider.port}`)
            .join(","),
        },
      },
    );
  });
  after(async () => {
    provider?.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** What the pack says in a preview. */
  async function violations(settings?: object) {
    const found: NonNullable<EngineEvent["policyEvent"]>[] = [];
    const config = join(folder, "settings.json");
    if (settings !== undefined) await writeFile(config, JSON.stringify(settings));
    const outcome = await stack
      .preview({
        policyPacks: [PACK],
        ...(settings !== undefined && { policyPackConfigs: [config] }),
        onEvent: ({ policyEvent }) => void (policyEvent !== undefined && found.push(policyEvent)),
      })
      .then(
        () => "succeeded",
        (error: unknown) => String(error),
      );
    return { found, outcome };
  }

  it("fires every rule, and fails the preview", async () => {
    const { found, outcome } = await violations();
    const ids = new Set(found.map(({ policyName }) => policyName.replace(/-advice$/, "")));
    expect([...ids], outcome).to.have.members(RULE_IDS);
    expect(outcome).not.to.equal("succeeded");
    const block = found.find(({ policyName }) => policyName === "public-access-block");
    expect(block).to.include({ enforcementLevel: "mandatory", policyPackName: "lockstep" });
    expect(block?.resourceUrn).to.match(/::source-block$/);
    expect(block?.message).to.include("Off: blockPublicPolicy").and.to.include("Fix: ");
  });

  it("takes settings of rules from --policy-pack-config", async () => {
    const { found } = await violations({
      versioning: { level: "off" },
      "public-access-block": { level: "info" },
      "no-chained-replicas": { declared: ["acme-open"] },
      "tls-only": "disabled",
    });
    const names = new Set(found.map(({ policyName }) => policyName));
    expect(names).not.to.include("versioning");
    expect(names).not.to.include("no-chained-replicas");
    expect(names).not.to.include("tls-only");
    expect(names).not.to.include("public-access-block");
    expect(names).to.include("public-access-block-advice");
  });

  it("fires every rule after a preview of the driver's, too", async () => {
    const { resources } = await previewProgram(stack, {
      emit: () => undefined,
      signal: new AbortController().signal,
      clock: systemClock,
    });
    const ids = new Set(checkProgram(resources).map(({ ruleId }) => ruleId));
    expect([...ids]).to.have.members(RULE_IDS);
  });
});
