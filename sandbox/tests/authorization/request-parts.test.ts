import { expect } from "chai";
import { bindPrincipals, shownPolicyText } from "../../src/authorization/bind-principals";
import { compilePolicy } from "../../src/authorization/compile";
import { contextKeyNames } from "../../src/authorization/context-keys";
import { mergedKeys } from "../../src/authorization/merged-keys";
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
  const foreign = "arn:aws:iam::999999999999:role/strange";
  const ids: Readonly<Record<string, string>> = {
    [arn("a")]: "AROAAAAAAAAAAAAAAAAAA",
    [arn("b")]: "AROABBBBBBBBBBBBBBBBB",
    [foreign]: "unknown",
  };
  const bound = (...statements: object[]) =>
    bindPrincipals(policy(...statements), (one) => ids[one] ?? "missing");
  const shown = (of: ReturnType<typeof policy>, ...dead: string[]) =>
    JSON.parse(shownPolicyText(of, (id) => !dead.includes(id))) as {
      Statement: Record<string, unknown>[];
    };

  it("is not looked up where it names no user and no role", () => {
    const account = policy({ Principal: { AWS: "111111111111", Service: "s3.amazonaws.com" } });
    const lookup = () => {
      throw new Error("looked up");
    };
    expect(bindPrincipals(account, lookup)).to.equal(account);
    const identity = policy({});
    expect(bindPrincipals(identity, lookup)).to.equal(identity);
  });

  it("are those of each statement, and of none that has no principal", () => {
    const one = bound({ Principal: { AWS: arn("a") } }, {}, { Principal: { AWS: arn("b") } });
    const text = shown(one, ids[arn("a")] ?? "", ids[arn("b")] ?? "");
    expect(text.Statement.map(({ Principal }) => Principal)).to.deep.equal([
      { AWS: ids[arn("a")] },
      undefined,
      { AWS: ids[arn("b")] },
    ]);
  });

  it("has to exist, where the account is known", () => {
    expect(() => bound({ Principal: { AWS: arn("missing") } })).to.throw(
      "Invalid principal in policy",
    );
    const strange = bound({ Principal: { AWS: foreign } });
    expect(shownPolicyText(strange, () => false)).to.equal(strange.text);
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
    expect(shownPolicyText(one, () => true)).to.equal(one.text);
    const [statement] = shown(one, ids[arn("a")] ?? "").Statement;
    expect(statement).to.deep.equal({ ...written, Principal: { AWS: ids[arn("a")] } });
  });

  it("is so among those that are spared, and a dead one beside a living one", () => {
    const one = bound({ NotPrincipal: { AWS: [arn("a"), arn("b"), "111111111111"] } });
    const [statement] = shown(one, ids[arn("b")] ?? "").Statement;
    const named = (statement?.["NotPrincipal"] as { AWS: string[] }).AWS;
    expect(named).to.have.members([arn("a"), ids[arn("b")], "111111111111"]);
  });

  it("comes in an order that does not follow the writer's, with everything else as it was", () => {
    const orders = [
      [arn("a"), arn("b")],
      [arn("b"), arn("a")],
    ];
    const texts = orders.map((AWS) =>
      shownPolicyText(bound({ Principal: { AWS }, Action: ["s3:Put*", "s3:Get*"] }), () => true),
    );
    expect(texts[0]).to.equal(texts[1]);
    expect(JSON.parse(texts[0] ?? "").Statement[0]).to.deep.include({
      Action: ["s3:Put*", "s3:Get*"],
      Principal: { AWS: [arn("b"), arn("a")] },
    });
  });

  it("leaves a document with an empty member as it was", () => {
    const document = {
      Version: "2012-10-17",
      Id: null,
      Statement: {
        Effect: "Allow",
        Principal: { AWS: [arn("a"), arn("b")] },
        Action: "s3:*",
        Resource: "*",
      },
    };
    const one = compilePolicy(document);
    expect(JSON.parse(shownPolicyText(one, () => true))).to.have.property("Id", null);
  });
});
