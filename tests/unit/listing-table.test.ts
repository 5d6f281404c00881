/** The source's listing as a table: which versions are in it, and what is promised of each at each vault. */

import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { VaultPromise } from "../../automation/judge/facts";
import { listingColumns, lockNumber, writeListing } from "../../automation/look/listing-table";
import type { DeployedPromise } from "../../automation/promise/deployed-promise";
import type { ListedVersion } from "../../automation/proof/source-versions";
import { STORAGE_CLASSES } from "../../components/config/closed-lists";
import type { RuleOutputs } from "../../components/promise/outputs";
import { DAY_MS, NOW, RULE, VAULT, VERSION } from "../helpers/judged-world";

const SECOND: VaultPromise = { name: "second", lock: { mode: "COMPLIANCE", retentionDays: 7 } };
/** Of a class, by its place among all; 0 is any. */
const number = (storageClass: (typeof STORAGE_CLASSES)[number]): string =>
  String(STORAGE_CLASSES.indexOf(storageClass) + 1);
/** A number that no class has: it is judged by itself. */
const BY_ITSELF = "255";

describe("the source's listing as a table", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "lockstep-listing-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  /** Its rows, by column. */
  async function rowsOf(
    versions: readonly Partial<ListedVersion>[],
    {
      rules = [RULE],
      vaults = [VAULT],
    }: { readonly rules?: readonly RuleOutputs[]; readonly vaults?: readonly VaultPromise[] } = {},
  ): Promise<readonly Readonly<Record<string, string>>[]> {
    const path = join(folder, "listing.csv");
    const promise = { source: {}, rules, vaults: new Map() } as unknown as DeployedPromise;
    const listed = versions.map((version) => ({ ...VERSION, ...version }));
    const { signal } = new AbortController();
    const { rowsCount } = await writeListing(path, vaults, { promise, listed, signal });
    const names = Object.keys(listingColumns(vaults.length));
    const lines = (await readFile(path, "utf8")).split("\n").slice(0, -1);
    await rm(path);
    expect(rowsCount).to.equal(lines.length);
    return lines.map((line) => {
      const fields = line.split(",");
      expect(fields, line).to.have.length(names.length);
      return Object.fromEntries(names.map((name, index) => [name, fields[index] ?? ""]));
    });
  }

  const classes = async (
    rules: readonly Partial<RuleOutputs>[],
    ofVault?: (typeof STORAGE_CLASSES)[number],
  ): Promise<string | undefined> => {
    const all = rules.map((rule, index) => ({ ...RULE, priority: index + 1, ...rule }));
    const vaults = [ofVault === undefined ? VAULT : { ...VAULT, storageClass: ofVault }];
    return (await rowsOf([{}], { rules: all, vaults }))[0]?.["class_0"];
  };

  it("has every version but delete markers, by its place in the listing", async () => {
    const rows = await rowsOf([
      { key: "a", versionId: "1" },
      { key: "a", versionId: "2", isDeleteMarker: true },
      { key: "b", versionId: "null", sizeBytes: 0 },
    ]);
    expect(
      rows.map(({ key, place, size_bytes, version_id }) => [place, key, version_id, size_bytes]),
    ).to.deep.equal([
      ["0", "a", "1", "3"],
      ["2", "b", "null", "0"],
    ]);
  });

  it("has ETags as inventories have them, without the quotes that S3's listing has around them", async () => {
    const rows = await rowsOf([{ etag: '"abc-2"' }, { etag: "abc" }, { etag: "" }]);
    expect(rows.map(({ etag }) => etag)).to.deep.equal(["abc-2", "abc", ""]);
  });

  it("has for each vault until when a version has to be locked there, and nothing where it is not promised", async () => {
    const rules = [RULE, { ...RULE, name: "second", vault: "second", prefix: "records/" }];
    const versions = [{}, { key: "other/b" }, { lastModifiedEpochMs: NOW }];
    const rows = await rowsOf(versions, { rules, vaults: [VAULT, SECOND] });
    // The first vault's lock was deployed 90 days ago: what is newer is counted from its own date.
    const until = (fromEpochMs: number, days: number) => String(fromEpochMs + days * DAY_MS);
    const modified = VERSION.lastModifiedEpochMs;
    expect(
      rows.map(({ class_0, class_1, until_0, until_1 }) => [class_0, until_0, class_1, until_1]),
    ).to.deep.equal([
      ["0", until(modified, 30), "0", until(modified, 7)],
      ["0", until(modified, 30), "", ""],
      ["0", until(NOW, 30), "0", until(NOW, 7)],
    ]);
    const old = await rowsOf([{ lastModifiedEpochMs: NOW - 400 * DAY_MS }]);
    expect(old[0]?.["until_0"], "older than the lock").to.equal(until(NOW - 90 * DAY_MS, 30));
  });

  it("has the class that the rule promises, else the vault's, else any", async () => {
    expect(await classes([{}])).to.equal("0");
    expect(await classes([{}], "GLACIER")).to.equal(number("GLACIER"));
    expect(await classes([{ storageClass: "DEEP_ARCHIVE" }])).to.equal(number("DEEP_ARCHIVE"));
    expect(await classes([{ storageClass: "DEEP_ARCHIVE" }], "GLACIER")).to.equal(
      number("DEEP_ARCHIVE"),
    );
    expect(await classes([{ storageClass: "TAPE" as never }]), "not known").to.equal(BY_ITSELF);
  });

  it("leaves to judgement what rules promise in more than one class", async () => {
    const tags = { kind: "raw" };
    const deep = { storageClass: "DEEP_ARCHIVE" } as const;
    const other = { ...deep, tags, name: "tagged" };
    expect(await classes([deep, other])).to.equal(number("DEEP_ARCHIVE"));
    expect(await classes([{}, other])).to.equal(BY_ITSELF);
    expect(await classes([{ storageClass: "GLACIER" }, other])).to.equal(BY_ITSELF);
    expect(await classes([{}, other], "DEEP_ARCHIVE")).to.equal(number("DEEP_ARCHIVE"));
  });
});

describe("lock modes by number", () => {
  it("are none, GOVERNANCE and COMPLIANCE, as the questions to inventories count them", () => {
    expect(["", "GOVERNANCE", "COMPLIANCE"].map(lockNumber)).to.deep.equal([0, 1, 2]);
  });
});
