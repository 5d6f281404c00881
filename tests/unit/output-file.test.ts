/** A file that an option names and that could not be written to its end. */

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { DetailsFile } from "../../automation/cli/details-file";
import { notWrittenWhole } from "../../automation/cli/output-file";
import type { CommandContext } from "../../automation/cli/command";
import { judged, lookOf } from "../helpers/looks";

const failed = (syscall: string): Error =>
  Object.assign(new Error(`ENOSPC: no space left on device, ${syscall}`), {
    code: "ENOSPC",
    syscall,
  });

describe("a file that is not written to its end", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "lockstep-out-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it("is named with its option, and nothing is left in it", async () => {
    const path = join(folder, "page.html");
    await writeFile(path, "half of a pa");
    const error = await notWrittenWhole("--out", path, failed("write"));
    expect(error).to.deep.include({ code: "ConfigInvalid" });
    expect(error).to.have.property("message", `--out: ${path} could not be written.`);
    expect(error).to.have.nested.property("problems[0].message").that.contains("ENOSPC");
    expect(await readFile(path, "utf8")).to.equal("");
    // One that cannot be emptied is named all the same.
    const gone = await notWrittenWhole("--out", join(folder, "no", "file"), failed("open"));
    expect(gone).to.deep.include({ code: "ConfigInvalid" });
  });

  it("is no excuse for what fails otherwise", async () => {
    const path = join(folder, "page.html");
    await writeFile(path, "as it is");
    for (const error of [new TypeError("of ours"), failed("read"), "no error"]) {
      expect(await notWrittenWhole("--out", path, error)).to.equal(error);
    }
    expect(await readFile(path, "utf8")).to.equal("as it is");
  });

  it("fails the command once the verdict is told, unless a later look was written", async () => {
    const context = { flags: { details: "rows.csv" }, folder } as unknown as CommandContext;
    const details = DetailsFile.of(context);
    if (details === undefined) throw new Error("no file");
    const look = lookOf([judged("a", "proven")]);
    await details.write("orders", look);
    details.requireWritten();
    const broken: typeof look = {
      ...look,
      get versions(): never {
        throw failed("write");
      },
    };
    await details.write("orders", broken);
    expect(() => details.requireWritten()).to.throw("--details: ");
    expect(await readFile(join(folder, "rows.csv"), "utf8")).to.equal("");
    await details.write("orders", look);
    details.requireWritten();
    expect(await readFile(join(folder, "rows.csv"), "utf8")).to.contain("proven");
  });
});
