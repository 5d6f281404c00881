/**
 * `--level inventory` over inventories that the sandbox delivers as S3 does: keys that are written in odd ways, what is newer or gone, and
 * files that somebody changed.
 */

import { DeleteObjectCommand, HeadObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";
import { expect } from "chai";
import { ManualClock, startSandbox, type Sandbox } from "lockstep-sandbox";
import { Analysis } from "../../automation/analysis/analysis";
import type { VerifyOptions } from "../../automation/backfill/look";
import { isLockstepError } from "../../automation/errors";
import type { VerdictFields } from "../../automation/events";
import { chooseLevel } from "../../automation/levels/choose-level";
import { declareInventories, type DeclaredInventories } from "../helpers/declared-inventories";
import { eventually } from "../helpers/eventually";
import { HandMadeStack } from "../helpers/hand-made-stack";
import { ODD_KEYS } from "../helpers/odd-keys";
import { withoutReplication } from "../helpers/without-replication";

const ON_THE_WAY_MS = 60_000;

for (const format of ["CSV", "Parquet"] as const) {
  describe(`a look by inventories in ${format}`, function () {
    this.timeout(180_000);
    let sandbox: Sandbox;
    let stack: HandMadeStack;
    let inventories: DeclaredInventories;

    beforeEach(async () => {
      sandbox = await startSandbox({
        clock: new ManualClock(Date.now()),
        settings: { replicationDelayMs: ON_THE_WAY_MS, acceptsMachineTime: true },
      });
      stack = await HandMadeStack.make(sandbox, `inventory-${format.toLowerCase()}`, []);
      inventories = await declareInventories(stack, format);
    });
    afterEach(async () => {
      await stack?.close();
      await sandbox?.close();
    });

    const sourceS3 = () => stack.clients.source.s3 as S3Client;
    const sourceBucket = () => stack.outputs.source.bucketName;
    async function putReplicated(...keys: readonly string[]): Promise<void> {
      for (const key of keys) await stack.put(key, `content of ${key}`);
      sandbox.world.clock.advance(2 * ON_THE_WAY_MS);
      const [vault] = stack.clients.vaults.values();
      for (const Key of keys) {
        await eventually(async () => {
          await vault?.s3.send(new HeadObjectCommand({ Bucket: vault.outputs.bucketName, Key }));
          const { ReplicationStatus } = await sourceS3().send(
            new HeadObjectCommand({ Bucket: sourceBucket(), Key }),
          );
          expect(ReplicationStatus).to.equal("COMPLETED");
        });
      }
    }
    const putAlone = (key: string) =>
      withoutReplication(sourceS3(), sourceBucket(), () => stack.put(key, "content"));
    async function verify(
      level: string,
      overrides: Partial<VerifyOptions> = {},
    ): Promise<VerdictFields> {
      return stack.verify({
        outputs: inventories.outputs(),
        level: chooseLevel({ level }),
        settleLimits: { intervalMs: 1, maxIntervalMs: 1, deadlineMs: 0 },
        ...overrides,
      });
    }
    async function refusalOf(overrides: Partial<VerifyOptions> = {}) {
      stack.events.length = 0;
      try {
        await verify("inventory", overrides);
      } catch (error) {
        if (!isLockstepError(error)) throw error;
        // Nothing is said of what could not be looked at.
        expect(stack.told("verdict")).to.have.length(0);
        return error;
      }
      throw new Error("it was not refused");
    }
    const countsOf = ({
      failed,
      proven,
      unprotected,
      unverifiable,
      notApplicable,
      lapsed,
    }: VerdictFields) => ({
      failed,
      proven,
      unprotected,
      unverifiable,
      notApplicable,
      lapsed,
    });

    it("proves what has an odd key, and tells their dates", async () => {
      await putReplicated(...ODD_KEYS);
      await putReplicated("a space");
      await inventories.deliver();
      const verdict = await verify("inventory");
      expect(verdict, JSON.stringify(verdict.failures)).to.deep.include({
        clean: true,
        level: "inventory",
        proven: ODD_KEYS.length + 1,
      });
      expect(countsOf(verdict)).to.deep.equal(countsOf(await verify("full")));
      const { inventory } = verdict;
      expect(inventory).to.deep.include({ newerCount: 0, againCount: 0, goneCount: 0, gone: [] });
      const midnight = /^\d{4}-\d\d-\d\dT00:00:0/;
      expect(inventory?.sourceCreatedAt).to.match(midnight);
      expect(inventory?.vaults).to.have.length(1);
      expect(inventory?.vaults[0]?.createdAt).to.match(midnight);
      // Event holds are in neither.
      expect(verdict.doesNotProve).to.include("holds");
      const found = stack.told("inventory-found");
      expect(found.map(({ bucket, vault }) => [bucket, vault])).to.deep.equal([
        [sourceBucket(), undefined],
        [inventories.vault.listedBucket, "primary"],
      ]);
      const { doneBytes, totalBytes } = stack.told("inventory-progress").at(-1) ?? {};
      expect(doneBytes).to.equal(totalBytes);
    });

    // What is listed is the same for both.
    if (format === "CSV") {
      it("does not go by an engine that has read fewer versions than are listed", async () => {
        await putReplicated("one");
        await putAlone("zzz lost");
        await inventories.deliver();
        const { keep } = Analysis.prototype;
        // The one that is lost is left out: nothing else says that it is listed.
        Analysis.prototype.keep = function (this: Analysis, table: string, select: string) {
          const fewer = `SELECT * FROM (${select}) ORDER BY place LIMIT 1`;
          return keep.call(this, table, table === "listed_marks" ? fewer : select);
        };
        try {
          const error = await refusalOf();
          expect(error.code).to.equal("AnalysisIncomplete");
          expect(error.message).to.contain("has read 1 of 2 versions");
        } finally {
          Analysis.prototype.keep = keep;
        }
        expect(await verify("inventory")).to.deep.include({ proven: 1, failed: 1 });
      });
    }

    it("looks in full at what is newer, or lost, and tells what is gone", async () => {
      await putReplicated("stays", "goes");
      for (const key of ODD_KEYS) await putAlone(key);
      await sourceS3().send(new DeleteObjectCommand({ Bucket: sourceBucket(), Key: "stays" }));
      await inventories.deliver();
      const { VersionId } = await sourceS3().send(
        new HeadObjectCommand({ Bucket: sourceBucket(), Key: "goes" }),
      );
      await sourceS3().send(
        new DeleteObjectCommand({ Bucket: sourceBucket(), Key: "goes", VersionId }),
      );
      await putReplicated("newer");
      await putAlone("newer and lost");
      const verdict = await verify("inventory");
      expect(countsOf(verdict)).to.deep.include({
        proven: 2,
        failed: ODD_KEYS.length + 1,
        notApplicable: 1,
      });
      expect(countsOf(verdict)).to.deep.equal(countsOf(await verify("full")));
      expect(new Set(verdict.failures.map(({ code, key }) => `${code} ${key}`))).to.deep.equal(
        new Set([...ODD_KEYS, "newer and lost"].map((key) => `missing ${key}`)),
      );
      expect(verdict.inventory).to.deep.include({
        newerCount: 2,
        againCount: ODD_KEYS.length,
        goneCount: 1,
        gone: [{ key: "goes", versionId: VersionId }],
      });
    });

    it("goes by the last inventory that is whole", async () => {
      await putReplicated("one");
      await inventories.deliver();
      await putReplicated("two");
      await inventories.deliver();
      const newest = (await inventories.folders(inventories.vault)).at(-1) ?? "";
      expect((await verify("inventory")).inventory).to.deep.include({ newerCount: 0 });
      await inventories.vault.s3.send(
        new DeleteObjectCommand({
          Bucket: inventories.vault.bucketName,
          Key: `${newest}manifest.checksum`,
        }),
      );
      const verdict = await verify("inventory");
      expect(verdict).to.deep.include({ clean: true, proven: 2 });
      expect(verdict.inventory).to.deep.include({ newerCount: 1 });
    });

    it("goes by the last inventory of S3's, whatever folder somebody has put beside it", async () => {
      await putReplicated("one");
      await inventories.deliver();
      for (const side of ["source", "vault"] as const) {
        const one = inventories[side];
        const plant = async (folder: string): Promise<string> => {
          const path = `${one.prefix}/${one.listedBucket}/${one.id}/${folder}/`;
          const text = '{"x":1}';
          await inventories.write(one, `${path}manifest.json`, text);
          const md5 = createHash("md5").update(text).digest("hex");
          await inventories.write(one, `${path}manifest.checksum`, md5);
          return path;
        };
        const [last, other] = [await plant("2099-01-01T00-00Z"), await plant("2098-01-01T00-00Z")];
        stack.events.length = 0;
        expect(await verify("inventory"), side).to.deep.include({ clean: true, proven: 1 });
        const warnings = stack.told("warning");
        expect(warnings.map(({ code }) => code)).to.deep.equal(["InventoryPassedOver"]);
        expect(warnings[0]?.message).to.contain(`${last} in ${one.bucketName} and 1 other like it`);
        for (const path of [last, other]) {
          for (const file of ["manifest.json", "manifest.checksum"]) {
            await one.s3.send(
              new DeleteObjectCommand({ Bucket: one.bucketName, Key: `${path}${file}` }),
            );
          }
        }
        // One that S3 might have made is an error that says what to do, until S3 makes the next one.
        const soon = new Date(sandbox.world.clock.nowEpochMs() + 60_000).toISOString();
        const near = await plant(`${soon.slice(0, 13)}-${soon.slice(14, 16)}Z`);
        const error = await refusalOf();
        expect(error.code).to.equal("InventoryUnreadable");
        expect(error.message).to.contain(
          `${near}manifest.json in ${one.bucketName} is no manifest`,
        );
        expect(error.hint).to.contain("take the folder away");
        await inventories.deliver();
        expect(await verify("inventory"), side).to.deep.include({ clean: true, proven: 1 });
      }
    });

    it("is refused without an inventory on both sides, and before S3 has delivered one", async () => {
      await putReplicated("one");
      for (const [sides, words] of [
        [[], "no inventory of the source inventory-"],
        [["source"], "no inventory of the vault primary"],
        [["vault"], "no inventory of the source inventory-"],
      ] as const) {
        const error = await refusalOf({ outputs: inventories.outputs(sides) });
        expect(error.code).to.equal("InventoryMissing");
        expect(error.message).to.contain(words);
      }
      const { code, hint, message } = await refusalOf();
      expect(code).to.equal("InventoryMissing");
      expect(message).to.contain("S3 has delivered no inventory of");
      expect(hint).to.contain("48 hours");
    });

    it("is refused by the name of a file that is not what S3 delivered", async () => {
      await putReplicated("one", "two");
      await inventories.deliver();
      for (const side of ["source", "vault"] as const) {
        const one = inventories[side];
        const { key: manifestKey, manifest } = await inventories.manifest(one);
        const [file] = manifest.files;
        if (file === undefined) throw new Error("no file");
        const bytes = await inventories.read(one, file.key);
        const manifestBytes = await inventories.read(one, manifestKey);
        const checksum = await inventories.read(one, manifestKey.replace(/json$/, "checksum"));
        const restore = async (): Promise<void> => {
          await inventories.write(one, file.key, bytes);
          await inventories.write(one, manifestKey, manifestBytes);
          await inventories.write(one, manifestKey.replace(/json$/, "checksum"), checksum);
        };
        const altered = Buffer.from(bytes);
        altered[altered.length - 20] = (altered[altered.length - 20] ?? 0) ^ 1;
        const noFile = Buffer.from(bytes).fill(7);
        const cases: readonly (readonly [() => Promise<void>, string, RegExp])[] = [
          [() => inventories.write(one, file.key, altered), file.key, /its MD5 is/],
          [
            () => inventories.write(one, file.key, bytes.subarray(0, -1)),
            file.key,
            /has \d+ bytes, its manifest says/,
          ],
          [
            () => inventories.write(one, file.key, Buffer.concat([bytes, bytes])),
            file.key,
            /has \d+ bytes, its manifest says/,
          ],
          [
            async () => {
              await one.s3.send(new DeleteObjectCommand({ Bucket: one.bucketName, Key: file.key }));
            },
            file.key,
            /is not there/,
          ],
          [
            () => inventories.write(one, manifestKey, `${manifestBytes.toString()} `),
            manifestKey,
            /was altered/,
          ],
          [
            () => inventories.forge(one, ({ files }) => void files.push(file)),
            manifestKey,
            /names .* twice/,
          ],
          [
            () =>
              inventories.forge(one, ({ files }) => {
                files[0] = { ...file, key: "elsewhere" };
              }),
            manifestKey,
            /none of its files/,
          ],
          [
            async () => {
              await inventories.write(one, file.key, noFile);
              await inventories.forge(one, ({ files }) => {
                files[0] = {
                  ...file,
                  MD5checksum: createHash("md5").update(noFile).digest("hex"),
                };
              });
            },
            file.key,
            /cannot be read/,
          ],
        ];
        for (const [spoil, name, words] of cases) {
          await spoil();
          const error = await refusalOf();
          expect(error.code, error.message).to.equal("InventoryUnreadable");
          expect(error.message).to.match(words);
          expect(error.message).to.contain(`${name} in ${one.bucketName}`);
          await restore();
        }
      }
      expect(await verify("inventory")).to.deep.include({ clean: true, proven: 2 });
    });

    it("is not led astray by a source that forges its own inventory", async () => {
      await putReplicated("one");
      await putAlone("lost");
      await inventories.deliver();
      await inventories.forge(inventories.source, (manifest) => {
        manifest.files = [];
      });
      const verdict = await verify("inventory");
      expect(countsOf(verdict)).to.deep.include({ proven: 1, failed: 1 });
      expect(verdict.inventory).to.deep.include({ newerCount: 2 });
    });

    if (format === "CSV") {
      it("is not led astray by one that says why what is lost could not come, accepted or not", async () => {
        await putReplicated("one");
        await putAlone("lost");
        await inventories.deliver();
        const one = inventories.source;
        const { manifest } = await inventories.manifest(one);
        const [file] = manifest.files;
        if (file === undefined) throw new Error("no file");
        const text = gunzipSync(await inventories.read(one, file.key)).toString();
        for (const [from, to] of [
          [/"SSE-S3"/g, '"SSE-C"'],
          [/"SSE-S3"/g, '"SSE-KMS"'],
          [/"COMPLETED"|"",(?="SSE-S3")/g, '"REPLICA"'],
        ] as const) {
          const forged = text.replace(from, (found) => (found.endsWith(",") ? `${to},` : to));
          expect(forged).to.not.equal(text);
          await inventories.forgeRows(one, forged);
          const verdict = await verify("inventory", {
            accept: ["sse-c", "kms-not-taken", "replica"],
          });
          expect(countsOf(verdict), to).to.deep.include({ proven: 1, failed: 1, unprotected: 0 });
          expect(verdict.clean).to.equal(false);
          expect(verdict.failures.map(({ code, key }) => [code, key])).to.deep.equal([
            ["missing", "lost"],
          ]);
        }
      });

      it("is refused where rows are of another bucket, or a key is encoded as S3 does not", async () => {
        await putReplicated("one", "two");
        await inventories.deliver();
        const one = inventories.vault;
        const { manifest } = await inventories.manifest(one);
        const [file] = manifest.files;
        if (file === undefined) throw new Error("no file");
        const text = gunzipSync(await inventories.read(one, file.key)).toString();
        for (const [from, to, words] of [
          [`"${one.listedBucket}"`, '"another"', /a row is of another bucket: another/],
          ['"one"', '"%zz"', /a key is not URL-encoded: %zz/],
        ] as const) {
          await inventories.forgeRows(one, text.replace(from, to));
          const error = await refusalOf();
          expect(error.code).to.equal("InventoryUnreadable");
          expect(error.message).to.match(words);
          expect(error.message).to.contain(file.key);
        }
      });
    }
  });
}
