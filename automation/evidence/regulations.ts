/**
 * What rules on the keeping of records ask, what in a bundle speaks to it, and what stays with the firm. No legal advice, and no
 * word that a rule is met: that is for whoever answers for the records. Paraphrased; the text that counts is the rule's own.
 *
 * Held on 30 November 2026 against quotations of the rules: both alternatives, (A) and (B), of 17a-4(f)(2)(i), that completeness and
 * accuracy are verified automatically, the backup and the undertaking; the places of both amendments in the Federal Register; of FINRA's
 * rule the six years and the media of SEA Rule 17a-4. And numbers of 17a-4(f)(3), each against a text that names it:
 *
 * - (i): the proposal, 86 FR 68308: "at all times have available, for examination by Commission or SRO staff, facilities for the immediate,
 *   easily readable projection or production"; as proposed "facilities available to produce records". Its last words were not at hand.
 * - (iv): a question on the proposal of 3 January 2022 names it, "to organize and index accurately all information" until then; the
 *   proposal, 86 FR 68309: "organize and maintain information necessary to locate records". Its last words were not at hand.
 * - (v): a copy of AWS's page on the rule as it is now: undertakings are filed "pursuant to Section 17 CFR 240.17a-4(f)(3)(v)(A)".
 *
 * Not held against the rules' own text, which was not at hand: the numbers of 17a-4(f)(2)(ii) to (v), (f)(3)(ii) and (f)(3)(iii), the
 * letters of 1.31 and 4511, and the last words of (f)(3)(i) and (iv), of which the rows say no more than is quoted. Of (f)(3)(ii) no text was
 * found: that records which are asked for are provided at all times is said of it as it is known to us.
 * @see https://www.ecfr.gov/current/title-17/section-240.17a-4 (as amended by 87 FR 66412, 3 November 2022)
 * @see https://www.sec.gov/comments/s7-19-21/s71921-20111120-264771.htm (the question that names (f)(3)(iv))
 * @see https://aws.amazon.com/compliance/secrule17a-4f/ ((f)(3)(v)(A))
 * @see https://www.finra.org/rules-guidance/rulebooks/finra-rules/4511
 * @see https://www.ecfr.gov/current/title-17/section-1.31 (as amended by 82 FR 24479, 30 May 2017)
 */

/** One paragraph of a rule. */
export interface RegulationRow {
  /** As in `17 CFR 240.17a-4(f)(2)(ii)`. */
  readonly paragraph: string;
  /** What it asks, in our words. */
  readonly asks: string;
  /** What in a bundle speaks to it; null where nothing does. */
  readonly bundleHas: string | null;
  /** What only the firm can do. */
  readonly firmMust: string;
}

/** Every row, in the order of the rules. */
export const REGULATIONS: readonly RegulationRow[] = [
  {
    paragraph: "17 CFR 240.17a-4(f)(2)(i)(B)",
    asks: "Records are preserved exclusively in a form that can be neither rewritten nor erased (the alternative to an audit trail).",
    bundleHas:
      "For each proven version at a vault in COMPLIANCE mode: mode and end of its lock as S3 told them (lines.ndjson), the vault's protections held against what was deployed (findings.json), and the promise that both are measured by.",
    firmMust:
      "Choose a period that covers the retention that applies, extend it or set legal holds where a matter asks for it, and see that records reach the bucket whose versions are copied.",
  },
  {
    paragraph: "17 CFR 240.17a-4(f)(2)(ii)",
    asks: "The completeness and accuracy of storing and retaining records are verified automatically.",
    bundleHas:
      "One line for each version that the source listed, at each vault that it was promised at, with the way its content was compared (checksum, ETag, or size alone), and the counts made of them.",
    firmMust:
      "Run it on a schedule, look into what is not clean, and verify that what was written into the source is the record.",
  },
  {
    paragraph: "17 CFR 240.17a-4(f)(2)(iii)",
    asks: "Where it applies, units of storage media are serialized, and what is on them is dated for the time that it has to be kept.",
    bundleHas: "The id of each version, and the end of its lock, where S3 told it (lines.ndjson).",
    firmMust: "Decide whether it applies to the system.",
  },
  {
    paragraph: "17 CFR 240.17a-4(f)(2)(iv)",
    asks: "Records, and what is needed to locate them, can be downloaded and transferred in a form that people read and in one that programs use.",
    bundleHas: null,
    firmMust:
      "Have the means to download from the vault and to hand over, and keep the right to read and the keys that it takes.",
  },
  {
    paragraph: "17 CFR 240.17a-4(f)(2)(v)",
    asks: "There is a backup system that holds a redundant set of records, or another redundancy that is designed to ensure access.",
    bundleHas:
      "Which vaults hold a proven copy of each version beside the source, and in which account and Region (the statement's environment).",
    firmMust:
      "Decide which copy is the record and which the backup, and see that the backup meets the rule itself.",
  },
  {
    paragraph: "17 CFR 240.17a-4(f)(3)(i)-(ii)",
    asks: "Facilities to produce the records, and copies of them that people read, are there at all times, for examination by the staffs of the Commission and of self-regulatory organizations, and so are the records that they ask for.",
    bundleHas: null,
    firmMust:
      "Have whoever reads from the vault or the source, with the rights and the keys that it takes, at all times; try it, archived storage classes too, out of which nothing is read at once.",
  },
  {
    paragraph: "17 CFR 240.17a-4(f)(3)(iii)",
    asks: "An audit system accounts for the input of records and of changes to them.",
    bundleHas: null,
    firmMust:
      "Keep trails of whoever writes into the source, such as CloudTrail's data events, for as long as the records.",
  },
  {
    paragraph: "17 CFR 240.17a-4(f)(3)(iv)",
    asks: "The information that is needed to locate records is organized and maintained.",
    bundleHas:
      "Bucket, key and version id of each version that the source listed, and each vault that it was looked for at (lines.ndjson, the promises): by these S3 finds it, and by no other word.",
    firmMust:
      "Keep what leads to a key: from a customer, an account, a date or a matter; keep it as safe as the records, since no bundle has it.",
  },
  {
    paragraph: "17 CFR 240.17a-4(f)(3)(v)",
    asks: "An undertaking of a designated executive officer or of a designated third party is filed.",
    bundleHas: null,
    firmMust: "File it.",
  },
  {
    paragraph: "FINRA Rule 4511(c)",
    asks: "Books and records are preserved in a format and on media that comply with SEA Rule 17a-4.",
    bundleHas: "What is said above of 17 CFR 240.17a-4(f), and no more.",
    firmMust:
      "What is said above, and the periods of FINRA's own rules (six years where none is said: 4511(b)).",
  },
  {
    paragraph: "17 CFR 1.31(c)",
    asks: "Electronic records are kept in a form and manner that ensures their authenticity and reliability, with systems and controls for it, means to produce them in an emergency, and an up-to-date inventory of the systems.",
    bundleHas:
      "Comparison and lock of each version as above, and a signature over them; versions that are not as promised are named.",
    firmMust: "Have the other controls, the means of an emergency and the inventory.",
  },
  {
    paragraph: "17 CFR 1.31(d)",
    asks: "Records are open to inspection and produced promptly, in the form and medium that the Commission asks for.",
    bundleHas: null,
    firmMust: "Produce them.",
  },
];
