import { expect } from "chai";
import { bindPrincipals, shownPolicyText } from "../../src/authorization/bind-principals";
import { compilePolicy } from "../../src/authorization/compile";
import { contextKeyNames } from "../../src/authorization/context-keys";
import { MalformedPolicy } from "../../src/authorization/malformed-policy";
import { mergedKeys } from "../../src/authorization/merged-keys";
import { statementsOf } from "../../src/authorization/statement";
import { requestTagKeys } from "../../src/authorization/request-tags";

const policy = (...statements: object[]) =>
  compilePolicy({
    Version: "2012-10-17",
    Statement: statements.map((one) => ({
      Effect: "Allow",
      Action: "s3:*",
      Resource: "*",
      ...one,
    })),
  });

describe("authorization: the keys of tags in a request", () => {
  it("are one for each tag, in small letters, and the names of all", () => {
    const tags = [{ Key: "Team", Value: "Red" }, { Key: "cost" }];
    expect(requestTagKeys(tags)).to.deep.equal({
      "aws:requesttag/team": "Red",
      "aws:requesttag/cost": "",
      "aws:tagkeys": ["Team", "cost"],
    });
  });

  it("are only the names of those that are taken away", () => {
    expect(requestTagKeys(undefined, ["Team"])).to.deep.equal({ "aws:tagkeys": ["Team"] });
    expect(requestTagKeys([{ Value: "a" }], ["b"])).to.deep.equal({
      "aws:requesttag/": "a",
      "aws:tagkeys": ["", "b"],
    });
  });

  it("are absent where there are no tags", () => {
    expect(requestTagKeys(undefined)).to.deep.equal({});
    expect(requestTagKeys([])).to.deep.equal({});
  });
});

describe("authorization: keys of several sources", () => {
  it("come together, later ones before earlier ones, without what is undefined", () => {
    const merged = mergedKeys(
      { a: "1", b: "1" },
      undefined,
      { b: "2", c: ["x"] },
      { a: undefined },
    );
    expect(merged).to.deep.equal({ a: "1", b: "2", c: ["x"] });
    expect(Object.keys(mergedKeys({ a: undefined }))).to.deep.equal([]);
  });
});

describe("authorization: the keys that policies ask for", () => {
  it("are those of conditions and of variables, each once as it is first written", () => {
    const names = contextKeyNames([
      policy({
        Resource: "arn:aws:s3:::${aws:PrincipalTag/team, 'none'}/${ aws:username }/${*}${?}${$}",
        Condition: { StringLike: { "s3:prefix": "${aws:userid}/*", "S3:delimiter": "/" } },
      }),
      policy({
        Condition: { Null: { "s3:Prefix": "true" }, Bool: { "aws:SecureTransport": "true" } },
        Resource: "arn:aws:s3:::${AWS:username}",
      }),
    ]);
    expect(names).to.deep.equal([
      "s3:prefix",
      "S3:delimiter",
      "aws:PrincipalTag/team",
      "aws:username",
      "aws:userid",
      "aws:SecureTransport",
    ]);
  });

  it("are none where a policy has neither", () => {
    expect(contextKeyNames([policy({ Resource: "arn:aws:s3:::{a}/$b" })])).to.deep.equal([]);
    expect(contextKeyNames([])).to.deep.equal([]);
  });
});

/** Source: IAM User Guide, "AWS JSON policy elements: Principal". */
describe("authorization: who a saved policy names", () => {
  const arn = (name: string) => `arn:aws:iam::111111111111:role/${name}`;
  const session = (name: string) => `arn:aws:sts::111111111111:assumed-role/${name}/s`;
  const foreign = "arn:aws:iam::999999999999:role/strange";
  const ids: Readonly<Record<string, string>> = {
    [arn("a")]: "AROAAAAAAAAAAAAAAAAAA",
    [arn("b")]: "AROABBBBBBBBBBBBBBBBB",
  };
  const id = (name: string) => ids[arn(name)] ?? "";
  const arns = new Map(Object.entries(ids).map(([one, its]) => [its, one]));
  const bound = (...statements: object[]) =>
    bindPrincipals(policy(...statements), (named) => {
      if (named === foreign) return "unknown";
      const found =
        ids[named.replace(session("a"), arn("a"))] ?? (arns.has(named) ? named : undefined);
      return found === undefined ? "missing" : { id: found };
    });
  const textOf = (of: ReturnType<typeof policy>, ...dead: string[]) =>
    shownPolicyText(of, (one) => (dead.includes(one) ? undefined : arns.get(one)));
  const shown = (of: ReturnType<typeof policy>, ...dead: string[]) =>
    JSON.parse(textOf(of, ...dead)) as { Statement: Record<string, unknown>[] };

  it("is not looked up where it names no user and no role", () => {
    const account = policy(
      {
        Principal: {
          AWS: ["111111111111", "arn:aws:sts::111111111111:federated-user/ann"],
          Service: "s3.amazonaws.com",
        },
      },
      {},
    );
    const lookup = () => {
      throw new Error("looked up");
    };
    expect(bindPrincipals(account, lookup)).to.deep.equal({
      ...account,
      statements: statementsOf(account).map((one) => ({ principals: undefined, ...one })),
    });
  });

  it("are those of each statement, and of none that has no principal", () => {
    const one = bound({ Principal: { AWS: arn("a") } }, {}, { Principal: { AWS: arn("b") } });
    const text = shown(one, id("a"), id("b"));
    expect(text.Statement.map(({ Principal }) => Principal)).to.deep.equal([
      { AWS: id("a") },
      undefined,
      { AWS: id("b") },
    ]);
  });

  it("has to exist, where the account is known", () => {
    for (const AWS of [arn("missing"), "AROAMISSINGMISSING222", session("missing")]) {
      expect(() => bound({ Principal: { AWS } }))
        .to.throw(MalformedPolicy, "Invalid principal in policy")
        .with.property("subject", `"AWS":"${AWS}"`);
    }
    const strange = bound({ Principal: { AWS: foreign } });
    expect(textOf(strange)).to.equal(strange.text);
    expect(statementsOf(strange)[0]?.principals).to.deep.equal([
      { kind: "identity", arn: foreign },
    ]);
  });

  it("is a session as it was written, whose role is there", () => {
    const one = bound({ Principal: { AWS: session("a") } });
    expect(statementsOf(one)[0]?.principals).to.deep.equal([
      { kind: "session", arn: session("a") },
    ]);
    expect(textOf(one)).to.equal(one.text);
  });

  it("is shown by its ARN when it was named by its id, as long as it is there", () => {
    const one = bound({ Principal: { AWS: id("a") } });
    expect(shown(one).Statement[0]).to.have.deep.property("Principal", { AWS: arn("a") });
    expect(textOf(one, id("a"))).to.equal(one.text);
  });

  it("is shown as written while it is there, by its id when it is gone, and only as a principal", () => {
    const written = {
      Sid: "x",
      Effect: "Allow",
      Action: "s3:*",
      Resource: "*",
      Principal: { AWS: arn("a") },
      Condition: { ArnEquals: { "aws:PrincipalArn": [arn("b"), arn("a")] } },
    };
    const one = bound(written);
    expect(textOf(one)).to.equal(one.text);
    const [statement] = shown(one, id("a")).Statement;
    expect(statement).to.deep.equal({ ...written, Principal: { AWS: id("a") } });
  });

  it("is so among those that are spared, and a dead one beside a living one", () => {
    const one = bound({ NotPrincipal: { AWS: [arn("a"), arn("b"), "111111111111"] } });
    const [statement] = shown(one, id("b")).Statement;
    const named = (statement?.["NotPrincipal"] as { AWS: string[] }).AWS;
    expect(named).to.have.members([arn("a"), id("b"), "111111111111"]);
  });

  it("comes in an order that does not follow the writer's, with everything else as it was", () => {
    const orders = [
      [arn("a"), arn("b")],
      [arn("b"), arn("a")],
    ];
    const texts = orders.map((AWS) =>
      textOf(bound({ Principal: { AWS }, Action: ["s3:Put*", "s3:Get*"] })),
    );
    expect(texts[0]).to.equal(texts[1]);
    expect(JSON.parse(texts[0] ?? "").Statement[0]).to.deep.include({
      Action: ["s3:Put*", "s3:Get*"],
      Principal: { AWS: [arn("b"), arn("a")] },
    });
  });

  it("keeps the text of a document of which nothing is shown otherwise", () => {
    const text = JSON.stringify(policy({ Principal: { AWS: arn("a") } }).document, undefined, 2);
    expect(textOf(compilePolicy(text))).to.equal(text);
  });

  it("leaves what is empty or no text in a document as it was", () => {
    const Condition = {
      Bool: { "aws:SecureTransport": true },
      NumericEquals: { "s3:max-keys": 5 },
    };
    const document = {
      Version: "2012-10-17",
      Id: null,
      Statement: {
        Effect: "Allow",
        Principal: { AWS: [arn("a"), arn("b")] },
        Action: "s3:*",
        Resource: "*",
        Condition,
      },
    };
    const one = JSON.parse(textOf(compilePolicy(document))) as { Statement: object };
    expect(one).to.have.property("Id", null);
    expect(one.Statement).to.have.deep.property("Condition", Condition);
  });
});
