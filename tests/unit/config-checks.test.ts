/** The checks that look across members of a config, on no more than what each looks at: by the paths of what they find. */

import { expect } from "chai";
import { crossChecks } from "../../components/config/cross-checks";

const paths = (config: object) => crossChecks(config).map(({ path }) => path);
const messageAt = (config: object, path: string) =>
  crossChecks(config).find((problem) => problem.path === path)?.message;

describe("config checks: names", () => {
  it("are taken once among vaults, buckets, sources and rules; those that are missing meet nobody", () => {
    const bucket = { name: "b" };
    expect(paths({ vaults: [{}, {}], sources: [{}, {}], rules: [{}, {}] })).to.deep.equal([]);
    expect(paths({ vaults: [{ name: "a" }, { name: "b" }, { name: "a" }] })).to.deep.equal([
      "vaults[2].name",
    ]);
    expect(paths({ vaults: [{ bucket }, { bucket }] })).to.deep.equal(["vaults[1].bucket.name"]);
    expect(paths({ sources: [{ name: "a" }, { name: "a" }] })).to.deep.equal(["sources[1].name"]);
    expect(paths({ sources: [{ bucket }, { bucket }] })).to.deep.equal(["sources[1].bucket.name"]);
    expect(paths({ rules: [{ name: "a" }, { name: "a" }] })).to.deep.equal(["rules[1].name"]);
    expect(messageAt({ rules: [{ name: "a" }, { name: "a" }] }, "rules[1].name")).to.contain(
      "rules[0].name has too",
    );
  });

  it("of a source's bucket and a vault's are never the same", () => {
    const bucket = { name: "b" };
    expect(paths({ source: { bucket }, vaults: [{ bucket }] })).to.deep.equal([
      "vaults[0].bucket.name",
    ]);
    expect(paths({ source: { bucket }, vaults: [{ bucket: { name: "c" } }, {}] })).to.deep.equal(
      [],
    );
    expect(paths({ source: {}, vaults: [{}] })).to.deep.equal([]);
  });

  it("stand for one source or for several, not for both", () => {
    expect(paths({ source: {}, sources: [] })).to.deep.equal(["sources"]);
    expect(paths({ sources: [] })).to.deep.equal([]);
  });
});

describe("config checks: stacks of two teams", () => {
  const cases: readonly [object, string[]][] = [
    [{ side: "both", sourceStack: "s", vaultStack: "v" }, []],
    [{ side: "both", sourceStack: "s" }, ["sourceStack"]],
    [{ side: "source", sourceStack: "s", vaultStack: "v" }, ["sourceStack"]],
    [{ side: "vaults", sourceStack: "s", vaultStack: "v" }, ["sourceStack"]],
    [{ side: "source", vaultStack: "v" }, []],
    [{ side: "both", vaultStack: "v" }, ["vaultStack"]],
    [{ side: "vaults", vaultStack: "v" }, ["vaultStack"]],
  ];
  for (const [config, expected] of cases) {
    it(`${JSON.stringify(config)}: ${expected.join() || "nothing"}`, () => {
      expect(paths(config)).to.deep.equal(expected);
    });
  }

  it("are told which of side and other stack is not right", () => {
    const said = (config: object) => /^[^;]*/.exec(messageAt(config, "sourceStack") ?? "")?.[0];
    const wanted = 'expected it with side "both" and vaultStack, got side';
    expect(said({ sourceStack: "s" })).to.equal(`${wanted} "both" and no vaultStack`);
    expect(said({ side: "vaults", sourceStack: "s", vaultStack: "v" })).to.equal(
      `${wanted} "vaults"`,
    );
  });

  it("take a key of their own only where the vaults are made", () => {
    const made = { encryption: { kms: "create" } };
    const vaults = [{ encryption: { kms: "none" } }, made, {}];
    expect(paths({ side: "source", vaults })).to.deep.equal(["vaults[1].encryption.kms"]);
    expect(paths({ side: "source", vaultStack: "v", vaults })).to.deep.equal([]);
    expect(paths({ side: "vaults", vaults })).to.deep.equal([]);
    expect(paths({ vaults })).to.deep.equal([]);
  });
});

describe("config checks: rules", () => {
  const vaults = [{ name: "v", accountId: "222222222222" }];

  it("name vaults and sources that there are", () => {
    const rules = [{ vault: "v", source: "s" }, { vault: "w" }, { vault: "v", source: "t" }];
    const found = paths({ vaults, sources: [{ name: "s" }], rules });
    expect(found).to.include.members(["rules[1].vault", "rules[2].source"]);
    expect(found).to.not.include.members(["rules[0].vault"]);
  });

  it("are a thousand at most", () => {
    const rules = (count: number) =>
      Array.from({ length: count }, (_, priority) => ({ name: `r${priority}`, priority }));
    expect(paths({ rules: rules(1000) })).to.deep.equal([]);
    expect(paths({ rules: rules(1001) })).to.deep.equal(["rules"]);
  });

  it("fill each source, a chained one only by its name", () => {
    const chained = { name: "hop", bucket: { vault: "v" } };
    const rule = { name: "r", vault: "w" };
    const both = [{ name: "v" }, { name: "w" }];
    const found = (sources: object[], ...rules: object[]) =>
      paths({ vaults: both, sources, rules });
    expect(found([{ name: "s" }, chained])).to.deep.equal([]);
    expect(found([{ name: "s" }, chained], rule)).to.deep.equal(["sources[1]"]);
    expect(found([{ name: "s" }], { ...rule, source: "s" })).to.deep.equal([]);
    expect(found([{ name: "s" }, { name: "t" }], { ...rule, source: "s" })).to.deep.equal([
      "sources[1]",
    ]);
  });

  it("have options that go together", () => {
    const one = (rule: object, more: object = {}) => paths({ vaults, rules: [rule], ...more });
    const keyed = { vaults: [{ name: "v", encryption: { kms: "create" } }] };
    const marked = { deleteMarkerReplication: true };
    expect(one({ ...marked, filter: { tags: { a: "1" } } })).to.deep.equal([
      "rules[0].deleteMarkerReplication",
    ]);
    expect(one({ ...marked, filter: { prefix: "a" } })).to.deep.equal([]);
    expect(one({ filter: { tags: { a: "1" } } })).to.deep.equal([]);
    expect(one({ replicationTimeControl: true })).to.deep.equal(["rules[0].metrics"]);
    expect(one({ replicationTimeControl: true, metrics: true })).to.deep.equal([]);
    expect(one({ replicationTimeControl: true }, { monitoring: {} })).to.deep.equal([]);
    expect(one({ replicationTimeControl: true, metrics: false }, { monitoring: {} })).to.deep.equal(
      ["rules[0].metrics"],
    );
    const takes = { vault: "v", sseKmsEncryptedObjects: true };
    expect(one(takes)).to.deep.equal(["rules[0].sseKmsEncryptedObjects"]);
    expect(one(takes, keyed)).to.deep.equal([]);
    expect(one({ ...takes, replicaKmsKeyId: "alias/a" })).to.not.include(
      "rules[0].sseKmsEncryptedObjects",
    );
    expect(
      one({ vault: "v", sseKmsEncryptedObjects: false, replicaKmsKeyId: "alias/a" }),
    ).to.include("rules[0].replicaKmsKeyId");
  });

  it("replicate into another bucket, and hand ownership over across accounts alone", () => {
    const hop = [{ name: "hop", bucket: { vault: "v" } }];
    expect(paths({ vaults, sources: hop, rules: [{ vault: "v", source: "hop" }] })).to.deep.equal([
      "rules[0].vault",
    ]);
    const over = (accountId: string, rule: object) =>
      paths({ vaults, sources: [{ name: "s", accountId }], rules: [{ vault: "v", ...rule }] });
    for (const rule of [{ ownerOverride: true }, { ownerOverride: true, source: "s" }]) {
      expect(over("222222222222", rule)).to.deep.equal(["rules[0].ownerOverride"]);
      expect(over("111111111111", rule)).to.deep.equal([]);
    }
    expect(over("222222222222", {})).to.deep.equal([]);
    expect(over("222222222222", { ownerOverride: true, source: "t" })).to.not.include(
      "rules[0].ownerOverride",
    );
  });

  it("are held against the vault and the source that they name, and against no nameless one", () => {
    const owned = { accountId: "222222222222" };
    const over = { ownerOverride: true };
    expect(paths({ vaults: [owned], sources: [owned], rules: [over] })).to.deep.equal([]);
    expect(
      paths({ vaults: [{}], rules: [{ sseKmsEncryptedObjects: true }, { ...over }] }),
    ).to.deep.equal([]);
    expect(
      paths({ vaults, sources: [{ bucket: { vault: "v" } }], rules: [{ vault: "v" }] }),
    ).to.deep.equal([]);
    expect(
      paths({ vaults: [{ name: "v" }], sources: [{}], rules: [{ vault: "v", ...over }] }),
    ).to.deep.equal([]);
    const two = [
      { name: "s", accountId: "111111111111" },
      { name: "t", ...owned },
    ];
    const rules = [
      { vault: "v", source: "s", ...over },
      { vault: "v", source: "t", priority: 1 },
    ];
    expect(paths({ vaults, sources: two, rules })).to.deep.equal([]);
    expect(
      paths({ vaults: [{}, ...vaults], sources: two, rules: [{ vault: "v", ...over }] }),
    ).to.deep.equal(["rules[0].ownerOverride"]);
    expect(
      paths({
        vaults: [{ name: "v", encryption: {} }],
        rules: [{ vault: "v", sseKmsEncryptedObjects: true, deleteMarkerReplication: true }],
      }),
    ).to.deep.equal(["rules[0].sseKmsEncryptedObjects"]);
    expect(
      paths({
        vaults: [{ name: "v", encryption: { kms: "none" } }],
        rules: [{ vault: "v", sseKmsEncryptedObjects: false }],
      }),
    ).to.deep.equal([]);
  });

  it("are held against the very vault that they name, wherever it stands", () => {
    const [one, other] = ["111111111111", "222222222222"];
    const both = [
      { name: "w", accountId: one, encryption: { kms: "create" } },
      { name: "v", accountId: other },
    ];
    const sources = [{ name: "s", accountId: one }];
    const found = (vault: string, rule: object) =>
      paths({ vaults: both, sources, rules: [{ vault, ...rule }] });
    expect(found("v", { sseKmsEncryptedObjects: true })).to.deep.equal([
      "rules[0].sseKmsEncryptedObjects",
    ]);
    expect(found("w", { sseKmsEncryptedObjects: true })).to.deep.equal([]);
    expect(found("v", { ownerOverride: true })).to.deep.equal([]);
    expect(found("w", { ownerOverride: true })).to.deep.equal(["rules[0].ownerOverride"]);
  });

  it("leave a source without a name to those who miss the name", () => {
    expect(paths({ sources: [{ name: "s" }, {}], rules: [{ source: "s" }] })).to.deep.equal([]);
  });

  it("are told what they say, and the names that there are", () => {
    const timed = (metrics: object) => ({ rules: [{ replicationTimeControl: true, ...metrics }] });
    expect(messageAt(timed({}), "rules[0].metrics")).to.contain(", got nothing; ");
    expect(messageAt(timed({ metrics: false }), "rules[0].metrics")).to.contain(", got false; ");
    const bucket = { vault: "x" };
    const named = (more: object[]) => ({
      vaults: [{ name: "primary" }, ...more],
      sources: [{ name: "orders", bucket }, ...more],
      rules: [{ vault: "x", source: "y" }],
    });
    for (const path of ["rules[0].vault", "rules[0].source", "sources[0].bucket.vault"]) {
      const message = messageAt(named([]), path);
      expect(message, path).to.match(/; known: "(primary|orders)"\.$/);
      expect(messageAt(named([{}]), path), path).to.equal(message);
    }
  });

  it("need no priority beside rules that name no vault either", () => {
    expect(paths({ rules: [{}, {}] })).to.deep.equal([]);
    expect(paths({ rules: [{ priority: 1 }, {}, { priority: 2 }] })).to.deep.equal([]);
  });

  it("have priorities that meet nobody's of the same source", () => {
    const found = (...rules: object[]) =>
      paths({ vaults, sources: [{ name: "s" }, { name: "t" }], rules });
    const to = (source: string | undefined, priority?: number) => ({
      vault: "v",
      source,
      priority,
    });
    expect(found(to("s", 1), to("t", 1))).to.deep.equal([]);
    expect(found(to("s", 1), to("t", 2), to("s", 1))).to.deep.equal(["rules[2].priority"]);
    expect(found(to(undefined, 1), to("s", 1))).to.deep.equal(["rules[1].priority"]);
    expect(found(to("s", 1), to(undefined, 1))).to.deep.equal(["rules[1].priority"]);
    expect(found(to(undefined))).to.deep.equal([]);
    expect(found(to("s"), to("t"))).to.deep.equal([]);
    expect(found(to("s"), to("s"), to("t", 1))).to.deep.equal([
      "rules[0].priority",
      "rules[1].priority",
    ]);
  });
});

describe("config checks: a vault", () => {
  const vault = (one: object, more: object = {}) =>
    paths({ vaults: [{ name: "v", ...one }], ...more });

  it("is in its source's partition", () => {
    const source = { region: "eu-west-1" };
    expect(vault({ region: "cn-north-1" }, { source })).to.deep.equal(["vaults[0].region"]);
    expect(vault({ region: "us-east-1" }, { source })).to.deep.equal([]);
    expect(vault({}, { source })).to.deep.equal([]);
    expect(vault({ region: "cn-north-1" }, { source: {} })).to.deep.equal([]);
  });

  it("locks a pilot for one day alone", () => {
    const retention = ["vaults[0].lock.retention"];
    expect(vault({ lock: { retention: "2 days" } })).to.deep.equal(retention);
    expect(vault({ lock: { stage: "pilot", retention: "2 days" } })).to.deep.equal(retention);
    expect(vault({ lock: { retention: "1 day" } })).to.deep.equal([]);
    expect(vault({ lock: { retention: "long" } })).to.deep.equal([]);
    expect(vault({ lock: { stage: "governance", retention: "2 days" } })).to.deep.equal([]);
  });

  it("locks in COMPLIANCE mode only with period and sentence", () => {
    const lock = (more: object) => ({ lock: { stage: "compliance", ...more } });
    const bucket = { name: "acme" };
    const [RETENTION, SENTENCE] = ["vaults[0].lock.retention", "vaults[0].lock.acknowledgement"];
    const acknowledgement = "acme: COMPLIANCE for 30 days";
    const month = { retention: "30 days" };
    expect(vault({ bucket, ...lock({ ...month, acknowledgement }) })).to.deep.equal([]);
    expect(vault({ bucket, ...lock({}) })).to.deep.equal([RETENTION, SENTENCE]);
    expect(vault({ bucket, ...lock(month) })).to.deep.equal([SENTENCE]);
    expect(vault({ bucket, ...lock({ ...month, acknowledgement: "yes" }) })).to.deep.equal([
      SENTENCE,
    ]);
    expect(vault({ bucket, ...lock({ acknowledgement }) })).to.deep.equal([RETENTION]);
    expect(vault(lock({ ...month, acknowledgement }))).to.deep.equal([]);
    const said = (more: object) =>
      messageAt({ vaults: [{ name: "v", bucket, ...lock(more) }] }, SENTENCE);
    expect(said(month)).to.contain(`is missing: expected exactly "${acknowledgement}"; `);
    expect(said({ ...month, acknowledgement: "yes" })).to.contain(', got "yes"; ');
    expect(said({ ...month, acknowledgement: "yes" })).to.match(/^expected exactly "/);
    expect(said({})).to.contain("as in");
  });
});
