/** A report in a real browser: read by axe in both colour schemes and at a phone's width, and nothing fetched. */

import { readFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect } from "chai";
import { reportHtml } from "../../automation/report/html";
import { launchBrowser, type Page } from "../helpers/browser";
import { chromiumPath } from "../helpers/chromium";
import { judged, lookOf } from "../helpers/looks";
import { fullReport, reportOf, twoSources } from "../helpers/reports";
import { testTool } from "../helpers/test-tool";

const SIZES = {
  desk: { width: 1_280, height: 900 },
  phone: { width: 360, height: 740 },
} as const;

/** What axe answers, as far as it is read here. */
interface Violation {
  readonly id: string;
  readonly nodes: readonly {
    readonly html: string;
    readonly failureSummary: string;
  }[];
}

describe("a report in a browser", function () {
  this.timeout(300_000);
  let folder: string;
  let browser: Awaited<ReturnType<typeof launchBrowser>>;
  let axe: string;

  before(async function () {
    const executablePath = chromiumPath();
    if (executablePath === undefined) return this.skip();
    const packages = dirname(dirname(dirname(await testTool("example-service"))));
    browser = await launchBrowser(packages, executablePath);
    folder = await mkdtemp(join(tmpdir(), "lockstep-report-"));
    axe = await readFile(require.resolve("axe-core/axe.min.js"), "utf8");
    await writeFile(join(folder, "full.html"), await reportHtml(fullReport()));
    const clean = reportOf({ look: lookOf([judged("a", "proven")]) });
    await writeFile(join(folder, "clean.html"), await reportHtml(clean));
    // With two of each table.
    await writeFile(join(folder, "two.html"), await reportHtml(twoSources()));
  });
  after(async () => {
    await browser?.close();
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  });

  /** A page with what went wrong and what was asked for on its way. */
  const open = async (name: string, change?: (page: Page) => Promise<void>) => {
    const page = await browser.newPage();
    const told: string[] = [];
    page.on("pageerror", (error) => told.push(error.message));
    page.on("console", (message) => told.push(message.text()));
    page.on("request", (request) => told.push(request.url()));
    await change?.(page);
    const url = pathToFileURL(join(folder, name)).href;
    await page.goto(url);
    return { page, told: told.filter((text) => text !== url) };
  };

  for (const name of ["full.html", "clean.html", "two.html"]) {
    for (const colorScheme of ["light", "dark"] as const) {
      for (const [width, size] of Object.entries(SIZES)) {
        it(`has nothing for axe to find: ${name}, ${colorScheme}, ${width}`, async () => {
          const { page, told } = await open(name, async (opened) => {
            await opened.emulateMedia({ colorScheme });
            await opened.setViewportSize(size);
          });
          expect(told).to.deep.equal([]);
          // Numbers that are folded are read as well.
          await page.evaluate(
            `document.querySelectorAll("details").forEach((one) => (one.open = true))`,
          );
          await page.evaluate(axe);
          const violations = (await page.evaluate(
            `axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }).then((found) => found.violations)`,
          )) as readonly Violation[];
          const words = violations.map(
            ({ id, nodes }) => `${id}: ${nodes[0]?.html} ${nodes[0]?.failureSummary}`,
          );
          expect(words).to.deep.equal([]);
          // The page itself never scrolls sideways: what is wide does so by itself.
          const overflow = await page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth",
          );
          expect(overflow).to.equal(0);
        });
      }
    }
  }

  it("differs by the reader's scheme, and charts do, too", async () => {
    const colours = async (colorScheme: "light" | "dark") => {
      const { page } = await open("full.html", (opened) => opened.emulateMedia({ colorScheme }));
      return page.evaluate(
        `[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.querySelector('svg [fill^="var(--part"]')).fill]`,
      );
    };
    const [light, dark] = [await colours("light"), await colours("dark")];
    expect(light).to.deep.equal(["rgb(255, 255, 255)", "rgb(31, 122, 77)"]);
    expect(dark).to.deep.equal(["rgb(20, 24, 28)", "rgb(76, 195, 138)"]);
  });

  it("is whole on paper: in black on white, with all that is folded, and nothing cut off", async () => {
    const { page } = await open("full.html", (opened) =>
      opened.emulateMedia({ colorScheme: "dark", media: "print" }),
    );
    await page.setViewportSize({ width: 720, height: 1_000 });
    expect(
      await page.evaluate(
        "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]",
      ),
    ).to.deep.equal(["rgb(255, 255, 255)", "rgb(0, 0, 0)"]);
    const folded = await page.evaluate(`[...document.querySelectorAll("details")].map((one) => [
      one.open,
      [...one.children].every((child) => child.checkVisibility({ contentVisibilityAuto: true })),
      one.lastElementChild.getBoundingClientRect().height > 0,
    ])`);
    expect(folded).to.be.an("array").that.is.not.empty;
    for (const one of folded as readonly unknown[]) {
      expect(one).to.deep.equal([false, true, true]);
    }
    const cut = await page.evaluate(
      `[...document.querySelectorAll(".wide")].filter((one) => getComputedStyle(one).overflowX !== "visible").length`,
    );
    expect(cut).to.equal(0);
  });

  it("is gone through by keyboard: past the beginning, to each table, to what is folded, and always seen", async () => {
    const { page } = await open("full.html");
    const focused = () =>
      page.evaluate(`(() => {
        const one = document.activeElement;
        const { outlineStyle, outlineWidth } = getComputedStyle(one);
        return [one.localName, one.className, outlineStyle + " " + outlineWidth];
      })()`) as Promise<readonly [string, string, string]>;
    await page.keyboard.press("Tab");
    expect(await focused()).to.deep.equal(["a", "skip", "solid 3px"]);
    const stops = `document.querySelectorAll('a[href], summary, [tabindex="0"]')`;
    const count = Number(await page.evaluate(`${stops}.length`));
    expect(count).to.be.greaterThan(10);
    // A stop in what is folded is none.
    const shown = `[...${stops}].filter((one) => one.checkVisibility({ contentVisibilityAuto: true }))`;
    const shownCount = Number(await page.evaluate(`${shown}.length`));
    for (let index = 1; index < shownCount; index++) {
      await page.keyboard.press("Tab");
      expect(await page.evaluate(`${shown}.indexOf(document.activeElement)`)).to.equal(index);
      expect((await focused())[2]).to.equal("solid 3px");
    }
    await page.evaluate(`document.querySelector("summary").focus()`);
    await page.keyboard.press("Enter");
    expect(await page.evaluate(`document.querySelector("details").open`)).to.equal(true);
    // The first stop leads past the heading.
    await page.evaluate(`document.querySelector(".skip").focus()`);
    await page.keyboard.press("Enter");
    expect(await page.evaluate("location.hash")).to.equal("#report");
  });

  it("runs no script, whoever puts one in", async () => {
    const html = await readFile(join(folder, "clean.html"), "utf8");
    const evil = `<script>document.title = "run"</script><img src="x" onerror="document.title = 'run'">`;
    await writeFile(join(folder, "evil.html"), html.replace("<main", `${evil}<main`));
    const { page } = await open("evil.html");
    expect(await page.evaluate("document.title")).to.match(/^Lockstep dev: Clean/);
  });
});
