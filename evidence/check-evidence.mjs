// Checks a bundle of evidence of Lockstep. One file, Node 20 or newer, no packages, no network: to be read before it is run.
//     node check-evidence.mjs BUNDLE public.pem [EARLIER-BUNDLE]
// It ends with 0 when the bundle is sound, 1 when it is not, 2 when a file cannot be read. Sound: signed by the holder of that key,
// and what follows from its files (digests, hash tree, counts, verdict) is what was signed; it follows the earlier bundle, if given.
// Whether the signer saw rightly, no program can say. Whatever is read is written anew, and has to come out as the same bytes.
import { createHash, createPublicKey, verify } from "node:crypto";
import { openSync, readFileSync, readSync } from "node:fs";
function must(holds, why) {
  if (!holds) throw new Error(why);
}
const sha256 = (...parts) => createHash("sha256").update(Buffer.concat(parts)).digest();
// ---- JSON in its one text: RFC 8785
function textOf(value, depth = 0) {
  must(depth < 100 && (isText(value) ? value.isWellFormed() : ![1 / 0, -1 / 0].includes(value)), "JSON has no text");
  if (Array.isArray(value)) return `[${value.map((one) => textOf(one, depth + 1)).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const names = Object.keys(value).filter((name) => value[name] !== undefined);
  names.sort();
  return `{${names.map((name) => `${textOf(name, depth)}:${textOf(value[name], depth + 1)}`).join(",")}}`;
}
function jsonOf(bytes, what, end = "") {
  const value = JSON.parse(bytes.toString("utf8"));
  must(bytes.equals(Buffer.from(textOf(value) + end)), `${what} has another text than it may have`);
  return value;
}
const same = (one, other) => textOf(one) === textOf(other);
// ---- Shapes: "" stands for any text, "a|b" for one of these, 0 for a count, [""] for a list of texts, [] for any list. Further members may be there
const isText = (value) => typeof value === "string";
const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const isDigest = (value) => isText(value) && /^[0-9a-f]{64}$/.test(value);
const isTime = (at) => isText(at) && new Date(at).toJSON() === at;
function isLike(value, shape) {
  if (typeof shape === "function") return shape(value);
  if (shape === 0) return Number.isSafeInteger(value) && value >= 0;
  if (isText(shape)) return isText(value) && (shape === "" || shape.split("|").includes(value));
  if (Array.isArray(shape)) return Array.isArray(value) && value.every((one) => !(0 in shape) || isLike(one, shape[0]));
  return isObject(value) && Object.entries(shape).every(([name, member]) => isLike(value[name], member));
}
// ---- The archive: POSIX ustar, with headers that follow from name and size. Each content has to be taken before the next
const NAME = /^[a-z0-9][a-z0-9.-]*(\/[a-z0-9][a-z0-9.-]*)*$/;
const MAX_BYTES = { whole: 64 * 1024 * 1024, line: 64 * 1024 };
const isWhole = (name) => name.startsWith("trail/") || (name.endsWith(".json") && !name.startsWith("jobs/"));
function headerOf(name, size) {
  const header = Buffer.alloc(512);
  const octal = (value, digits) => `${value.toString(8).padStart(digits, "0")}\0`;
  header.write(name, 0, "latin1");
  header.write(octal(0o644, 7) + octal(0, 7) + octal(0, 7) + octal(size, 11) + octal(0, 11), 100);
  header.write("        0", 148);
  header.write("ustar\0" + "00", 257);
  const sum = header.reduce((total, byte) => total + byte);
  header.write(`${octal(sum, 6)} `, 148);
  return header;
}
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
    must(NAME.test(name) && headerOf(name, size).equals(header), "no header");
    must(size <= MAX_BYTES.whole || !isWhole(name), `${name} is larger than any that is read whole`);
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
  const [, , , text, , , , , , , , , , keyid, , , , sig] = bytes.toString("latin1").split('"', 19);
  const [payload, der] = [Buffer.from(text, "base64"), Buffer.from(sig, "base64")];
  const [one, other] = [payload.toString("base64"), der.toString("base64")];
  const again = `{"payload":"${one}","payloadType":"${TYPE}","signatures":[{"keyid":"${keyid}","sig":"${other}"}]}\n`;
  must(bytes.equals(Buffer.from(again)), "the envelope has another text than it may have");
  must(keyid === sha256(key.export({ type: "spki", format: "der" })).toString("hex"), "it is signed by another key");
  const start = Buffer.from(`DSSEv1 ${TYPE.length} ${TYPE} ${payload.length} `);
  // OpenSSL takes the shortest DER alone; s is the second of its two numbers.
  const isRight = verify("sha256", Buffer.concat([start, payload]), key, der);
  must(isRight && BigInt(`0x${der.toString("hex", 6 + der[3])}`) <= ORDER / 2n, "it has not its signature");
  return { statement: jsonOf(payload, "the statement"), digest: sha256(payload).toString("hex") };
}
// ---- The hash tree: RFC 6962. Its peaks are the roots of its whole subtrees, the largest first, one for each bit of its size
const nodeHash = (left, right) => sha256(Buffer.of(1), left, right);
function treeFields(sizeCount, peaks) {
  const root = peaks.slice(0, -1).reduceRight((right, left) => nodeHash(left, right), peaks.at(-1) ?? sha256());
  const [hex, ...rest] = [root, ...peaks].map((hash) => hash.toString("hex"));
  return { sizeCount, root: hex, peaks: rest };
}
function appendLeaf(peaks, size, line) {
  let hash = sha256(Buffer.of(0), line);
  for (let rest = size; rest % 2 === 1; rest = (rest - 1) / 2) hash = nodeHash(peaks.pop(), hash);
  peaks.push(hash);
}
function peaksOf({ statementDigest, tree }) {
  must(isDigest(statementDigest) && isLike(tree, { sizeCount: 0, peaks: [isDigest] }), "the earlier one is none");
  const bits = tree.sizeCount.toString(2).replaceAll("0", "").length;
  const peaks = tree.peaks.map((peak) => Buffer.from(peak, "hex"));
  must(peaks.length === bits && same(tree, treeFields(tree.sizeCount, peaks)), "no such tree");
  return peaks;
}
// ---- Lines, and what those of one source of `findings.json` come to
const KINDS = "failed|unverifiable|lapsed|unprotected|proven|not-applicable";
const LINE = { code: "", key: "", kind: KINDS, replica: isObject, source: "", vault: "", versionId: "" };
const inOrder = (one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other));
function isLine(line) {
  if (line.vault === "" || !isLike({ replica: {}, vault: "", ...line }, LINE)) return false;
  const { lockMode, lockedUntil } = line.replica ?? {};
  return isText(lockMode) ? isTime(lockedUntil) : lockMode === lockedUntil;
}
function tallyOf({ accept, disagreements, drift, onTop: { count: onTopCount }, source }) {
  const [vaults, proven] = [Object.create(null), new Set()];
  const counts = { lineCount: 0, versionCount: 0, provenCount: 0, openCount: 0, acceptedCount: 0 };
  let [last, isEmpty] = [undefined, true];
  const add = ({ code, key, kind, replica = {}, vault = "", versionId }) => {
    const byVersion = last ? inOrder(last.key, key) || inOrder(last.versionId, versionId) : -1;
    must((byVersion || inOrder(last.vault, vault)) < 0, "a line is out of order, or there twice");
    last = { key, versionId, vault };
    counts.lineCount++;
    if (byVersion < 0) counts.versionCount++;
    const { locks, outcomes } = (vaults[vault] ??= { locks: Object.create(null), outcomes: {} });
    outcomes[`${kind}/${code}`] = (outcomes[`${kind}/${code}`] ?? 0) + 1;
    isEmpty &&= kind === "not-applicable";
    const { lockMode, lockedUntil } = replica;
    if (kind === "proven") proven.add(textOf([vault, lockMode ?? ""]));
    if (kind === "proven" && lockMode !== undefined) {
      const lock = (locks[lockMode] ??= { count: 0, firstEnd: lockedUntil });
      lock.count++;
      if (lockedUntil < lock.firstEnd) lock.firstEnd = lockedUntil;
    }
    // What is promised and not there is never accepted, nor what only the source's side says.
    const isAccepted = kind !== "failed" && code !== "deleted-at-vault" && accept.includes(code);
    const count = kind === "proven" ? "provenCount" : isAccepted ? "acceptedCount" : "openCount";
    if (kind !== "not-applicable") counts[count]++;
  };
  const verdict = (promised) => {
    const held = promised.flatMap(({ lock, name }) => [textOf([name, lock.mode]), textOf([name, "COMPLIANCE"])]);
    const isHeld = [...proven].every((one) => held.includes(one));
    must(isHeld, "what is called proven is not so locked, or nowhere promised");
    const [driftCount, disagreementCount] = [drift.length, disagreements.length];
    const against = counts.openCount + driftCount + disagreementCount + onTopCount;
    const clean = against === 0 && (isEmpty || counts.provenCount > 0);
    return { source, clean, vaults, ...counts, driftCount, onTopCount, disagreementCount };
  };
  return { source, add, verdict };
}
// ---- What CloudTrail signed: digests, which list log files by their SHA-256, in which the events are. Nothing else may be there
const ENDS = "signed|not-found|not-yet|no-trail|not-readable|unsound";
const TRAIL = { events: [{ outcome: ENDS, says: "", sought: { requestId: "" } }], trails: [""] };
const DIGEST = { digestSignatureAlgorithm: "SHA256withRSA", logFiles: [{ hashAlgorithm: "SHA-256", hashValue: "" }] };
function checkTrail({ digests, events }, files) {
  const signed = events.filter((one) => one.outcome === "signed" || Object.keys(one).length > 3);
  const isOnce = (values) => new Set(values).size === values.length;
  const isEachOnce = isOnce(signed.map(({ event }) => event?.eventID));
  must(isEachOnce && isOnce(events.map(({ sought }) => sought.requestId)), "an event is there twice");
  const named = (member) => [...new Set(signed.map((one) => one[member]))].sort();
  const isThere = same([...named("digest"), ...named("log")], [...files.keys()].sort());
  const isNeeded = same(named("digest"), digests.map(({ file }) => file).sort());
  must(isThere && isNeeded, "a file of the trail is not there, or no event needs it");
  const parsed = (at) => JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(files.get(at)));
  const hashOf = (file) => sha256(files.get(file)).toString("hex");
  const [listed, places, befores] = [new Map(), new Map(), []];
  for (const { file, fingerprint, publicKey, region, signature } of digests) {
    const said = parsed(file);
    const { digestEndTime, digestS3Bucket, digestS3Object, previousDigestSignature: before } = said;
    must(isLike([digestEndTime, digestS3Bucket, digestS3Object, before ?? "", region], [""]), "no digest");
    const [der, sig] = [Buffer.from(publicKey, "base64"), Buffer.from(signature, "hex")];
    const spelt = [der.toString("base64"), sig.toString("hex"), said.digestPublicKeyFingerprint];
    const key = createPublicKey({ key: der, format: "der", type: "pkcs1" });
    const lines = [digestEndTime, `${digestS3Bucket}/${digestS3Object}`, hashOf(file), before ?? "null"];
    const isSigned = isLike(said, DIGEST) && verify("sha256", Buffer.from(lines.join("\n")), key, sig);
    const isStrong = key.asymmetricKeyDetails.modulusLength >= 2048;
    must(isSigned && isStrong && same(spelt, [publicKey, signature, fingerprint]), "no digest");
    places.set(lines[1], [lines[2], signature]);
    const place = [said.previousDigestS3Bucket, said.previousDigestS3Object].filter(isText).join("/");
    befores.push([place, [said.previousDigestHashValue, before]]);
    listed.set(file, new Set(said.logFiles.map(({ hashValue }) => hashValue)));
  }
  const isNext = ([place, one]) => !places.has(place) || same(places.get(place), one);
  must(befores.every(isNext), "a digest names another before it than is there");
  for (const { digest, event, log, outcome, sought } of signed) {
    must(outcome === "signed" && listed.get(digest).has(hashOf(log)), `${log} is not as its digest lists it`);
    const isIn = parsed(log).Records.some((record) => same(record, event));
    must(isIn && isText(event.eventID) && event.requestID === sought.requestId, "an event is another than signed");
  }
}
// ---- A whole bundle: what its files come to has to be what was signed
const CLAIMS = { chain: { sequence: 0 }, environment: { stack: "" }, madeAt: isTime, notProven: [""], tools: isObject };
const PLACE = { accountId: "", bucketName: "", region: "" };
const LOCK = { mode: "GOVERNANCE|COMPLIANCE", retentionDays: Number.isFinite };
const PROMISE = { source: PLACE, vaults: [{ ...PLACE, name: "", lock: LOCK }] };
const FOUND = { source: "", accept: [""], disagreements: [""], drift: [], onTop: { count: 0, first: [] } };
const TRIED = { attempts: [{ outcome: "refused|accepted|not-tried", shows: "lock|guard|organization|nothing" }] };
const FINDINGS = { guard: { checked: [""], unknown: [""], losses: [] }, sources: [FOUND] };
function check(path, key, before) {
  const files = filesOf(path);
  const first = files.next().value;
  must(first?.name === "statement.dsse.json", "it does not begin with a statement");
  const { digest, statement } = openEnvelope(Buffer.concat([...first.content]), key);
  must(isLike(statement, { subject: [], predicate: CLAIMS }), "the statement has not the shape of its kind");
  const { chain, environment, madeAt, notProven, tools } = statement.predicate;
  const [{ previous, sequence }, { stack }] = [chain, environment];
  must(isLike(Object.values(tools), [""]) && (previous === null ? sequence === 1 : sequence > 1), "it has no chain");
  const peaks = previous === null ? [] : peaksOf(previous);
  let [size, done, tallies] = [previous === null ? 0 : previous.tree.sizeCount, [], []];
  const [subject, read, md5s, ofTrail] = [[], new Map(), [], new Map()];
  const takeLine = (bytes) => {
    const line = jsonOf(bytes, "a line");
    must(isLine(line) && bytes.length <= MAX_BYTES.line && size < Number.MAX_SAFE_INTEGER, "a line is none");
    while (tallies.length > 0 && tallies[0].source !== line.source) done.push(tallies.shift());
    must(tallies.length > 0, "a line is about a source that is not there, or was over");
    tallies[0].add(line);
    appendLeaf(peaks, size++, bytes);
  };
  for (const { content, name } of files) {
    must(!read.has(name) && name !== first.name, `${name} is there twice`);
    must(name !== "lines.ndjson" || read.has("findings.json"), "lines come before findings");
    const [sha, md5, pieces] = [createHash("sha256"), createHash("md5"), []];
    let rest = "";
    for (const piece of content) {
      sha.update(piece);
      md5.update(piece);
      if (isWhole(name)) pieces.push(piece);
      if (name !== "lines.ndjson") continue;
      const lines = (rest + piece.toString("latin1")).split("\n");
      rest = lines.pop();
      for (const line of lines) takeLine(Buffer.from(line, "latin1"));
      must(rest.length <= MAX_BYTES.line, "a line is too long");
    }
    must(rest.length === 0, "the last line is cut off");
    subject.push({ name, digest: { sha256: sha.digest("hex") } });
    must(same(subject.at(-1), statement.subject[subject.length - 1] ?? ""), "a file is not the one that was signed");
    if (name.startsWith("jobs/")) md5s.push(`${name} ${md5.digest("hex")}`);
    const bytes = Buffer.concat(pieces);
    if (name.startsWith("trail/")) ofTrail.set(name, bytes);
    read.set(name, { bytes, value: isWhole(name) && !ofTrail.has(name) ? jsonOf(bytes, name, "\n") : undefined });
    if (name === "findings.json") tallies = read.get(name).value.sources.map(tallyOf);
  }
  const shaped = (name, shape, none) => {
    const { bytes, value } = read.get(name) ?? { value: none };
    must(isLike(value, shape), `${name} is not there, or has not the shape of its kind`);
    return { ...value, digest: bytes && sha256(bytes.subarray(0, -1)).toString("hex") };
  };
  const { jobs } = shaped("jobs.json", { jobs: [{ files: [{ name: "", md5: "" }] }] }, { jobs: [] });
  const listed = jobs.flatMap((job) => job.files.map((file) => `${file.name} ${file.md5}`));
  must(read.has("lines.ndjson") && same(listed.sort(), md5s.sort()), "no lines, or a file of jobs with another MD5");
  checkTrail(shaped("facts/trail.json", TRAIL, { digests: [], events: [], trails: [] }), ofTrail);
  const { guard, sources: found } = shaped("findings.json", FINDINGS);
  const place = ({ accountId, bucketName, lock, name, region }) => ({ accountId, bucketName, lock, name, region });
  const sources = found.map(({ source: name }, index) => {
    const file = `promises/${String(index + 1).padStart(4, "0")}.json`;
    const { digest: promiseDigest, source, vaults } = shaped(file, PROMISE);
    return { name, promiseDigest, bucket: place(source), vaults: vaults.map(place) };
  });
  const verdicts = [...done, ...tallies].map((tally, at) => tally.verdict(sources[at].vaults));
  const attempts = { refused: { lock: 0, guard: 0, organization: 0, nothing: 0 }, accepted: 0, "not-tried": 0 };
  const tried = shaped("facts/refusals.json", TRIED, { attempts: [] }).attempts;
  tried.forEach(({ outcome, shows }) => (outcome === "refused" ? attempts.refused[shows]++ : attempts[outcome]++));
  const clean = guard.losses.length + attempts.accepted === 0 && verdicts.every((one) => one.clean);
  const guarded = { guardLossCount: guard.losses.length, guardUnknownCount: guard.unknown.length };
  const verdict = { clean, ...guarded, attempts, sources: verdicts };
  const tree = treeFields(size, peaks);
  const order = { sequence, previous: previous && { statementDigest: previous.statementDigest, tree: previous.tree } };
  const said = { madeAt, environment: { stack, sources }, chain: order, tree, verdict, notProven, tools };
  const [_type, predicateType] = ["https://in-toto.io/Statement/v1", "urn:lockstep:evidence:v1"];
  must(same(statement, { _type, subject, predicateType, predicate: said }), "it signs another");
  must(before === undefined || same(chain, before.next), "it does not follow the earlier one");
  return { next: { sequence: sequence + 1, previous: { statementDigest: digest, tree } }, predicate: said };
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
