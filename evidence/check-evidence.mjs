// Checks a bundle of evidence of Lockstep. One file, Node 20 or newer, no packages, no network: to be read before it is run.
//
//     node check-evidence.mjs BUNDLE public.pem [EARLIER-BUNDLE]
//
// It ends with 0 when the bundle is sound, 1 when it is not, 2 when a file cannot be read. Sound means: signed by the holder of
// that key, not changed since, and whatever follows from its files (digests, hash tree, counts, verdict) is what was signed.
// Whether the signer saw rightly, no program can say. With an earlier bundle it also says whether this one follows it.
// Nothing has two spellings here: whatever is read is written anew, and has to come out as the same bytes.

import { createHash, createPublicKey, verify } from "node:crypto";
import { openSync, readFileSync, readSync } from "node:fs";

function must(holds, why) {
  if (!holds) throw new Error(why);
}
const sha256 = (...parts) => createHash("sha256").update(Buffer.concat(parts)).digest();

// ---- JSON in its one text: RFC 8785
function textOf(value) {
  if (Array.isArray(value)) return `[${value.map(textOf).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const names = Object.keys(value).filter((name) => value[name] !== undefined);
  names.sort((a, b) => (a < b ? -1 : 1));
  return `{${names.map((name) => `${JSON.stringify(name)}:${textOf(value[name])}`).join(",")}}`;
}
function jsonOf(bytes, what, end = "") {
  const value = JSON.parse(bytes.toString("utf8"));
  must(bytes.equals(Buffer.from(textOf(value) + end)), `${what} has another text than it may have`);
  return value;
}
const same = (one, other) => textOf(one) === textOf(other);
const isText = (value) => typeof value === "string";
const isCount = (value) => Number.isSafeInteger(value) && value >= 0;
const isTexts = (value) => Array.isArray(value) && value.every(isText);
const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const isDigest = (value) => isText(value) && /^[0-9a-f]{64}$/.test(value);
const isInstant = (at) => isText(at) && Date.parse(at) >= 0 && new Date(at).toISOString() === at;

// ---- The archive: POSIX ustar, with headers that follow from name and size
const NAME = /^[a-z0-9][a-z0-9.-]*(\/[a-z0-9][a-z0-9.-]*)*$/;
function headerOf(name, size) {
  const header = Buffer.alloc(512);
  const octal = (value, digits) => `${value.toString(8).padStart(digits, "0")}\0`;
  header.write(name, 0, "latin1");
  header.write(octal(0o644, 7) + octal(0, 7) + octal(0, 7) + octal(size, 11) + octal(0, 11), 100);
  header.write("        0", 148);
  header.write("ustar\0" + "00", 257);
  header.write(
    `${octal(
      header.reduce((sum, byte) => sum + byte),
      6,
    )} `,
    148,
  );
  return header;
}
/** Each file with the pieces of its content, which have to be taken before the next one. */
function* filesOf(path) {
  const descriptor = openSync(path);
  const read = (size) => {
    const bytes = Buffer.alloc(size);
    let [count, more] = [0, 1];
    while (more > 0) count += more = readSync(descriptor, bytes, count, size - count);
    return bytes.subarray(0, count);
  };
  const mustBeZeros = (size) => must(read(size).equals(Buffer.alloc(size)), "there is no zero");
  for (;;) {
    const header = read(512);
    if (header.equals(Buffer.alloc(512))) break;
    const name = header.toString("latin1", 0, 100).split("\0")[0];
    const size = Number.parseInt(header.toString("latin1", 124, 135), 8);
    must(NAME.test(name) && isCount(size) && headerOf(name, size).equals(header), "no header");
    const content = function* () {
      for (let left = size, piece; left > 0; left -= piece.length) {
        piece = read(Math.min(left, 1 << 18));
        must(piece.length > 0, "the archive is cut off");
        yield piece;
      }
    };
    yield { name, content: content() };
    mustBeZeros((512 - (size % 512)) % 512);
  }
  mustBeZeros(512);
  must(read(1).length === 0, "there is something after the archive's end");
}

// ---- The signature: DSSE; ECDSA on P-256 with SHA-256 in DER. Each has a twin, with n - s for s: the smaller s is right here
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const TYPE = "application/vnd.in-toto+json";
function openEnvelope(bytes, key) {
  const envelope = jsonOf(bytes, "the envelope", "\n");
  const { keyid, sig } = envelope?.signatures?.[0] ?? {};
  must(isText(envelope?.payload) && isText(keyid) && isText(sig), "the envelope is none");
  const [payload, der] = [Buffer.from(envelope.payload, "base64"), Buffer.from(sig, "base64")];
  const signatures = [{ keyid, sig: der.toString("base64") }];
  const again = { payload: payload.toString("base64"), payloadType: TYPE, signatures };
  must(same(envelope, again), "the envelope has another text than it may have");
  const keyId = sha256(key.export({ type: "spki", format: "der" })).toString("hex");
  must(keyid === keyId, `it is signed by another key, ${keyid}`);
  const start = Buffer.from(`DSSEv1 ${TYPE.length} ${TYPE} ${payload.length} `);
  // OpenSSL takes the shortest DER alone; s is the second of its two numbers.
  const isRight = verify("sha256", Buffer.concat([start, payload]), key, der);
  const isSmaller = isRight && BigInt(`0x${der.toString("hex", 6 + der[3])}`) <= ORDER / 2n;
  must(isSmaller, "the signature does not fit what is signed");
  return { statement: jsonOf(payload, "the statement"), digest: sha256(payload).toString("hex") };
}

// ---- The hash tree: RFC 6962. Its peaks are the roots of its whole subtrees, the largest first, one for each bit of its size
const nodeHash = (left, right) => sha256(Buffer.of(1), left, right);
function treeFields(sizeCount, peaks) {
  const last = peaks.at(-1) ?? sha256();
  const root = peaks.slice(0, -1).reduceRight((right, left) => nodeHash(left, right), last);
  const [hex, ...rest] = [root, ...peaks].map((hash) => hash.toString("hex"));
  return { sizeCount, root: hex, peaks: rest };
}
function appendLeaf(peaks, size, line) {
  let hash = sha256(Buffer.of(0), line);
  for (let rest = size; rest % 2 === 1; rest = (rest - 1) / 2) hash = nodeHash(peaks.pop(), hash);
  peaks.push(hash);
}
function peaksOf(tree) {
  must(isCount(tree?.sizeCount) && isTexts(tree.peaks) && tree.peaks.every(isDigest), "no tree");
  const bits = tree.sizeCount.toString(2).replaceAll("0", "").length;
  const peaks = tree.peaks.map((peak) => Buffer.from(peak, "hex"));
  must(peaks.length === bits && same(tree, treeFields(tree.sizeCount, peaks)), "no such tree");
  return peaks;
}

// ---- Lines and verdict
const KINDS = ["failed", "unverifiable", "lapsed", "unprotected", "proven", "not-applicable"];
const inOrder = (one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other));
function isLine(line) {
  const { code, key, kind, source, vault = "", versionId, replica = {} } = line ?? {};
  if (!isObject(line) || !isObject(replica) || line.vault === "") return false;
  const { lockMode, lockedUntil } = replica;
  const isLockFit = isText(lockMode) ? isInstant(lockedUntil) : lockMode === lockedUntil;
  return isTexts([code, key, source, vault, versionId]) && KINDS.includes(kind) && isLockFit;
}
/** Counts the lines of one source of `findings.json`. */
function tallyOf({ accept, disagreements, drift, onTop: { count: onTopCount }, source }) {
  must([accept, disagreements, drift].every(Array.isArray) && isCount(onTopCount), "no findings");
  const vaults = Object.create(null);
  const counts = { lineCount: 0, versionCount: 0, provenCount: 0, openCount: 0, acceptedCount: 0 };
  let [last, isEmpty] = [undefined, true];
  const add = ({ code, key, kind, replica, vault = "", versionId }) => {
    const byVersion = last ? inOrder(last.key, key) || inOrder(last.versionId, versionId) : -1;
    must((byVersion || inOrder(last.vault, vault)) < 0, "a line is out of order, or there twice");
    last = { key, versionId, vault };
    counts.lineCount++;
    if (byVersion < 0) counts.versionCount++;
    const { locks, outcomes } = (vaults[vault] ??= { locks: Object.create(null), outcomes: {} });
    outcomes[`${kind}/${code}`] = (outcomes[`${kind}/${code}`] ?? 0) + 1;
    isEmpty &&= kind === "not-applicable";
    if (kind === "not-applicable") return;
    const { lockMode, lockedUntil } = replica ?? {};
    if (kind === "proven") {
      counts.provenCount++;
      if (lockMode === undefined) return;
      const lock = (locks[lockMode] ??= { count: 0, firstEnd: lockedUntil });
      lock.count++;
      if (lockedUntil < lock.firstEnd) lock.firstEnd = lockedUntil;
      return;
    }
    // What is promised and not there is never accepted, nor what only the source's side says.
    const isAccepted = kind !== "failed" && code !== "deleted-at-vault" && accept.includes(code);
    counts[isAccepted ? "acceptedCount" : "openCount"]++;
  };
  const verdict = () => {
    const [driftCount, disagreementCount] = [drift.length, disagreements.length];
    const against = counts.openCount + driftCount + disagreementCount + onTopCount;
    const clean = against === 0 && (isEmpty || counts.provenCount > 0);
    return { source, clean, vaults, ...counts, driftCount, onTopCount, disagreementCount };
  };
  return { source, add, verdict };
}

// ---- What CloudTrail signed: digests, which list log files by their SHA-256, in which the events are. Nothing else may be there
function checkTrail({ digests, events }, files) {
  const signed = events.filter(({ event, outcome }) => event || outcome === "signed");
  const named = (member) => [...new Set(signed.map((one) => one[member]))].sort();
  const isWhole = same([...named("digest"), ...named("log")], [...files.keys()].sort());
  const isNeeded = same(named("digest"), digests.map(({ file }) => file).sort());
  must(isWhole && isNeeded, "a file of the trail is not there, or no event needs it");
  const hashOf = (file) => sha256(files.get(file)).toString("hex");
  const listed = new Map();
  for (const { file, fingerprint, publicKey, signature } of digests) {
    const said = JSON.parse(files.get(file).toString());
    const [der, sig] = [Buffer.from(publicKey, "base64"), Buffer.from(signature, "hex")];
    const spelt = [der.toString("base64"), sig.toString("hex"), said.digestPublicKeyFingerprint];
    const key = createPublicKey({ key: der, format: "der", type: "pkcs1" });
    const place = `${said.digestS3Bucket}/${said.digestS3Object}`;
    const lines = [said.digestEndTime, place, hashOf(file), said.previousDigestSignature ?? "null"];
    const isSigned = verify("sha256", Buffer.from(lines.join("\n")), key, sig);
    const isStrong = key.asymmetricKeyDetails.modulusLength >= 2048;
    must(isSigned && isStrong && same(spelt, [publicKey, signature, fingerprint]), "no digest");
    listed.set(file, new Set(said.logFiles.map(({ hashValue }) => hashValue)));
  }
  for (const { digest, event, log, outcome } of signed) {
    must(listed.get(digest).has(hashOf(log)), `${log} is not as its digest lists it`);
    const { Records } = JSON.parse(files.get(log).toString());
    const isIn = outcome === "signed" && Records.some((record) => same(record, event));
    must(isIn, "an event is not in its log file");
  }
}

// ---- A whole bundle: what its files come to has to be what was signed
function check(path, key, before) {
  const files = filesOf(path);
  const first = files.next().value;
  must(first?.name === "statement.dsse.json", "it does not begin with a statement");
  const { digest, statement } = openEnvelope(Buffer.concat([...first.content]), key);
  const { chain, environment, madeAt, notProven, tools } = statement.predicate;
  const [{ previous, sequence }, { stack }] = [chain, environment];
  const isChained = previous === null ? sequence === 1 : isCount(sequence) && sequence > 1;
  must(isChained && isDigest(previous?.statementDigest ?? digest), "its chain is none");
  must(isInstant(madeAt) && isTexts([stack, ...notProven, ...Object.values(tools)]), "no texts");
  const peaks = previous === null ? [] : peaksOf(previous.tree);
  let size = previous === null ? 0 : previous.tree.sizeCount;
  const [subject, read, md5s, ofTrail] = [[], new Map(), [], new Map()];
  let [done, tallies] = [[], []];
  const takeLine = (bytes) => {
    const line = jsonOf(bytes, "a line");
    must(isLine(line), "a line is none");
    while (tallies.length > 0 && tallies[0].source !== line.source) done.push(tallies.shift());
    must(tallies.length > 0, "a line is about a source that is not there, or was over");
    tallies[0].add(line);
    appendLeaf(peaks, size++, bytes);
  };
  for (const { content, name } of files) {
    must(!read.has(name) && name !== first.name, `${name} is there twice`);
    const [sha, md5, pieces] = [createHash("sha256"), createHash("md5"), []];
    const isOthers = name.startsWith("trail/");
    const isJson = name.endsWith(".json") && !name.startsWith("jobs/") && !isOthers;
    let rest = Buffer.alloc(0);
    for (const piece of content) {
      sha.update(piece);
      md5.update(piece);
      if (name === "lines.ndjson") {
        rest = Buffer.concat([rest, piece]);
        let start = 0;
        for (let end; (end = rest.indexOf(10, start)) >= 0; start = end + 1)
          takeLine(rest.subarray(start, end));
        rest = rest.subarray(start);
        must(rest.length <= 1 << 16, "a line is too long");
      } else if (isJson || isOthers) pieces.push(piece);
    }
    must(rest.length === 0, "the last line is cut off");
    subject.push({ name, digest: { sha256: sha.digest("hex") } });
    if (name.startsWith("jobs/")) md5s.push(`${name} ${md5.digest("hex")}`);
    const bytes = Buffer.concat(pieces);
    if (isOthers) ofTrail.set(name, bytes);
    read.set(name, isJson ? { bytes, value: jsonOf(bytes, name, "\n") } : {});
    if (name === "findings.json") tallies = read.get(name).value.sources.map(tallyOf);
  }
  const listed = (read.get("jobs.json")?.value.jobs ?? []).flatMap((job) => job.files);
  const isListed = same(listed.map((file) => `${file.name} ${file.md5}`).sort(), md5s.sort());
  must(isListed, "what jobs left has not the MD5s that were written down");
  checkTrail(read.get("facts/trail.json")?.value ?? { digests: [], events: [] }, ofTrail);
  must(read.has("lines.ndjson") && read.has("findings.json"), "it has no lines, or no findings");
  const { guard, sources: found } = read.get("findings.json").value;
  const names = ["accountId", "bucketName", "lock", "name", "region"];
  const place = (one) => Object.fromEntries(names.map((name) => [name, one[name]]));
  const sources = found.map(({ source: name }, index) => {
    const { bytes, value } = read.get(`promises/${String(index + 1).padStart(4, "0")}.json`);
    const promiseDigest = sha256(bytes.subarray(0, -1)).toString("hex");
    return { name, promiseDigest, bucket: place(value.source), vaults: value.vaults.map(place) };
  });
  const verdicts = [...done, ...tallies].map((tally) => tally.verdict());
  const [guardLossCount, guardUnknownCount] = [guard.losses.length, guard.unknown.length];
  const { value: tried } = read.get("facts/refusals.json") ?? { value: { attempts: [] } };
  const outcomes = tried.attempts.map(({ outcome }) => outcome);
  const attempts = { refused: 0, accepted: 0, "not-tried": 0 };
  const isKnown = (outcome) => isText(outcome) && Object.hasOwn(attempts, outcome);
  must(outcomes.every(isKnown), "an attempt has another end than it may have");
  for (const outcome of outcomes) attempts[outcome]++;
  const clean = guardLossCount + attempts.accepted === 0 && verdicts.every((one) => one.clean);
  const verdict = { clean, guardLossCount, guardUnknownCount, attempts, sources: verdicts };
  const tree = treeFields(size, peaks);
  const said = { madeAt, environment: { stack, sources }, chain, tree, verdict, notProven, tools };
  const [_type, predicateType] = ["https://in-toto.io/Statement/v1", "urn:lockstep:evidence:v1"];
  must(same(statement, { _type, subject, predicateType, predicate: said }), "it signs another");
  must(before === undefined || same(chain, before.next), "it does not follow the earlier one");
  const next = { sequence: sequence + 1, previous: { statementDigest: digest, tree } };
  return { next, predicate: said };
}
const [bundle, keyFile, earlier] = process.argv.slice(2);
let isKeyRead = false;
try {
  const pem = readFileSync(keyFile, "utf8");
  const key = createPublicKey(pem);
  isKeyRead = key.asymmetricKeyDetails.namedCurve === "prime256v1" && !pem.includes("PRIVATE");
  if (!isKeyRead) throw new Error("the key is no public key on P-256");
  const found = check(bundle, key, earlier === undefined ? undefined : check(earlier, key));
  console.log(JSON.stringify({ sound: true, ...found.predicate }, null, 2));
} catch (error) {
  const isUnread = !isKeyRead || error.syscall !== undefined;
  console.error(`${isUnread ? "cannot be read" : "NOT SOUND"}: ${error.message}`);
  process.exitCode = isUnread ? 2 : 1;
}
