/** What `writeAwsConfig` gives clients; that they work with it is shown per client in `tests/clients`. */

import { readFile, stat } from "node:fs/promises";
import { expect } from "chai";
import { clientEndpoints, clientVariables, namesAreLoopback } from "../src/server/client-settings";
import { useSandbox } from "./helpers/sandbox";

describe("settings of clients", () => {
  const sandbox = useSandbox();
  const endpoint = "http://127.0.0.1:4566";

  it("are a file with the keys of every account, for its owner alone, and variables", async () => {
    const { configFile, environment } = await sandbox().writeAwsConfig(
      await sandbox().temporaryFolder(),
    );
    const text = await readFile(configFile, "utf8");
    for (const { name, accessKeyId, secretAccessKey } of sandbox().accounts) {
      expect(text).to.include(`[profile ${name}]`);
      expect(text).to.include(accessKeyId).and.to.include(secretAccessKey);
    }
    expect((await stat(configFile)).mode & 0o777).to.equal(0o600);
    expect(environment).to.include({
      AWS_CONFIG_FILE: configFile,
      AWS_ENDPOINT_URL: sandbox().endpoint,
      HTTP_PROXY: sandbox().endpoint,
    });
    expect(text).to.include("endpoint_url = http://s3-control@127.0.0.1:");
  });

  it("name S3 Control so that an account id before the host leads to this machine", () => {
    const before = (url: string) =>
      new URL(url.replace("http://", "http://111111111111.")).hostname;
    const elsewhere = clientEndpoints(endpoint, false);
    expect(before(elsewhere.inFile["s3_control"] ?? "")).to.equal("127.0.0.1");
    // Not under `localhost`, which is excepted from the proxy with all its names.
    const asked = elsewhere.inVariables["s3_control"] ?? "";
    expect(before(asked)).to.equal("111111111111.lockstep-sandbox.test");
    const byName = clientEndpoints(endpoint, true);
    expect(byName.inFile).to.deep.equal({
      s3: "http://localhost:4566",
      s3_control: "http://localhost:4566",
    });
    expect(byName.inVariables).to.deep.equal(byName.inFile);
  });

  it("keep what the shell excepts from its proxy, in either spelling", () => {
    const endpoints = clientEndpoints(endpoint, false);
    const given = (present: Record<string, string>) =>
      clientVariables(endpoints, "/config", present);
    expect(given({})["NO_PROXY"]).to.equal("localhost,127.0.0.1,::1");
    expect(given({})).not.to.have.any.keys("http_proxy", "no_proxy");
    expect(given({ NO_PROXY: "intranet,localhost" })["NO_PROXY"]).to.equal(
      "intranet,localhost,127.0.0.1,::1",
    );
    expect(given({ http_proxy: "http://proxy:3128", no_proxy: "intranet" })).to.include({
      HTTP_PROXY: endpoint,
      http_proxy: endpoint,
      NO_PROXY: "intranet,localhost,127.0.0.1,::1",
      no_proxy: "intranet,localhost,127.0.0.1,::1",
    });
  });

  it("go by names under localhost only where all of them are this machine", async () => {
    const asked: string[] = [];
    const areLoopback = (account: string[] | Error, bucket: string[]) =>
      namesAreLoopback(["111111111111"], (name) => {
        asked.push(name);
        const answer = name.startsWith("1") ? account : bucket;
        return answer instanceof Error
          ? Promise.reject(answer)
          : Promise.resolve(answer.map((address) => ({ address })));
      });
    expect(await areLoopback(["127.0.0.1"], ["::1", "127.0.0.1"])).to.equal(true);
    expect(asked).to.deep.equal(["111111111111.localhost", "any.bucket.localhost"]);
    expect(await areLoopback(["127.0.0.1"], ["127.0.0.1", "192.0.2.1"])).to.equal(false);
    expect(await areLoopback(["127.0.0.1"], [])).to.equal(false);
    expect(await areLoopback(new Error("ENOTFOUND"), ["127.0.0.1"])).to.equal(false);
  });
});
