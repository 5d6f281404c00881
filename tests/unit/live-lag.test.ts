/** The lag of live replication, asked of a CloudWatch that answers in pages, or not at all. */

import { GetMetricDataCommand, type MetricDataQuery } from "@aws-sdk/client-cloudwatch";
import { expect } from "chai";
import type { RuleOutputs } from "../../components/promise/outputs";
import { liveLags } from "../../automation/report/live-lag";
import type { LockstepEvent } from "../../automation/events";

const NOW = Date.UTC(2026, 10, 30, 12, 3);
const SOURCE = { bucketName: "records", region: "eu-west-1" };
const VAULTS = [
  { name: "near", bucketName: "near-vault", region: "eu-west-1" },
  { name: "far", bucketName: "far-vault", region: "us-east-1" },
];

interface Page {
  readonly region: string;
  readonly queries: readonly MetricDataQuery[];
  readonly token: string | undefined;
  readonly input: GetMetricDataCommand["input"];
}

type Measured = Parameters<typeof liveLags>[0];

/** Asks for rules of these names; `answer` is CloudWatch. */
async function lagsOf(
  rules: readonly Partial<RuleOutputs>[],
  answer: (page: Page) => object | Promise<object>,
  { isAborted = false, isDated = true } = {},
) {
  const events: LockstepEvent[] = [];
  const pages: Page[] = [];
  const controller = new AbortController();
  if (isAborted) controller.abort();
  const cloudwatch = (region: string) => ({
    GetMetricDataCommand,
    client: {
      send: ({ input }: GetMetricDataCommand, options?: { abortSignal?: AbortSignal }) => {
        expect(options?.abortSignal).to.equal(controller.signal);
        const page = {
          region,
          queries: input.MetricDataQueries ?? [],
          token: input.NextToken,
          input,
        };
        pages.push(page);
        return Promise.resolve(page).then(answer);
      },
    },
  });
  const sts = {
    send: (command: { middlewareStack: { resolve: (...args: unknown[]) => unknown } }) => {
      const date = isDated ? new Date(NOW).toUTCString() : undefined;
      const handler = command.middlewareStack.resolve(
        () => Promise.resolve({ response: { headers: { date } }, output: {} }),
        {},
      ) as (args: object) => Promise<{ output: object }>;
      return handler({ input: {} }).then(({ output }) => output);
    },
  };
  const measured = {
    promise: {
      rules,
      source: SOURCE,
      vaults: new Map(VAULTS.map((vault) => [vault.name, vault])),
    },
    clients: { cloudwatch, sts },
    clock: { nowEpochMs: () => NOW + 365 * 24 * 3_600_000 },
    emit: (event: LockstepEvent) => events.push(event),
    signal: controller.signal,
  } as unknown as Measured;
  return { lags: await liveLags(measured), pages, events };
}

const refusal = (httpStatusCode: number) =>
  Object.assign(new Error("not authorized to perform: cloudwatch:GetMetricData"), {
    name: "AccessDenied",
    $metadata: { httpStatusCode },
  });

describe("the lag of live replication", () => {
  it("is asked for in each vault's Region, by AWS's clock, for the day until now", async () => {
    const { lags, pages } = await lagsOf(
      [
        { name: "Old records!", vault: "near", metrics: true },
        { name: "timed", vault: "far", replicationTimeControl: true },
        { name: "unmeasured", vault: "far" },
      ],
      ({ queries, region }) => ({
        MetricDataResults: queries.map(({ Id }) => ({
          Id,
          Timestamps: [new Date(NOW - 600_000), new Date(NOW - 300_000)],
          Values: region === "us-east-1" ? [7, 8] : [1, 2],
        })),
      }),
    );
    expect(
      lags.map(({ points, rule, unknown, vault }) => [rule, vault, points.length, unknown]),
    ).to.deep.equal([
      ["Old records!", "near", 2, undefined],
      ["timed", "far", 2, undefined],
      ["unmeasured", "far", 0, "the rule has no metrics (`metrics: true`), so nobody measures it"],
    ]);
    expect(lags[1]?.points.map(({ seconds }) => seconds)).to.deep.equal([7, 8]);
    expect(pages.map(({ region }) => region)).to.deep.equal(["eu-west-1", "us-east-1"]);
    const [page] = pages;
    expect(page?.input.EndTime).to.deep.equal(new Date(Date.UTC(2026, 10, 30, 12, 5)));
    expect(page?.input.StartTime).to.deep.equal(new Date(Date.UTC(2026, 10, 29, 12, 5)));
    expect(page?.queries[0]).to.deep.include({
      MetricStat: {
        Metric: {
          Namespace: "AWS/S3",
          MetricName: "ReplicationLatency",
          Dimensions: [
            { Name: "SourceBucket", Value: "records" },
            { Name: "DestinationBucket", Value: "near-vault" },
            { Name: "RuleId", Value: "Old records!" },
          ],
        },
        Period: 300,
        Stat: "Maximum",
      },
    });
    expect(page?.queries[0]?.Id).to.match(/^[a-z]\w*$/);
  });

  it("comes in pages, and for 500 rules at a time", async () => {
    const rules = Array.from({ length: 501 }, (_, index) => ({
      name: `rule ${index}`,
      vault: "near",
      metrics: true,
    }));
    const { lags, pages } = await lagsOf(rules, ({ queries, token }) => ({
      MetricDataResults: queries.map(({ Id }) => ({
        Id,
        Timestamps: [new Date(token === undefined ? NOW - 600_000 : NOW - 300_000)],
        Values: [token === undefined ? 1 : 2],
      })),
      ...(token === undefined && { NextToken: "more" }),
    }));
    expect(pages.map(({ queries, token }) => [queries.length, token])).to.deep.equal([
      [500, undefined],
      [500, "more"],
      [1, undefined],
      [1, "more"],
    ]);
    expect(
      new Set(lags.map(({ points }) => points.map(({ seconds }) => seconds).join())),
    ).to.deep.equal(new Set(["1,2"]));
  });

  it("is not known where one Region refuses, and known in the other", async () => {
    const { events, lags } = await lagsOf(
      [
        { name: "a", vault: "near", metrics: true },
        { name: "b", vault: "far", metrics: true },
      ],
      ({ queries, region }) => {
        if (region === "us-east-1") throw refusal(403);
        return { MetricDataResults: queries.map(({ Id }) => ({ Id, Timestamps: [], Values: [] })) };
      },
    );
    expect(lags[0]).to.deep.equal({ rule: "a", vault: "near", points: [] });
    expect(lags[1]?.unknown).to.match(/^CloudWatch in us-east-1 does not say: .*GetMetricData/);
    expect(lags[1]).to.deep.include({ rule: "b", vault: "far", points: [] });
    expect(events.map((event) => event.type === "warning" && event.code)).to.deep.equal([
      "MetricsUnread",
    ]);
    expect(events[0])
      .to.have.property("message")
      .that.matches(/^The lag .* by b is not known: /);
  });

  it("is nothing of what CloudWatch does not answer, and 0 of a time without a value", async () => {
    const rules = ["a", "b", "c"].map((name) => ({ name, vault: "near", metrics: true }));
    const { lags } = await lagsOf(rules, ({ queries: [a, b] }) => ({
      MetricDataResults: [{ Id: a?.Id }, { Id: b?.Id, Timestamps: [new Date(NOW)] }],
    }));
    expect(lags.map(({ points }) => points)).to.deep.equal([
      [],
      [{ at: new Date(NOW).toISOString(), seconds: 0 }],
      [],
    ]);
  });

  it("is asked for in the source's Region where the vault is not known, and not once more than there are rules", async () => {
    const rules = Array.from({ length: 500 }, (_, index) => ({
      name: `${index}`,
      vault: "gone",
      metrics: true,
    }));
    const { lags, pages } = await lagsOf(rules, () => ({}));
    expect(pages.map(({ queries, region }) => [queries.length, region])).to.deep.equal([
      [500, "eu-west-1"],
    ]);
    expect(new Set(lags.map(({ points }) => points.length))).to.deep.equal(new Set([0]));
  });

  it("goes by the machine's clock where AWS says no time", async () => {
    const { pages } = await lagsOf([{ name: "a", vault: "near", metrics: true }], () => ({}), {
      isDated: false,
    });
    expect(pages[0]?.input.EndTime).to.deep.equal(new Date(Date.UTC(2027, 10, 30, 12, 5)));
  });

  it("ends with what is no answer of AWS, and with whoever stops it", async () => {
    const rules = [{ name: "a", vault: "near", metrics: true }];
    const failed = await lagsOf(rules, () => {
      throw new TypeError("a bug");
    }).catch((error: unknown) => error);
    expect(failed).to.be.instanceOf(TypeError);
    const stopped = await lagsOf(
      rules,
      () => {
        throw refusal(500);
      },
      { isAborted: true },
    ).catch((error: unknown) => error);
    expect(stopped).to.be.instanceOf(Error);
  });
});
