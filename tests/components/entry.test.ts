/** `index.ts`, the program of a plain `pulumi up`. */

import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";

describe("the program of a plain pulumi up", () => {
  it("says every mistake of the config by its path, without a stack trace", async () => {
    pulumi.runtime.setAllConfig({
      "lockstep:source": JSON.stringify({
        accountId: "12",
        region: "eu-west-1",
        bucket: { name: "acme-records" },
      }),
      "lockstep:vaults": "[]",
      "lockstep:rules": "[]",
    });
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- as Pulumi loads it
    const program = require("../..") as () => Promise<unknown>;
    const error: unknown = await program().catch((thrown: unknown) => thrown);
    pulumi.runtime.setAllConfig({});
    // Of any other error Pulumi shows the stack.
    if (!pulumi.RunError.isInstance(error)) throw error;
    for (const path of ["source.accountId", "vaults", "rules"]) {
      expect(error.message).to.match(new RegExp(`^ {2}${path}: expected`, "m"));
    }
  });
});
