/** What a comment shows of a key is shown, and is no link: as `marked` reads it, with the autolinks of GitHub's Markdown. */

import { expect } from "chai";
import { marked } from "marked";
import { reportMarkdown } from "../../automation/report/markdown";
import { code, plain, plainCut } from "../../automation/review/markdown-text";
import { judged, lookOf } from "../helpers/looks";
import { reportOf } from "../helpers/reports";

const LURES = [
  "Your token expired, sign in at https://evil.example/login",
  "HTTP://evil.example, ftp://evil.example and xmpp:a@evil.example/b",
  "www.evil.example, WWW.evil.example/login",
  "mail a@evil.example or mailto:a@evil.example",
  "<https://evil.example> [here](https://evil.example)",
];

const linksIn = (markdown: string): readonly string[] => {
  const html = marked.parse(markdown, { gfm: true });
  return [...html.matchAll(/<a [^>]*href="([^"]*)"/g)].map(([, href = ""]) => href);
};

/** As a browser shows it. */
const shownBy = (markdown: string): string => {
  const html = marked.parse(markdown, { gfm: true });
  return html
    .replaceAll(/<!--.*?-->|<[^>]*>/g, "")
    .replaceAll(/&#(\d+);/g, (_, number: string) => String.fromCharCode(Number(number)))
    .trim();
};

describe("text in a comment", () => {
  it("is no link where it would be one as it is", () => {
    for (const lure of LURES) {
      expect(linksIn(lure), lure).not.to.have.length(0);
      for (const written of [plain(lure), plainCut(lure), code(lure)]) {
        expect(linksIn(written), written).to.deep.equal([]);
        expect(linksIn(`| a |\n| --- |\n| ${written} |`), written).to.deep.equal([]);
        expect(shownBy(written)).to.equal(lure);
        // Nor is there one for whoever looks for them in the text that is shown, between two pieces of markup.
        for (const piece of written.split(/<[^>]*>/)) {
          const text = piece.replaceAll(/&#(\d+);/g, (_, number: string) =>
            String.fromCharCode(Number(number)),
          );
          expect(text).not.to.match(/:\/\/|www\.\w|\w@\w/i);
        }
      }
    }
  });

  it("is cut by what is shown of it, so that nothing makes a line long", () => {
    for (const text of ["\u0001".repeat(1_015), "@".repeat(1_015), "a://".repeat(300)]) {
      expect(plainCut(text).length).to.be.within(200, 1_200);
      expect(plainCut(text)).to.match(/…$/);
      expect(code(text).length).to.be.below(3_000);
      expect(code(text)).to.contain("... (cut)");
    }
    expect(plainCut("short")).to.equal("short");
    expect(plainCut("x".repeat(400), 500)).to.equal("x".repeat(400));
  });
});

describe("a report as Markdown, beside keys that are lures", () => {
  it("has no link but those to AWS's own pages", () => {
    const lures = LURES.map((lure, index) => ({ key: `${index}: ${lure}`, lure }));
    const covers = lures.map(({ key }) => ({
      vault: "primary",
      key,
      versionId: "v",
      what: "foreign-version" as const,
    }));
    const versions = lures.map(({ key }) => judged(key, "missing"));
    const text = reportMarkdown(reportOf({ look: lookOf(versions, { covers }) }));
    const links = linksIn(text);
    expect(links.filter((href) => !href.startsWith("https://docs.aws.amazon.com/"))).to.deep.equal(
      [],
    );
    expect(text).to.contain("evil.example/login");
  });
});
