/** A Region that the account has not enabled, told from credentials that are wrong everywhere. */

import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { accountClients } from "../../automation/aws/aws-clients";
import { systemClock } from "../../automation/clock";
import { examine } from "../../automation/doctor/examine";
import { readIdentity } from "../../automation/doctor/read/identity";
import { parseConfig } from "../../components/config";

const ACCOUNT = "111111111111";
const KEYS = { AWS_ACCESS_KEY_ID: "AKIAEXAMPLE", AWS_SECRET_ACCESS_KEY: "secret" };

/**
 * STS as AWS answers it: keys are unknown in a Region that their account has not enabled.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_enable-regions.html
 */
function answer(region: string, enabled: readonly string[]): readonly [number, string] {
  if (enabled.includes(region)) {
    const identity = `<Arn>arn:aws:iam::${ACCOUNT}:user/op</Arn><Account>${ACCOUNT}</Account><UserId>AIDA</UserId>`;
    return [
      200,
      `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>${identity}</GetCallerIdentityResult></GetCallerIdentityResponse>`,
    ];
  }
  const error =
    "<Type>Sender</Type><Code>InvalidClientTokenId</Code><Message>The security token included in the request is invalid</Message>";
  return [
    403,
    `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error>${error}</Error></ErrorResponse>`,
  ];
}

describe("the doctor on a Region", () => {
  let server: Server;
  let enabled: readonly string[] = [];
  before(async () => {
    server = createServer((request, response) => {
      const [, region = ""] =
        /Credential=[^/]+\/\d+\/([\w-]+)\//.exec(request.headers.authorization ?? "") ?? [];
      const [status, body] = answer(region, enabled);
      response.writeHead(status, { "content-type": "text/xml" }).end(body);
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  });
  after(() => {
    server.close();
  });

  async function identity(region: string, ...regions: string[]) {
    enabled = regions;
    const { port } = server.address() as AddressInfo;
    const environment = { variables: { ...KEYS, AWS_ENDPOINT_URL: `http://127.0.0.1:${port}` } };
    const access = { accountId: ACCOUNT, region };
    const clients = await accountClients(access, environment);
    try {
      return await readIdentity(access, clients, environment, new AbortController().signal);
    } finally {
      clients.destroy();
    }
  }

  it("says who the credentials are where it is enabled", async () => {
    expect(await identity("eu-south-2", "us-east-1", "eu-south-2")).to.include({
      is: "known",
      accountId: ACCOUNT,
    });
  });

  it("says that it is off where the credentials are known elsewhere", async () => {
    expect(await identity("eu-south-2", "us-east-1")).to.deep.equal({
      is: "region-off",
      code: "InvalidClientTokenId",
    });
  });

  it("is a finding of the account whose Region it is, and credentials that are known nowhere are another", async () => {
    const ids = async (...regions: string[]): Promise<string[]> => {
      enabled = regions;
      const { port } = server.address() as AddressInfo;
      const place = { accountId: ACCOUNT, region: "eu-south-2" };
      const told: string[] = [];
      await examine({
        config: parseConfig({
          side: "source",
          source: { ...place, bucket: { name: "records" } },
          vaults: [{ name: "far", ...place, bucket: { name: "kept" }, lock: { stage: "pilot" } }],
          rules: [{ name: "all", vault: "far" }],
        }),
        inState: () => Promise.resolve([]),
        environment: { variables: { ...KEYS, AWS_ENDPOINT_URL: `http://127.0.0.1:${port}` } },
        session: {
          emit: () => undefined,
          signal: new AbortController().signal,
          clock: systemClock,
        },
        tell: ({ id, severity }) => void (severity === "error" && told.push(id)),
      });
      return told;
    };
    expect(await ids("us-east-1")).to.deep.equal(["region-not-enabled"]);
    expect(await ids()).to.deep.equal(["credentials-unusable"]);
  });

  it("says that the credentials are unusable where they are known nowhere", async () => {
    expect(await identity("eu-south-2")).to.include({ is: "unknown" });
    // This one cannot be off.
    expect(await identity("us-east-1")).to.include({ is: "unknown" });
  });
});
