/** Reports, made by hand of looks that are made by hand. */

import type { LookedAt, Report } from "../../automation/report/fields";
import { makeReport } from "../../automation/report/make-report";
import { summarizeLook, type FailureCodes } from "../../automation/report/summarize-look";
import { formVerdict, type VerdictInput } from "../../automation/judge/verdict";
import type { Look } from "../../automation/look/look";

/** What a key could do to whoever shows it: markup of HTML and Markdown, a cell's end, an escape, a text turned around, a half character. */
export const EVIL_KEY =
  "<script>alert(1)</script>\"'|`**[x](javascript:1)**\u001b[2J\u0000\u202eevil\u2066\ud800 @everyone\r\n| a |]]>&amp;";

export interface Made {
  readonly look: Look;
  readonly codes?: FailureCodes;
  readonly input?: Partial<VerdictInput>;
  readonly parts?: Partial<Pick<Report, "guard">>;
}

/** A report of one source. */
export function reportOf({ codes, input, look, parts }: Made): Report {
  const verdict = { ...formVerdict({ look, ...input }), source: "orders" };
  const looked: LookedAt = summarizeLook(look, codes);
  const losses = parts?.guard?.losses ?? [];
  return makeReport({
    lockstepVersion: "1.2.3",
    stack: "dev",
    madeEpochMs: Date.UTC(2026, 10, 30, 12),
    result: {
      clean: verdict.clean && losses.length === 0,
      guard: losses,
      sources: [{ source: "orders", verdict }],
    },
    guard: parts?.guard ?? { checked: ["primary"], unknown: [], losses },
    seen: new Map([["orders", { looked, jobs: [], live: [] }]]),
  });
}
