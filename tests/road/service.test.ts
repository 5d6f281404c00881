/** `examples/service/`: over HTTP, and from its page in a real browser where there is one. */

import { request } from "node:http";
import {
  HeadObjectCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { openEnvironment, type Environment } from "../../automation";
import { launchBrowser, type Page } from "../helpers/browser";
import { chromiumPath } from "../helpers/chromium";
import { EngineProject } from "../helpers/engine-project";
import { makePlainProject } from "../helpers/plain-project";
import { ServiceClone, type RunningService } from "../helpers/example-service";
import { withoutReplication } from "../helpers/without-replication";

const SOURCE = "acme-records";
const VAULT = "acme-vault";
/** What a name would do where it is taken for HTML. */
const EVIL_KEY = "<script>document.title='run'</script><img src=x onerror=document.title='run'>";
/** How long a job of the sandbox stays at one status where it is to be caught at it. */
const HELD_MS = 3_600_000;

describe("examples/service", function () {
  this.timeout(300_000);
  const LONG = { timeout: 120_000 };
  let project: EngineProject;
  let environment: Environment;
  let clone: ServiceClone;
  let service: RunningService;

  const put = async (
    keys: readonly string[],
    options: Partial<PutObjectCommandInput> = {},
  ): Promise<void> => {
    const s3 = project.s3("source");
    for (const Key of keys) {
      await s3.send(new PutObjectCommand({ Bucket: SOURCE, Key, Body: "content", ...options }));
    }
  };
  const putUnseen = (keys: readonly string[], options?: Partial<PutObjectCommandInput>) =>
    withoutReplication(project.s3("source"), SOURCE, () => put(keys, options));
  const arrived = async (key: string): Promise<string | undefined> => {
    const s3 = project.s3("vault");
    const head = await s3.send(new HeadObjectCommand({ Bucket: VAULT, Key: key }));
    return head.ReplicationStatus;
  };
  const setJobStep = (jobStepMs: number): void =>
    void Object.assign(project.sandbox.world.settings, { jobStepMs });
  const newestJob = async () => {
    const [job] = await environment.jobs();
    if (job === undefined) throw new Error("There is no job.");
    return job;
  };
  const start = () => clone.start(project.folder, "dev", project.environment);

  before(async () => {
    clone = await ServiceClone.make();
    project = await EngineProject.start();
    await makePlainProject(project, { source: SOURCE, vault: VAULT });
    await put(["a", "b", "c"]);
    environment = await openEnvironment({
      cwd: project.folder,
      stack: "dev",
      environment: project.environment,
    });
    await environment.up({ confirm: () => Promise.resolve(true) });
    service = await start();
  });
  after(async () => {
    await service?.kill();
    await project?.close();
    await clone?.close();
  });

  const post = async (path: string, headers: Readonly<Record<string, string>> = {}) => {
    const { origin } = service;
    const answer = await fetch(origin + path, { method: "POST", headers: { origin, ...headers } });
    return { status: answer.status, body: (await answer.json()) as unknown };
  };

  it("answers on this machine alone, says so, and takes nothing from pages of others", async () => {
    expect(service.origin).to.match(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(service.greeting).to.include("is for this machine alone: ");
    const { port } = new URL(service.origin);
    // A whole network is this machine's own where it runs Linux, of which the service listens on one address.
    if (process.platform === "linux") {
      expect(await codeOf(fetch(`http://127.0.0.2:${port}/`))).to.equal("ECONNREFUSED");
    }
    const body = { message: "Only the service's own page may do this." };
    for (const origin of [
      "http://elsewhere.example",
      `http://127.0.0.1.evil.example:${port}`,
      "null",
    ]) {
      for (const path of ["/start", "/approve/0123456789abcdef", "/cancel"]) {
        expect(await post(path, { origin })).to.deep.equal({ status: 403, body });
      }
    }
    // Without `Origin`, as a form of an old browser sends it.
    expect((await fetch(`${service.origin}/start`, { method: "POST" })).status).to.equal(403);
    // A name of somebody else's that points to this machine: to the browser that page is the service's own.
    for (const method of ["GET", "POST"]) {
      const host = `evil.example:${port}`;
      expect(await statusAs(host, `${service.origin}/`, method), method).to.equal(403);
    }
    const page = await fetch(service.origin);
    expect(page.headers.get("content-security-policy")).to.include("frame-ancestors 'none'");
    expect(await firstEvents(service.origin, "idle")).to.deep.equal(["idle"]);
    expect(await environment.jobs()).to.deep.equal([]);
  });

  it("starts a backfill, refuses a second, approves the plan that was shown and no other, and streams all to the end", async () => {
    expect(await post("/approve/0123456789abcdef")).to.deep.include({ status: 409 });
    expect(await post("/cancel")).to.deep.equal({
      status: 409,
      body: { message: "No backfill runs." },
    });
    expect(await post("/start")).to.deep.equal({ status: 202, body: {} });
    expect(await post("/start")).to.deep.equal({
      status: 409,
      body: { message: "A backfill runs already: wait for its end, or cancel it." },
    });
    const types: string[] = [];
    let planHash = "";
    for await (const event of eventsOf(service.origin)) {
      types.push(event.type);
      if (event.type === "plan") {
        expect(event["objects"]).to.equal(3);
        planHash = String(event["planHash"]);
      }
      if (event.type === "question") {
        expect(await post("/approve/0123456789abcdef")).to.deep.equal({
          status: 409,
          body: { message: "The plan is another one by now: look at it again." },
        });
        expect(await post(`/approve/${planHash}`)).to.deep.equal({ status: 202, body: {} });
      }
      if (event.type === "ended") {
        expect(event["isClean"]).to.equal(true);
        break;
      }
    }
    expect(types[0]).to.equal("started");
    expect(types).to.include.members(["job-created", "plan", "question", "answered", "verdict"]);
    expect(await arrived("a")).to.equal("REPLICA");
  });

  const executablePath = chromiumPath();
  const leftOut: string[] = [];
  after(() => {
    for (const title of leftOut) process.stderr.write(`Left out without Chromium: ${title}\n`);
  });

  describe("in a browser", () => {
    /** mocha forbids tests that are skipped, so that those for which there is no browser are named and not registered. */
    const inBrowser = (title: string, run: () => Promise<void>): void => {
      if (executablePath === undefined) leftOut.push(title);
      else it(title, run);
    };
    const mistakes: Error[] = [];
    let browser: Awaited<ReturnType<typeof launchBrowser>>;
    let page: Page;
    const text = async (selector: string) => (await page.textContent(selector)) ?? "";
    const atGate = async (): Promise<void> => {
      await page.click("#start");
      await page.waitForSelector("#approve:enabled", LONG);
    };
    const ended = () => page.waitForSelector("#start:enabled", LONG);

    before(async () => {
      browser = await launchBrowser(clone.packages, executablePath ?? "");
      page = await browser.newPage();
      page.on("pageerror", (error) => mistakes.push(error));
      await page.goto(service.origin);
    });
    afterEach(() => expect(mistakes).to.deep.equal([]));
    after(() => browser?.close());

    inBrowser(
      "shows the plan with its prices, takes the approval, and follows the job to its clean end",
      async () => {
        await putUnseen(["d", "e"]);
        await ended();
        await atGate();
        const plan = [await text("#plan"), await text("#prices"), await text("#state")];
        expect(plan[0]).to.match(/^Plan [0-9a-f]{16}: 2 versions, 14 bytes$/);
        expect(plan[1]).to.match(
          /^job.*USD 0\.25.*PUT requests into .*vault.*Total.*USD 0\.\d{6}$/s,
        );
        expect(plan[2]).to.match(/^Replicate 2 versions for .*\?$/);

        // As in a second tab whose button was pressed at the same time.
        await page.evaluate("document.getElementById('start').disabled = false");
        await page.click("#start");
        await page.waitForSelector("#refusal:not(:empty)", LONG);
        expect(await text("#refusal")).to.match(/^A backfill runs already: /);

        // In the middle the page is loaded anew, and shows the same again.
        await page.reload();
        await page.waitForSelector("#approve:enabled", LONG);
        expect([await text("#plan"), await text("#prices"), await text("#state")]).to.deep.equal(
          plan,
        );
        expect(await page.isEnabled("#start")).to.equal(false);

        await page.click("#approve");
        await ended();
        const state = "Clean: all that is promised is proven.";
        expect(await text("#state")).to.equal(state);
        expect(await text("#verdict")).to.match(/: clean, 5 proven, 0 failed$/);
        expect(await page.evaluate("document.getElementById('progress').position")).to.equal(1);
        expect(await arrived("e")).to.equal("REPLICA");
        await page.reload();
        await ended();
        expect(await text("#state")).to.equal(state);
      },
    );

    inBrowser(
      "declines a plan, tells what became of it with code and hint, and cancels the job",
      async () => {
        await putUnseen(["f"]);
        await atGate();
        await page.click("#cancel");
        await ended();
        const { jobId, status } = await newestJob();
        expect(status).to.equal("Cancelled");
        expect(await text("#verdict")).to.equal(
          `JobCancelled: The job ${jobId} was cancelled. Run the command again to start a new one.`,
        );
        expect(await text("#state")).to.equal("Ended, and not clean.");
      },
    );

    inBrowser("cancels a job that runs", async () => {
      await atGate();
      setJobStep(HELD_MS);
      await page.click("#approve");
      await page.waitForSelector("#state:text-matches('^The job .* is (Ready|Active)')", LONG);
      setJobStep(2);
      await page.click("#cancel");
      await ended();
      expect(await text("#verdict")).to.include("JobCancelled: ");
      expect((await newestJob()).status).to.equal("Cancelled");
    });

    inBrowser("is ended by a signal, and carries the job on when it is started again", async () => {
      await atGate();
      const { jobId } = await newestJob();
      expect(await service.end("SIGTERM"), service.log).to.equal(0);
      expect(service.log).to.include("the next start carries on with it");
      await page.waitForSelector("#state:text('The service does not answer')", LONG);
      expect(await page.isEnabled("#approve")).to.equal(false);
      expect(await newestJob()).to.include({ jobId, status: "Suspended" });

      service = await start();
      await page.goto(service.origin);
      await ended();
      await atGate();
      expect(await text("#told")).to.include(`Carrying on with the job ${jobId}`);
      await page.click("#approve");
      await ended();
      expect(await text("#state")).to.match(/^Clean: /);
      expect(await arrived("f")).to.equal("REPLICA");
    });

    inBrowser("shows names as text, whatever they are", async () => {
      // No job brings what is archived, so that the verdict names it.
      await putUnseen([EVIL_KEY], { StorageClass: "GLACIER" });
      await page.click("#start");
      await page.waitForSelector("#verdict > li", LONG);
      await ended();
      expect(await text("#verdict")).to.include(`${EVIL_KEY} vault: `);
      expect(await text("#state")).to.equal("Ended, and not clean.");
      expect(await page.evaluate("document.title")).to.equal("Lockstep backfill");
      expect(
        await page.evaluate("document.querySelectorAll('#verdict script, img').length"),
      ).to.equal(0);
    });

    inBrowser("ends while nothing runs by Ctrl-C, as well", async () => {
      expect(await service.end("SIGINT"), service.log).to.equal(0);
    });
  });
});

interface Told {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** The events of the service, as a browser reads them. Ends with the service's own end, or the caller's. */
async function* eventsOf(origin: string): AsyncGenerator<Told> {
  const left = new AbortController();
  const { body, headers } = await fetch(`${origin}/events`, { signal: left.signal });
  expect(headers.get("content-type")).to.include("text/event-stream");
  if (body === null) throw new Error("The answer has no body.");
  const decoder = new TextDecoder();
  let text = "";
  try {
    for await (const chunk of body) {
      text += decoder.decode(chunk as Uint8Array, { stream: true });
      const blocks = text.split("\n\n");
      text = blocks.pop() ?? "";
      for (const block of blocks) yield JSON.parse(block.replace(/^data: /, "")) as Told;
    }
  } finally {
    left.abort();
  }
}

/** The types of what is told at once, up to one of a type. */
async function firstEvents(origin: string, last: string): Promise<readonly string[]> {
  const types: string[] = [];
  for await (const { type } of eventsOf(origin)) {
    types.push(type);
    if (type === last) break;
  }
  return types;
}

/** The status of an answer to a request with a `Host` of one's own, which `fetch` does not send. */
function statusAs(host: string, url: string, method: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const headers = { host, origin: `http://${host}` };
    request(url, { method, headers }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    })
      .on("error", reject)
      .end();
  });
}

/** The code of the cause for which nothing could be fetched. */
function codeOf(fetched: Promise<Response>): Promise<unknown> {
  return fetched.then(
    ({ status }) => status,
    ({ cause }: { cause?: { code?: unknown } }) => cause?.code,
  );
}
