import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { installLocalProviders } from "lockstep-sandbox/providers";
import { sdkName } from "../../sandbox/src/providers/aws-native/names";

describe("The installed local providers", function () {
  this.timeout(60_000);
  let home: string;

  before(async () => {
    home = await mkdtemp(join(tmpdir(), "lockstep-home-"));
    await installLocalProviders(home);
  });

  after(async () => {
    await rm(home, { recursive: true, force: true });
  });

  it("end with the engine that started them, however it ends", async () => {
    const folders = await readdir(join(home, "plugins"));
    expect(folders).to.have.length(2);
    for (const folder of folders) {
      const launcher = join(home, "plugins", folder, folder.replace(/^(.*)-v.*$/, "pulumi-$1"));
      for (const end of ["closed stdin", "SIGINT", "SIGTERM"] as const) {
        const plugin = spawn(launcher, ["127.0.0.1:1"], { stdio: ["pipe", "pipe", "inherit"] });
        const [port] = (await once(plugin.stdout, "data")) as [Buffer];
        expect(Number(port.toString())).to.be.greaterThan(0);
        if (end === "closed stdin") plugin.stdin.end();
        else plugin.kill(end);
        const [code] = (await once(plugin, "exit")) as [number];
        expect(code, end).to.equal(0);
      }
    }
  });

  it("are not put where a real plugin is", async () => {
    const [folder = ""] = await readdir(join(home, "plugins"));
    const other = join(home, "other");
    const place = join(other, "plugins", folder);
    await mkdir(place, { recursive: true });
    await writeFile(join(place, folder.replace(/^(.*)-v.*$/, "pulumi-$1")), "ELF");
    let message = "";
    try {
      await installLocalProviders(other);
    } catch (error) {
      message = (error as Error).message;
    }
    expect(message).to.contain("has a real Pulumi plugin");
  });
});

describe("Names of aws-native properties", () => {
  it("are those of the real SDK for every property of a bucket", async () => {
    const file = require.resolve("@pulumi/aws-native/types/input.d.ts");
    const declared = await readFile(file, "utf8");
    const data = JSON.parse(
      await readFile(join(__dirname, "../../sandbox/src/cfn/AWS-S3-Bucket.json"), "utf8"),
    ) as { definitions: Record<string, { properties?: object }> };
    const missing = Object.values(data.definitions)
      .flatMap((definition) => Object.keys(definition.properties ?? {}))
      .map(sdkName)
      .filter((name) => !new RegExp(`^ +${name}\\??: `, "m").test(declared));
    expect(missing).to.deep.equal([]);
    expect(sdkName("KMSMasterKeyID")).to.equal("kmsMasterKeyId");
    expect(sdkName("SSEAlgorithm")).to.equal("sseAlgorithm");
    expect(sdkName("S3Key")).to.equal("s3Key");
  });
});
