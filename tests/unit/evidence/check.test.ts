import { readFileSync } from "node:fs";
import { expect } from "chai";
import { checkEvidence } from "../../../automation/evidence/check-evidence";
import { EvidenceProblem } from "../../../automation/evidence/evidence-problem";
import { FILES } from "../../../automation/evidence/statement";
import {
  BundleFolder,
  KEYS,
  loadScript,
  promiseText,
  provenLine,
  soundOf,
  subjectsAnew,
  type BundleWish,
  type CheckWithScript,
  type TestStatement,
} from "../../helpers/evidence-bundles";

const [{ publicKey }] = KEYS;

/** Two sources, of which the second has what is not promised, what is wrong and what is accepted. */
const MIXED: BundleWish = {
  lines: [
    provenLine({ key: "a.csv", versionId: "v1" }),
    provenLine({ key: "a.csv", versionId: "v2", code: "etag" }),
    provenLine({ key: "a.csv", versionId: "v2", vault: "second", kind: "failed", code: "missing" }),
    provenLine({ key: "ä 😀\n", versionId: "null" }),
    provenLine({ source: "scans", key: "b", kind: "unprotected", code: "archived" }),
    {
      source: "scans",
      key: "c",
      versionId: "m",
      kind: "not-applicable",
      code: "delete-marker",
      cause: "a delete marker",
    },
    provenLine({
      source: "scans",
      key: "d",
      replica: {
        etag: "x",
        sizeBytes: 1,
        lockMode: "GOVERNANCE",
        lockedUntil: "2027-01-01T00:00:00.000Z",
      },
    }),
  ],
  findings: [{}, { source: "scans", accept: ["archived"], drift: [] }],
  promises: [promiseText(), promiseText("acme-scans", "GOVERNANCE")],
  jobFiles: { "0001-manifest.csv": "acme-records,a.csv\n", "0001-report.json": "{ odd }" },
};

const NO_ATTEMPTS = {
  refused: { lock: 0, guard: 0, organization: 0, nothing: 0 },
  ...{ accepted: 0, "not-tried": 0 },
};

describe("a bundle of evidence", () => {
  let folder: BundleFolder;
  let script: CheckWithScript;
  before(async () => {
    folder = new BundleFolder();
    script = await loadScript(folder);
  });
  after(() => folder.remove());

  /** Both programs have to say the same. */
  async function problemOf(path: string, previous?: string): Promise<string> {
    const before = previous === undefined ? undefined : await soundOf(previous);
    const found = await checkEvidence(path, { publicKey, previous: before });
    expect(script(path, publicKey, previous).sound, "the script").to.equal(found.sound);
    return found.sound ? "none" : found.problem.code;
  }

  const changed: BundleFolder["changed"] = (...wish) => folder.changed(...wish);

  it("is sound as it was written, and says what its lines come to", async () => {
    const { path, written } = await folder.bundle(MIXED);
    const { verdict, sources, statementDigest, tree } = await soundOf(path);
    expect(statementDigest).to.equal(written.statementDigest);
    expect(tree.sizeCount).to.equal(7);
    expect(sources.map(({ vaults }) => vaults[0]?.lock.mode)).to.deep.equal([
      "COMPLIANCE",
      "GOVERNANCE",
    ]);
    const plain = JSON.parse(JSON.stringify(verdict)) as unknown;
    expect(plain).to.deep.equal({
      clean: false,
      guardLossCount: 0,
      guardUnknownCount: 0,
      attempts: NO_ATTEMPTS,
      sources: [
        {
          source: "records",
          clean: false,
          lineCount: 4,
          versionCount: 3,
          provenCount: 3,
          openCount: 1,
          acceptedCount: 0,
          driftCount: 0,
          onTopCount: 0,
          disagreementCount: 0,
          vaults: {
            primary: {
              outcomes: { "proven/checksum": 2, "proven/etag": 1 },
              locks: { COMPLIANCE: { count: 3, firstEnd: "2033-11-29T00:00:00.000Z" } },
            },
            second: { outcomes: { "failed/missing": 1 }, locks: {} },
          },
        },
        {
          source: "scans",
          clean: true,
          lineCount: 3,
          versionCount: 3,
          provenCount: 1,
          openCount: 0,
          acceptedCount: 1,
          driftCount: 0,
          onTopCount: 0,
          disagreementCount: 0,
          vaults: {
            "": { outcomes: { "not-applicable/delete-marker": 1 }, locks: {} },
            primary: {
              outcomes: { "unprotected/archived": 1, "proven/checksum": 1 },
              locks: { GOVERNANCE: { count: 1, firstEnd: "2027-01-01T00:00:00.000Z" } },
            },
          },
        },
      ],
    });
    expect(await problemOf(path)).to.equal("none");
    const { predicate } = script(path, publicKey) as { predicate: { verdict: unknown } };
    expect(JSON.parse(JSON.stringify(predicate.verdict))).to.deep.equal(plain);
  });

  it("is clean only where nothing stands in the way", async () => {
    const cleanOf = async (wish: BundleWish): Promise<boolean> => {
      const { path } = await folder.bundle(wish);
      expect(await problemOf(path)).to.equal("none");
      return (await soundOf(path)).verdict.clean;
    };
    const marker = {
      ...provenLine({ key: "m" }),
      kind: "not-applicable",
      code: "delete-marker",
    } as const;
    const accepted = provenLine({ key: "x", kind: "unprotected", code: "archived" });
    expect(await cleanOf({})).to.equal(true);
    expect(await cleanOf({ lines: [] }), "nothing promised").to.equal(true);
    expect(await cleanOf({ lines: [marker] }), "nothing promised").to.equal(true);
    expect(await cleanOf({ guardLosses: [{ vault: "primary" }] })).to.equal(false);
    const attempts = (...outcomes: string[]): BundleWish => ({
      refusals: { attempts: outcomes.map((outcome) => ({ outcome, shows: "nothing" })) },
    });
    expect(await cleanOf(attempts("refused", "not-tried"))).to.equal(true);
    expect(await cleanOf(attempts("refused", "accepted"))).to.equal(false);
    expect(await cleanOf({ findings: [{ drift: ["x"] }] })).to.equal(false);
    expect(await cleanOf({ findings: [{ disagreements: ["x"] }] })).to.equal(false);
    expect(await cleanOf({ findings: [{ onTop: { count: 1, first: [] } }] })).to.equal(false);
    expect(await cleanOf({ lines: [accepted] })).to.equal(false);
    const accept = ["archived", "missing", "deleted-at-vault"];
    expect(await cleanOf({ lines: [accepted], findings: [{ accept }] }), "nothing proven").to.equal(
      false,
    );
    const first = provenLine({ key: "a" });
    expect(await cleanOf({ lines: [first, accepted], findings: [{ accept }] })).to.equal(true);
    for (const code of ["missing", "deleted-at-vault"] as const) {
      const kind = code === "missing" ? "failed" : "unprotected";
      const line = provenLine({ key: "x", kind, code });
      expect(await cleanOf({ lines: [first, line], findings: [{ accept }] }), code).to.equal(false);
    }
  });

  it("is not written of lines that are out of order, there twice, or about no source", async () => {
    const codeOf = (wish: BundleWish): Promise<string> =>
      folder.bundle(wish).then(
        () => "none",
        (error: unknown) => {
          if (error instanceof EvidenceProblem) return error.code;
          throw error;
        },
      );
    const [a, b] = [provenLine({ key: "a" }), provenLine({ key: "b" })];
    const other = provenLine({ key: "a", source: "scans" });
    const two = { findings: [{}, { source: "scans" }], promises: [promiseText(), promiseText()] };
    expect(await codeOf({ lines: [a, b] })).to.equal("none");
    expect(await codeOf({ lines: [b, a] })).to.equal("lines");
    expect(await codeOf({ lines: [a, a] })).to.equal("lines");
    expect(await codeOf({ lines: [a, { ...a, kind: "failed", code: "missing" }] })).to.equal(
      "lines",
    );
    expect(await codeOf({ lines: [a, other] })).to.equal("lines");
    expect(await codeOf({ ...two, lines: [a, other] })).to.equal("none");
    expect(await codeOf({ ...two, lines: [other, a] })).to.equal("lines");
    expect(await codeOf({ ...two, lines: [a, other, b] })).to.equal("lines");
    expect(await codeOf({ ...two, promises: [promiseText()] })).to.equal("promise");
    expect(await codeOf({ promises: ["{}"] })).to.equal("promise");
    // Surrogates come after U+E000 to U+FFFF, as S3 lists them.
    const [high, astral] = [provenLine({ key: "\uffee" }), provenLine({ key: "😀" })];
    expect(await codeOf({ lines: [high, astral] })).to.equal("none");
    expect(await codeOf({ lines: [astral, high] })).to.equal("lines");
  });

  it("counts what came of attempts, and takes no other end of one", async () => {
    const outcomes = [
      ["refused", "lock"],
      ["refused", "guard"],
      ["refused", "guard"],
      ["refused", "organization"],
      ["refused", "nothing"],
      ["accepted", "nothing"],
      ["not-tried", "nothing"],
    ];
    const refusals = { attempts: outcomes.map(([outcome, shows]) => ({ outcome, shows })) };
    const { path, written } = await folder.bundle({ refusals });
    expect(written.verdict.attempts).to.deep.equal({
      refused: { lock: 1, guard: 2, organization: 1, nothing: 1 },
      ...{ accepted: 1, "not-tried": 1 },
    });
    expect((await folder.bundle()).written.verdict.attempts).to.deep.equal(NO_ATTEMPTS);
    expect(await problemOf(path)).to.equal("none");
    const odd = ["__proto__", "constructor", "Accepted", 1, null];
    const unfit = [
      ...odd.map((outcome) => ({ attempts: [{ outcome, shows: "lock" }] })),
      ...odd.map((shows) => ({ attempts: [{ outcome: "refused", shows }] })),
      ...[{ attempts: [{ outcome: "refused" }] }, {}, null, []],
    ];
    for (const value of [...unfit, { attempts: "" }, { attempts: {} }, { attempts: [null] }]) {
      const told = await changed(
        path,
        (files) => files.set(FILES.refusals, Buffer.from(`${JSON.stringify(value)}\n`)),
        (statement, files) => {
          subjectsAnew(statement, files);
          Object.assign(statement.predicate["verdict"] ?? {}, {
            attempts: NO_ATTEMPTS,
            clean: true,
          });
        },
      );
      expect(await problemOf(told), JSON.stringify(value)).to.equal("files");
    }
  });

  it("follows the bundle before it, and no other", async () => {
    const first = await folder.bundle();
    const second = await folder.bundle({ previous: first.path, lines: [provenLine({ key: "z" })] });
    const third = await folder.bundle({ previous: second.path });
    const other = await folder.bundle({ stack: "prod" });
    expect(second.written.sequence).to.equal(2);
    expect(third.written.tree.sizeCount).to.equal(3);
    expect(await problemOf(second.path)).to.equal("none");
    expect(await problemOf(second.path, first.path)).to.equal("none");
    expect(await problemOf(third.path, second.path)).to.equal("none");
    expect(await problemOf(third.path, first.path), "one left out").to.equal("chain");
    expect(await problemOf(second.path, other.path), "another environment").to.equal("chain");
    expect(await problemOf(first.path, second.path), "replayed").to.equal("chain");
    expect(await problemOf(other.path, first.path), "another environment").to.equal("chain");
  });

  it("is not sound with another key", async () => {
    const { path } = await folder.bundle({ key: KEYS[1] });
    expect(await problemOf(path)).to.equal("signature");
  });

  it("is not sound where a file is changed, goes, comes or moves", async () => {
    const { path } = await folder.bundle(MIXED);
    const set = (name: string, text: string) => (files: Map<string, Buffer>) => {
      files.set(name, Buffer.from(text));
    };
    const codes = {
      readme: await problemOf(await changed(path, set(FILES.readme, "read me"))),
      config: await problemOf(await changed(path, set("facts/config.json", "{}\n"))),
      job: await problemOf(await changed(path, set("jobs/0001-manifest.csv", "x"))),
      more: await problemOf(await changed(path, set("more.txt", "x"))),
      promise: await problemOf(
        await changed(path, set("promises/0001.json", `${promiseText("acme-other")}\n`)),
      ),
      less: await problemOf(await changed(path, (files) => void files.delete(FILES.readme))),
      noLines: await problemOf(await changed(path, (files) => void files.delete(FILES.lines))),
      noFindings: await problemOf(
        await changed(path, (files) => void files.delete(FILES.findings)),
      ),
      noStatement: await problemOf(
        await changed(path, (files) => void files.delete(FILES.statement)),
      ),
      moved: await problemOf(
        await changed(path, (files) => {
          const readme = files.get(FILES.readme) ?? Buffer.alloc(0);
          files.delete(FILES.readme);
          files.set(FILES.readme, readme);
        }),
      ),
      same: await problemOf(await changed(path, () => undefined)),
    };
    expect(codes).to.deep.equal({
      readme: "files",
      config: "files",
      job: "jobs",
      more: "files",
      promise: "files",
      less: "files",
      noLines: "files",
      noFindings: "files",
      noStatement: "container",
      moved: "files",
      same: "none",
    });
  });

  it("is not sound where the signer's own statement does not follow from the files", async () => {
    const { path } = await folder.bundle(MIXED);
    const resigned = (edit: (statement: TestStatement) => void) =>
      changed(
        path,
        () => undefined,
        (statement) => edit(statement),
      ).then((file) => problemOf(file));
    expect(await resigned(() => undefined)).to.equal("none");
    expect(
      await resigned(({ predicate }) => {
        predicate["verdict"] = { ...predicate["verdict"], clean: true };
      }),
      "verdict",
    ).to.equal("verdict");
    expect(
      await resigned(({ predicate }) => {
        predicate["tree"] = {
          ...predicate["tree"],
          sizeCount: 3,
          peaks: ["0".repeat(64), "1".repeat(64)],
        };
      }),
      "tree",
    ).to.equal("tree");
    expect(
      await resigned(({ predicate }) => {
        predicate["environment"] = { stack: "dev", sources: [] };
      }),
      "environment",
    ).to.equal("promise");
    expect(
      await resigned(({ predicate }) => {
        predicate["more"] = {};
      }),
      "more",
    ).to.equal("statement");
    expect(
      await resigned((statement) => {
        statement["predicateType"] = "urn:lockstep:evidence:v2";
      }),
      "another version",
    ).to.equal("statement");
    for (const chain of [
      { sequence: 2, previous: null },
      { sequence: 1, previous: { statementDigest: "0".repeat(64), tree: {} } },
      {
        sequence: 2,
        previous: {
          statementDigest: "0".repeat(64),
          tree: { sizeCount: 1, root: "0".repeat(64), peaks: [] },
        },
      },
    ]) {
      const code = await resigned(({ predicate }) => {
        predicate["chain"] = chain;
      });
      expect(code, JSON.stringify(chain)).to.equal("statement");
    }
    const wrongTree = { sizeCount: 1, root: "0".repeat(64), peaks: ["1".repeat(64)] };
    expect(
      await resigned(({ predicate }) => {
        predicate["chain"] = {
          sequence: 2,
          previous: { statementDigest: "0".repeat(64), tree: wrongTree },
        };
      }),
      "an earlier tree that is not the one of its peaks",
    ).to.equal("tree");
  });

  it("is not sound where a line has another spelling, whoever signed it", async () => {
    const { path } = await folder.bundle();
    const withLines = async (text: string): Promise<string> =>
      problemOf(
        await changed(
          path,
          (files) => void files.set(FILES.lines, Buffer.from(text)),
          subjectsAnew,
        ),
      );
    const line = readFileSync(path)
      .toString("latin1")
      .split("\0")
      .find((text) => text.startsWith('{"code"'))
      ?.trimEnd();
    expect(line).to.be.a("string");
    expect(await withLines(`${line}\n`)).to.equal("none");
    expect(await withLines(`${line} \n`)).to.equal("lines");
    expect(await withLines(`${line}`)).to.equal("lines");
    expect(await withLines(`${line}\r\n`)).to.equal("lines");
    expect(await withLines(`\n${line}\n`)).to.equal("lines");
    expect(await withLines("x".repeat(70_000))).to.equal("lines");
    expect(await withLines(`${line?.replace('"kind":"proven"', '"kind":"proved"')}\n`)).to.equal(
      "lines",
    );
    expect(
      await withLines(`${line?.replace('"kind":"proven"', '"kind":"failed","kind":"proven"')}\n`),
    ).to.equal("lines");
    expect(await withLines("")).to.equal("tree");
  });

  it("is not sound where what jobs left is another thing than was written down", async () => {
    const { path } = await folder.bundle(MIXED);
    const code = await changed(
      path,
      (files) => void files.set("jobs/0001-manifest.csv", Buffer.from("another")),
      subjectsAnew,
    ).then((file) => problemOf(file));
    expect(code).to.equal("jobs");
    const gone = await changed(
      path,
      (files) => void files.delete("jobs/0001-manifest.csv"),
      subjectsAnew,
    ).then((file) => problemOf(file));
    expect(gone).to.equal("jobs");
  });

  it("cannot be checked where it is not there", async () => {
    const error = await checkEvidence(folder.next("tar"), { publicKey }).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).to.have.property("code", "ENOENT");
  });
});
